namespace ChatOps.Platforms.Ssh;

/// <summary>The names of what systemctl shows as <c>Environment</c>: assignments between blanks, quoted where a value needs it. The values are passed over.</summary>
internal static class Assignments
{
    public static IEnumerable<string> Names(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] == ' ')
            {
                at++;
                continue;
            }
            var begin = at;
            var quote = '\0';
            for (; at < text.Length && (quote != '\0' || text[at] != ' '); at++)
            {
                if (text[at] == '\\') at++;
                else if (text[at] == quote) quote = '\0';
                else if (quote == '\0' && text[at] is '"' or '\'') quote = text[at];
            }
            var word = text[begin..Math.Min(at, text.Length)].TrimStart('$', '"', '\'');
            if (word.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign && IsName(word.AsSpan(0, sign))) yield return word[..sign];
        }
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        if (char.IsAsciiDigit(name[0])) return false;
        foreach (var c in name) if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }
}
