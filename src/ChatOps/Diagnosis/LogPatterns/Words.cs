namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>Is a word of a log line part of what the program always says, or a value? Decided from its shape alone, with no rule for any one system.</summary>
internal static class Words
{
    /// <summary>Longer than any word a person wrote into a log statement: an encoded blob.</summary>
    private const int LongestConstant = 64;

    /// <param name="word">Not empty.</param>
    /// <param name="kinds">The <see cref="CharKinds"/> seen in it, or-ed.</param>
    public static bool IsValue(ReadOnlySpan<char> word, int kinds)
    {
        if ((kinds & CharKinds.Digit) != 0) return !IsNameWithOneDigit(word);
        if (word.Length > LongestConstant) return true;
        if ((kinds & ~(CharKinds.Lower | CharKinds.Upper)) == 0) return word.Length == 3 && IsDayOrMonth(word);
        if (word[0] == '/' || (word[0] == '~' && (kinds & CharKinds.Slash) != 0)) return true;
        if ((kinds & CharKinds.Slash) != 0 && word[0] == '\\' && word.TrimEnd('\\').LastIndexOf('\\') > 0) return true;
        if ((kinds & CharKinds.At) != 0) return word.IndexOf('@') is var at && at > 0 && at < word.Length - 1;
        return (kinds & CharKinds.Dot) != 0 && (kinds & (CharKinds.Upper | CharKinds.Slash)) == 0 && IsHostName(word);
    }

    /// <summary><c>log4j</c>, <c>jk2_init</c>, <c>k8s</c>: one digit between letters belongs to a name.</summary>
    private static bool IsNameWithOneDigit(ReadOnlySpan<char> word)
    {
        if (word.Length is < 3 or > 24) return false;
        var digit = -1;
        for (var i = 0; i < word.Length; i++)
        {
            var c = word[i];
            if (char.IsAsciiDigit(c))
            {
                if (digit >= 0) return false;
                digit = i;
            }
            else if (!char.IsAsciiLetter(c) && c != '_')
            {
                return false;
            }
        }

        return digit > 0 && digit < word.Length - 1 && char.IsAsciiLetter(word[digit - 1]) && (char.IsAsciiLetter(word[digit + 1]) || (word[digit + 1] == '_' && digit + 2 < word.Length));
    }

    private static bool IsDayOrMonth(ReadOnlySpan<char> w) => char.IsAsciiLetterUpper(w[0]) && w is
        "Mon" or "Tue" or "Wed" or "Thu" or "Fri" or "Sat" or "Sun" or
        "Jan" or "Feb" or "Mar" or "Apr" or "May" or "Jun" or "Jul" or "Aug" or "Sep" or "Oct" or "Nov" or "Dec";

    /// <summary>A dotted name in lower case whose last part is one that hosts end in. Class and logger names do not.</summary>
    private static bool IsHostName(ReadOnlySpan<char> word)
    {
        word = word.TrimEnd('.');
        var last = word.LastIndexOf('.');
        if (last <= 0) return false;
        var end = word[(last + 1)..];
        if (end is "com" or "net" or "org" or "edu" or "gov" or "io" or "dev" or "local" or "internal" or "lan" or "cloud" or "info" or "svc") return true;
        return end.Length == 2 && word[..last].Contains('.');
    }

    /// <summary>A unit that belongs to the number before it: how long something took reads once in ms and once in seconds.</summary>
    public static bool IsUnit(ReadOnlySpan<char> w) => w.Length <= 12 && w is
        "s" or "ms" or "us" or "ns" or "µs" or "sec" or "secs" or "second" or "seconds" or "msec" or "msecs" or "millis" or "millisecond" or "milliseconds" or
        "min" or "mins" or "minute" or "minutes" or "h" or "hr" or "hrs" or "hour" or "hours" or "day" or "days" or
        "KB" or "kB" or "MB" or "GB" or "TB" or "KiB" or "MiB" or "GiB" or "AM" or "PM";

    /// <summary>What stands behind <c>=</c> or <c>:</c> and is a value though it has no digit.</summary>
    public static bool IsLiteral(ReadOnlySpan<char> w) => w.Length is >= 3 and <= 9 && w is
        "true" or "false" or "True" or "False" or "TRUE" or "FALSE" or "null" or "NULL" or "nil" or "None" or "undefined" or "NaN";

    /// <summary>A short run of hexadecimal letters, as between the colons of an IPv6 or hardware address.</summary>
    public static bool IsShortHex(ReadOnlySpan<char> w) => w.Length <= 4 && w.IndexOfAnyExceptInRange('a', 'f') < 0;

    /// <summary>500 to 599 where a status stands. The one number that is kept, as its class: a server error is another event than a success.</summary>
    public static bool IsServerError(ReadOnlySpan<char> word, ReadOnlySpan<char> before) =>
        word.Length == 3 && word[0] == '5' && char.IsAsciiDigit(word[1]) && char.IsAsciiDigit(word[2]) &&
        (before.StartsWith("HTTP/") || (before.Length > 0 && before[0] == '/') || before.StartsWith("status", StringComparison.OrdinalIgnoreCase) || before.EndsWith("status", StringComparison.OrdinalIgnoreCase));
}
