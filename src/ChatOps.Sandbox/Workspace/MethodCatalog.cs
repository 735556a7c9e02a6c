using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace;

/// <summary>One Web API method as <c>methods.json</c> states it.</summary>
/// <param name="AcceptsJson">Arguments may be sent as a JSON body; elsewhere a JSON body is not looked at, as in Slack.</param>
/// <param name="BotScopes">One of these is needed; none means any valid token will do.</param>
internal sealed record MethodFacts(
    string Name,
    string Tier,
    bool AcceptsJson,
    IReadOnlyList<string> BotScopes,
    IReadOnlyList<string> Required,
    IReadOnlyDictionary<string, string> Arguments,
    IReadOnlyList<string> Errors);

/// <summary>The facts about every Web API method, from the embedded <c>methods.json</c>.</summary>
internal static class MethodCatalog
{
    public static readonly IReadOnlyDictionary<string, MethodFacts> All = Load();

    private static Dictionary<string, MethodFacts> Load()
    {
        using var stream = typeof(MethodCatalog).Assembly.GetManifestResourceStream("methods.json")
            ?? throw new InvalidOperationException("methods.json is not embedded in the sandbox.");
        return JsonNode.Parse(stream)!.AsObject().ToDictionary(m => m.Key, m => Read(m.Key, m.Value!.AsObject()), StringComparer.Ordinal);
    }

    private static MethodFacts Read(string name, JsonObject facts) => new(
        name,
        facts.Text("tier") ?? "t3",
        facts.Flag("json"),
        Texts(facts["bot_scopes"]),
        Texts(facts["required"]),
        facts["args"]!.AsObject().ToDictionary(a => a.Key, a => a.Value.Text() ?? "any", StringComparer.Ordinal),
        Texts(facts["errors"]));

    private static List<string> Texts(JsonNode? node) => node is JsonArray array ? [.. array.Select(t => t.Text()!)] : [];
}
