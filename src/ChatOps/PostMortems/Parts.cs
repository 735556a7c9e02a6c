namespace ChatOps.PostMortems;

/// <summary>A long text in pieces that fit into a form's field, and back again without loss.</summary>
internal static class Parts
{
    /// <summary>Below Slack's 3,000 for a field: room for a person to add something.</summary>
    public const int Size = 2_600;

    /// <summary>Ends at the ends of lines where there are any. At least one piece.</summary>
    public static IReadOnlyList<Part> Of(string text)
    {
        var parts = new List<Part>();
        var rest = text.AsSpan();
        while (rest.Length > Size)
        {
            var line = rest[..(Size + 1)].LastIndexOf('\n');
            if (line > 0)
            {
                parts.Add(new(rest[..line].ToString(), "\n"));
                rest = rest[(line + 1)..];
                continue;
            }
            var end = char.IsHighSurrogate(rest[Size - 1]) ? Size - 1 : Size;
            parts.Add(new(rest[..end].ToString(), ""));
            rest = rest[end..];
        }
        parts.Add(new(rest.ToString(), ""));
        return parts;
    }

    public static string Join(IReadOnlyList<Part> parts) => string.Concat(parts.Select(p => p.Text + p.Separator));
}

/// <param name="Separator">What stood between this piece and the next.</param>
internal sealed record Part(string Text, string Separator);
