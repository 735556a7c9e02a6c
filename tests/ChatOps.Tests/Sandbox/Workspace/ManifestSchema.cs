using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ChatOps.Tests.Sandbox.Workspace;

/// <summary>The part of JSON Schema that Slack's manifest schema uses for apps of this kind; a keyword it does not know fails rather than passes.</summary>
internal sealed class ManifestSchema(JsonObject root)
{
    private static readonly HashSet<string> Silent = new(StringComparer.Ordinal) { "$schema", "title", "description", "default", "definitions", "format", "$comment" };

    public IReadOnlyList<string> Check(JsonNode? value)
    {
        var problems = new List<string>();
        Check(root, value, "", problems);
        return problems;
    }

    private void Check(JsonObject schema, JsonNode? value, string at, List<string> problems)
    {
        foreach (var (keyword, rule) in schema)
        {
            switch (keyword)
            {
                case "$ref":
                    var name = ((string)rule!)["#/definitions/".Length..];
                    Check(root["definitions"]![name]!.AsObject(), value, at, problems);
                    break;
                case "type" when !Types(rule!).Contains(TypeOf(value), StringComparer.Ordinal):
                    problems.Add($"{at}: is {TypeOf(value)}, must be {rule}");
                    break;
                case "enum" when !rule!.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)):
                    problems.Add($"{at}: must be one of {rule}");
                    break;
                case "pattern" or "regex" when value is JsonValue && !Regex.IsMatch((string)value!, (string)rule!, RegexOptions.None, TimeSpan.FromSeconds(1)):
                    problems.Add($"{at}: does not match {rule}");
                    break;
                case "minLength" when value is JsonValue && ((string)value!).Length < (int)rule!:
                case "maxLength" when value is JsonValue && ((string)value!).Length > (int)rule!:
                case "minItems" when value is JsonArray few && few.Count < (int)rule!:
                case "maxItems" when value is JsonArray many && many.Count > (int)rule!:
                case "uniqueItems" when value is JsonArray all && all.Select(i => i!.ToJsonString()).Distinct(StringComparer.Ordinal).Count() != all.Count:
                    problems.Add($"{at}: breaks {keyword} {rule}");
                    break;
                case "items" when value is JsonArray array:
                    for (var i = 0; i < array.Count; i++)
                        Check(rule!.AsObject(), array[i], $"{at}/{i}", problems);
                    break;
                case "required" when value is JsonObject o:
                    problems.AddRange(rule!.AsArray().Where(r => !o.ContainsKey((string)r!)).Select(r => $"{at}: lacks {r}"));
                    break;
                case "properties" when value is JsonObject o:
                    foreach (var (property, inner) in rule!.AsObject().Where(p => o.ContainsKey(p.Key)))
                        Check(inner!.AsObject(), o[property], $"{at}/{property}", problems);
                    break;
                case "additionalProperties" when value is JsonObject o && rule!.GetValueKind() == JsonValueKind.False:
                    problems.AddRange(o.Where(p => schema["properties"]?.AsObject().ContainsKey(p.Key) != true).Select(p => $"{at}: does not know {p.Key}"));
                    break;
                default:
                    if (!Silent.Contains(keyword) && !Known.Contains(keyword))
                        throw new NotSupportedException($"The schema uses {keyword} at {at}.");
                    break;
            }
        }
    }

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "type", "enum", "pattern", "regex", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "items", "required", "properties", "additionalProperties",
    };

    private static IEnumerable<string> Types(JsonNode rule) => rule is JsonArray several ? several.Select(t => (string)t!) : [(string)rule!];

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => value.GetValue<decimal>() == decimal.Truncate(value.GetValue<decimal>()) ? "integer" : "number",
    };
}
