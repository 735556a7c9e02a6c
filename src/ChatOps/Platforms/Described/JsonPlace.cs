using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChatOps.Platforms.Described;

/// <summary>
/// A place in a JSON answer: <c>app.health</c>, <c>builds[0].tag</c>, <c>builds[*].tag</c>, <c>series[name=memory].points</c>, <c>["odd.name"]</c>; <c>$</c> is the answer itself.
/// Small on purpose: what it cannot say, the platform can.
/// </summary>
internal sealed partial class JsonPlace
{
    public const string Rule = "names with dots between them, [0] or [-1] for one of a list, [*] for all, [name=value] for those that hold it, [\"odd.name\"] for an odd name, $ for the answer itself";

    private readonly string text;
    private readonly List<Step> steps;

    private JsonPlace(string text, List<Step> steps) => (this.text, this.steps) = (text, steps);

    /// <summary>Null: it is none.</summary>
    public static JsonPlace? Parse(string text)
    {
        var rest = text.StartsWith('$') ? text[1..] : text.StartsWith('[') ? text : "." + text;
        var found = new List<Step>();
        for (var at = 0; at < rest.Length;)
        {
            if (Form().Match(rest, at) is not { Success: true, Length: > 0 } match) return null;
            found.Add(match.Groups switch
            {
                var g when g["name"].Success => new Step(g["name"].Value, null, null),
                var g when g["odd"].Success => new Step(g["odd"].Value, null, null),
                var g when g["index"].Success && int.TryParse(g["index"].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) => new Step(null, index, null),
                var g when g["key"].Success => new Step(g["key"].Value, null, g["value"].Value),
                _ => new Step(null, null, null),
            });
            at = match.Index + match.Length;
        }
        return text.Length == 0 ? null : new(text, found);
    }

    /// <summary>All that stands there, in order; nothing where a name is missing or null.</summary>
    public IEnumerable<JsonElement> Find(JsonElement answer) => Walk(answer, steps).Where(e => e.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined));

    /// <summary>The first that stands there; null where nothing does.</summary>
    public JsonElement? First(JsonElement answer)
    {
        foreach (var found in Find(answer)) return found;
        return null;
    }

    /// <summary>The elements of the list that stands there, or of the lists. Null: there is none; a list may be written as null where it is empty.</summary>
    public IReadOnlyList<JsonElement>? Each(JsonElement answer)
    {
        var (lists, chosen) = steps is [.., { Many: true } last] ? (steps[..^1], last) : (steps, null);
        var found = Walk(answer, lists).ToList();
        return found.Count == 0 || found.Exists(e => e.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null)) ? null
            : [.. found.Where(e => e.ValueKind == JsonValueKind.Array).SelectMany(e => chosen is null ? e.EnumerateArray() : chosen.Take(e))];
    }

    public override string ToString() => text;

    private static IEnumerable<JsonElement> Walk(JsonElement answer, IEnumerable<Step> steps) =>
        steps.Aggregate((IEnumerable<JsonElement>)[answer], (found, step) => found.SelectMany(step.Take));

    [GeneratedRegex("""\G(?:\.(?<name>[^.\[\]"'\s]+)|\[(?:(?<index>-?[0-9]{1,6})|(?<all>\*)|["'](?<odd>[^"'\]]+)["']|(?<key>[^=\[\]"'\s]+)=(?<value>[^\[\]]+))\])""", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    /// <summary>A name, an index, a name with the value it must hold, or none of them: all.</summary>
    private sealed record Step(string? Name, int? Index, string? Value)
    {
        public bool Many => Index is null && (Name is null || Value is not null);

        public IEnumerable<JsonElement> Take(JsonElement from)
        {
            if (Name is not null && Value is null)
                return from.ValueKind == JsonValueKind.Object && from.TryGetProperty(Name, out var member) ? [member] : [];
            if (from.ValueKind != JsonValueKind.Array) return [];
            if (Index is { } index)
            {
                var at = index < 0 ? from.GetArrayLength() + index : index;
                return at >= 0 && at < from.GetArrayLength() ? [from[at]] : [];
            }
            return from.EnumerateArray().Where(e => Value is null || Holds(e));
        }

        private bool Holds(JsonElement element) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(Name!, out var member)
            && (member.ValueKind == JsonValueKind.String ? member.GetString() : member.GetRawText()) == Value;
    }
}
