using System.Text.RegularExpressions;

namespace ChatOps.Platforms.Described;

/// <summary>A text with places. Each value is encoded for where the text stands before it is put in.</summary>
internal sealed partial class Template
{
    private readonly List<(string Text, string? Place)> parts;

    private Template(List<(string, string?)> parts) => this.parts = parts;

    /// <summary>The names of its places.</summary>
    public IEnumerable<string> Places => parts.Select(p => p.Place).OfType<string>();

    /// <summary>The place, where the text is nothing else.</summary>
    public string? Only => parts is [{ Text: "", Place: { } place }] ? place : null;

    /// <summary>What stands around its places.</summary>
    public string Literal => string.Concat(parts.Select(p => p.Text));

    public static Template Parse(string text)
    {
        var found = new List<(string, string?)>();
        var at = 0;
        foreach (Match match in Place().Matches(text))
        {
            found.Add((text[at..match.Index], match.Groups[1].Value));
            at = match.Index + match.Length;
        }
        if (at < text.Length || found.Count == 0) found.Add((text[at..], null));
        return new(found);
    }

    /// <summary>Null: its only place has no value this time.</summary>
    /// <param name="literal">For what stands around the places; null: it is written as it must be.</param>
    public string? Render(Placeholders values, Func<string, string> encode, Func<string, string>? literal = null) =>
        Only is { } only && values.Text(only) is null ? null
        : string.Concat(parts.Select(p => (literal is null ? p.Text : literal(p.Text)) + (p.Place is null ? "" : encode(values.Text(p.Place) ?? ""))));

    [GeneratedRegex(@"\{([A-Za-z_][A-Za-z0-9_-]*)\}")]
    private static partial Regex Place();
}
