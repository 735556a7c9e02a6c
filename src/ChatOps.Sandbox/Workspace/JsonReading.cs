using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace;

/// <summary>Reading of raw JSON, as it came, without types: the sandbox judges what was sent, not what a library made of it.</summary>
internal static class JsonReading
{
    public static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string? Text(this JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value when value.GetValueKind() is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.ToJsonString(),
        _ => null,
    };

    public static string? Text(this JsonObject node, string name) => node[name].Text();

    public static bool Flag(this JsonObject node, string name) => node.Text(name) is "true" or "1" or "True";

    public static int? Number(this JsonObject node, string name) =>
        int.TryParse(node.Text(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A JSON string that holds no other type, in contrast to <see cref="Text(JsonNode?)"/>, which also accepts numbers.</summary>
    public static string? OnlyString(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static JsonNode? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static JsonObject Clone(this JsonObject node) => (JsonObject)node.DeepClone();

    public static JsonArray ToJsonArray(this IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)JsonValue.Create(t))]);
}
