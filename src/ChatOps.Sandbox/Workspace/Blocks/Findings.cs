using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.Blocks;

/// <summary>Collects what is wrong with raw JSON, each with a JSON pointer, worded as Slack words it.</summary>
internal sealed class Findings
{
    private readonly List<string> messages = [];

    public IReadOnlyList<string> Messages => messages;

    public void Add(string what, string pointer) => messages.Add($"[ERROR] {what} [json-pointer:{pointer}]");

    /// <summary>Required properties are there, unknown ones and nulls are not.</summary>
    public void Shape(JsonObject node, string pointer, IEnumerable<string> required, IEnumerable<string> optional)
    {
        var wanted = required.ToList();
        foreach (var name in wanted.Where(name => !node.ContainsKey(name)))
            Add($"missing required field: {name}", pointer);
        var known = wanted.Concat(optional).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in node)
        {
            if (!known.Contains(name))
                Add($"invalid additional property: {name}", pointer);
            else if (value is null)
                Add("must not be null", $"{pointer}/{name}");
        }
    }

    /// <returns>The string, or null where it is absent or wrong.</returns>
    public string? String(JsonObject node, string name, string pointer, int maximum, int minimum = 0)
    {
        if (node[name] is not { } value)
            return null;
        if (value.OnlyString() is not { } text)
        {
            Add("must be a string", $"{pointer}/{name}");
            return null;
        }
        Length(text, $"{pointer}/{name}", maximum, minimum);
        return text;
    }

    public void Length(string text, string pointer, int maximum, int minimum = 0)
    {
        // How Slack counts an emoji outside the basic plane is not documented; as two is the stricter reading.
        var length = text.Length;
        if (length > maximum)
            Add(string.Create(CultureInfo.InvariantCulture, $"must be less than {maximum + 1} characters"), pointer);
        if (length < minimum)
            Add(string.Create(CultureInfo.InvariantCulture, $"must be more than {minimum - 1} characters"), pointer);
    }

    public void Bool(JsonObject node, string name, string pointer)
    {
        if (node[name] is { } value && value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
            Add("must be a boolean", $"{pointer}/{name}");
    }

    /// <returns>The items, or an empty list where the array is absent or wrong.</returns>
    public IReadOnlyList<JsonNode?> Array(JsonObject node, string name, string pointer, int maximum, int minimum = 1)
    {
        if (node[name] is not { } value)
            return [];
        if (value is not JsonArray array)
        {
            Add("must be an array", $"{pointer}/{name}");
            return [];
        }
        if (array.Count > maximum)
            Add(string.Create(CultureInfo.InvariantCulture, $"no more than {maximum} items allowed"), $"{pointer}/{name}");
        if (array.Count < minimum)
            Add(string.Create(CultureInfo.InvariantCulture, $"no less than {minimum} items required"), $"{pointer}/{name}");
        return [.. array];
    }

    /// <summary>A text object. <paramref name="plainOnly"/>: mrkdwn is refused.</summary>
    public void Text(JsonObject node, string name, string pointer, int maximum, bool plainOnly)
    {
        if (node[name] is { } value)
            Text(value, $"{pointer}/{name}", maximum, plainOnly);
    }

    public void Text(JsonNode? value, string pointer, int maximum, bool plainOnly)
    {
        if (value is not JsonObject text)
        {
            Add("must provide an object", pointer);
            return;
        }
        var type = text.Text("type");
        if (type is not ("plain_text" or "mrkdwn") || (plainOnly && type == "mrkdwn"))
        {
            Add(plainOnly ? "must be a plain_text object" : "must be a plain_text or mrkdwn object", $"{pointer}/type");
            return;
        }
        Shape(text, pointer, ["type", "text"], type == "mrkdwn" ? ["verbatim"] : ["emoji"]);
        Bool(text, type == "mrkdwn" ? "verbatim" : "emoji", pointer);
        String(text, "text", pointer, maximum, minimum: 1);
    }
}
