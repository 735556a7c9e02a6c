using System.Buffers;

namespace ChatOps.Timeline;

/// <summary>Secrets that are known by the name before them: <c>password=…</c>, JSON, YAML, headers, connection strings, command lines, XML, SQL.</summary>
internal static class RedactorKeys
{
    private static readonly string[] Signs = ["passw", "pwd", "passphrase", "secret", "token", "apikey", "api_key", "api-key", "api.key", "access_key", "accesskey", "access-key", "private_key", "private-key", "privatekey", "authorization", "session", "cookie", "credential", "signing_key", "signingkey", "encryption_key", "encryptionkey", "identified by", "auth=", "_auth", "connect.sid"];

    private const int LongestName = 64;

    private static readonly SearchValues<char> NameChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
    private static readonly SearchValues<char> Marks = SearchValues.Create("=:>' ");
    private static readonly SearchValues<char> BareEnd = SearchValues.Create(" \t\r\n,;&\"'`<>)]}|");
    private static readonly SearchValues<char> LineEnd = SearchValues.Create("\r\n");

    public static void Find(ReadOnlySpan<char> text, List<Redaction> found)
    {
        if (!MayFind(text)) return;
        var ends = default(Ends);
        for (var i = 0; i < text.Length; i++)
        {
            var step = text[i..].IndexOfAny(Marks);
            if (step < 0) return;
            i += step;
            // The search goes on inside the value: a stray quote before it must not hide the next name.
            if (Name(text, i, out var nameStart) is { } kind) Value(text, i, nameStart, kind, ref ends, found);
        }
    }

    private static readonly SearchValues<string> AnySign = SearchValues.Create(Signs, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc cref="RedactorTokens.MayFind"/>
    public static bool MayFind(ReadOnlySpan<char> text) => text.ContainsAny(AnySign);

    /// <summary>What the name before the mark says that the value is; null where it says nothing.</summary>
    private static string? Name(ReadOnlySpan<char> text, int mark, out int start)
    {
        var end = mark;
        var quoted = false;
        for (var skipped = 0; end > 0 && skipped < 6 && text[end - 1] is ' ' or '"' or '\'' or '\\' or '`' or ':'; skipped++)
        {
            if (text[mark] is ' ' or '>' or '\'' && text[end - 1] != ' ') break;
            quoted |= text[end - 1] is '"' or '\'' or '`';
            end--;
        }

        start = end;
        while (start > 0 && end - start < LongestName && NameChars.Contains(text[start - 1])) start--;
        if (end - start < 2) return null;
        var before = start > 0 ? text[start - 1] : ' ';
        var name = text[start..end];
        switch (text[mark])
        {
            case ' ' when !name.StartsWith("--"):
            case '>' when before != '<':
                return null;
            case '\'' when mark == end:
                return null;
            case '\'':
                return !quoted && (name.EndsWith("password", StringComparison.OrdinalIgnoreCase) || text[..end].EndsWith("identified by", StringComparison.OrdinalIgnoreCase)) ? "password" : null;
            default:
                return SecretNames.KindOf(name);
        }
    }

    private static void Value(ReadOnlySpan<char> text, int mark, int nameStart, string kind, ref Ends ends, List<Redaction> found)
    {
        var start = mark + 1;
        if (text[mark] == '\'') start = mark;
        if (text[mark] is '=' or ':')
        {
            while (start < text.Length && text[start] is '=' or '>' or ':') start++;
        }

        while (start < text.Length && text[start] is ' ' or '\t') start++;
        if (start >= text.Length || text[start] is '\r' or '\n') return;

        var escaped = text[start] == '\\' && start + 1 < text.Length && text[start + 1] is '"' or '\'';
        if (escaped) start++;
        int end;
        var quote = text[start];
        if (quote is '"' or '\'' or '`')
        {
            start++;
            end = EndOfQuoted(text, start, quote, escaped);
        }
        else if (text[mark] == '>')
        {
            end = text[start..].IndexOf('<') is var close and >= 0 ? start + close : text.Length;
        }
        else
        {
            quote = '\0';
            end = EndOfBare(text, start, nameStart, kind, ref ends);
        }

        if (end <= start) return;
        var value = text[start..end];
        if (quote == '\0' && value[0] is '{' or '[' && !value.StartsWith("[redacted ")) return;
        if (!IsHarmless(value, kind, quote != '\0')) found.Add(new Redaction(start, end, $"[redacted {kind}]"));
    }

    private static int EndOfQuoted(ReadOnlySpan<char> text, int from, char quote, bool escaped)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                if (escaped && i + 1 < text.Length && text[i + 1] == quote) return i;
                i++;
            }
            else if (text[i] == quote)
            {
                return i;
            }
        }

        return text.Length;
    }

    private static int EndOfBare(ReadOnlySpan<char> text, int start, int nameStart, string kind, ref Ends ends)
    {
        if (kind is not ("cookie" or "credentials"))
        {
            if (start >= ends.Word) ends.Word = text[start..].IndexOfAny(BareEnd) is var word and >= 0 ? start + word : text.Length;
            return ends.Word;
        }

        // A header's value is the rest of its line, or of the quotes that it stands in with its name.
        if (nameStart > 0 && text[nameStart - 1] is '"' or '\'') return text[start..].IndexOfAny('\r', '\n', text[nameStart - 1]) is var quote and >= 0 ? start + quote : text.Length;
        if (start >= ends.Line) ends.Line = text[start..].IndexOfAny(LineEnd) is var line and >= 0 ? start + line : text.Length;
        return ends.Line;
    }

    /// <summary>Where the word and the line end that were looked at last: nested names share them, so that each is searched once.</summary>
    private struct Ends
    {
        public int Word;
        public int Line;
    }

    /// <summary>Nothing there, a reference, something already taken out, or a word that tells of a state.</summary>
    private static bool IsHarmless(ReadOnlySpan<char> value, string kind, bool quoted)
    {
        if (value.StartsWith("[redacted ") || value.StartsWith("${") || value.StartsWith("{{")) return true;
        if (value.IndexOfAnyExcept('*', 'x', '.') < 0 || value.IndexOfAnyExcept('[', ']', '-') < 0) return true;
        if (value is "null" or "None" or "none" or "nil" or "true" or "false" or "undefined" or "True" or "False") return true;
        if (kind is "token" or "session" or "secret" && value.Length <= 6 && value.IndexOfAnyExceptInRange('0', '9') < 0) return true;
        return !quoted && SecretNames.IsState(value.TrimEnd(".!:"));
    }
}
