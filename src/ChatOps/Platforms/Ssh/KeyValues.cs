namespace ChatOps.Platforms.Ssh;

/// <summary>Lines of <c>key=value</c>: of the files RELEASE and of the bot's own records, and what systemctl shows.</summary>
internal static class KeyValues
{
    /// <summary>Of a key that stands twice the last counts; what is no such line is passed over.</summary>
    public static IReadOnlyDictionary<string, string> Read(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && line[0] != '#') values[line[..at].Trim()] = line[(at + 1)..].Trim();
        }
        return values;
    }

    /// <summary>Null where it is absent or empty.</summary>
    public static string? Text(this IReadOnlyDictionary<string, string> values, string key) => values.GetValueOrDefault(key) is { Length: > 0 } text ? text : null;

    /// <summary>Words between commas.</summary>
    public static IReadOnlyList<string> Words(this IReadOnlyDictionary<string, string> values, string key) =>
        values.GetValueOrDefault(key)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
