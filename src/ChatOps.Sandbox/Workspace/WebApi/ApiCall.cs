using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>One call of the bot, its arguments as JSON whichever way they came.</summary>
internal sealed record ApiCall(string Method, JsonObject Arguments, string BaseUrl)
{
    public string? Text(string name) => Arguments.Text(name);

    public bool Flag(string name) => Arguments.Flag(name);

    public int? Number(string name) => Arguments.Number(name);

    public JsonNode? Node(string name) => Arguments[name];

    public bool Has(string name) => Arguments[name] is not null;
}
