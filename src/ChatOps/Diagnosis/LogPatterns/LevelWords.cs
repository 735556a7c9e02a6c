namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>The level that a line states, in the shapes that are common: <c>ERROR</c>, <c>[warn]</c>, <c>error:</c>, <c>fail:</c>, <c>E1121 14:20</c>, <c>&lt;3&gt;</c>.</summary>
internal static class LevelWords
{
    /// <summary>A level stands near the beginning; further in, the same word is prose.</summary>
    private const int Within = 160;

    /// <summary>The level that one word names, in any case; numbers are those of pino and bunyan (30 info, 40 warn, 50 error).</summary>
    public static LineLevel Named(ReadOnlySpan<char> word)
    {
        if (word.Length is 0 or > 11) return LineLevel.Unknown;
        Span<char> lower = stackalloc char[word.Length];
        word.ToLowerInvariant(lower);
        return lower switch
        {
            "error" or "err" or "fatal" or "critical" or "crit" or "panic" or "severe" or "emerg" or "emergency" or "alert" or "fail" or "eror" or "dpanic" or "50" or "60" => LineLevel.Error,
            "warn" or "warning" or "wrn" or "40" => LineLevel.Warn,
            "info" or "notice" or "debug" or "trace" or "log" or "information" or "verbose" or "dbug" or "trce" or "inf" or "dbg" or "statement" or "detail" or "hint" or "30" or "20" or "10" => LineLevel.Info,
            _ => LineLevel.Unknown,
        };
    }

    public static LineLevel Detect(ReadOnlySpan<char> line)
    {
        if (line.Length > 3 && line[0] == '<' && line[2] == '>' && char.IsAsciiDigit(line[1]))
            return line[1] switch { <= '3' => LineLevel.Error, '4' => LineLevel.Warn, _ => LineLevel.Info };
        if (line.Length > 6 && line[0] is 'E' or 'F' or 'W' or 'I' && line[1..5].IndexOfAnyExceptInRange('0', '9') < 0 && line[5] == ' ')
            return line[0] switch { 'E' or 'F' => LineLevel.Error, 'W' => LineLevel.Warn, _ => LineLevel.Info };
        if (line.StartsWith("Traceback (most recent") || line.StartsWith("Exception in thread") || line.StartsWith("Unhandled exception", StringComparison.OrdinalIgnoreCase)) return LineLevel.Error;

        var i = 0;
        var end = Math.Min(line.Length, Within);
        while (i < end)
        {
            if (!char.IsAsciiLetter(line[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < line.Length && char.IsAsciiLetter(line[i])) i++;
            if (i - start is < 3 or > 11) continue;
            var level = Named(line[start..i]);
            if (level != LineLevel.Unknown && IsStated(line, start, i)) return level;
        }

        return LineLevel.Unknown;
    }

    /// <summary>In capitals as a word of its own, or in brackets, or before a colon or bar, or as the value of a key.</summary>
    private static bool IsStated(ReadOnlySpan<char> line, int start, int end)
    {
        var before = start == 0 ? ' ' : line[start - 1];
        var after = end == line.Length ? ' ' : line[end];
        if (char.IsAsciiLetterOrDigit(before) || char.IsAsciiLetterOrDigit(after) || before is '_' or '-' or '/' or '.' || after is '_' or '-' or '/' or '.') return false;
        if (before == '[' && after == ']') return true;
        if (before is '=' or '|' || after == '|') return true;
        if (before == '"' && after == '"' && line[..start].TrimEnd("\": ").EndsWith("level", StringComparison.OrdinalIgnoreCase)) return true;
        if (line[start..end].IndexOfAnyInRange('a', 'z') < 0) return true;
        return after == ':' && before is ' ' or ']' or ')' && (end + 1 == line.Length || line[end + 1] == ' ');
    }
}
