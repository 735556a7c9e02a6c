namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>What speaks for or against a constant word being a value after all. Worked out once per skeleton, when it is first met.</summary>
internal static class Traits
{
    /// <summary>A state or an event (<c>RUNNING</c>, <c>opened</c>, <c>starting</c>): differs from line to line because something else happened.</summary>
    public const byte State = 1;

    /// <summary>Stands before <c>=</c> or <c>:</c>: it names what follows.</summary>
    public const byte Key = 2;

    /// <summary>Stands behind <c>=</c>: an attribute, which has few values as a rule.</summary>
    public const byte Attribute = 4;

    /// <summary>Stands behind a word that announces a name, such as <c>user</c>.</summary>
    public const byte Named = 8;

    public static byte[] Of(ReadOnlySpan<char> line, LineScanner scanner)
    {
        var tokens = scanner.Tokens;
        var traits = new byte[tokens.Length];
        for (var i = 0; i < traits.Length; i++)
        {
            var start = scanner.Starts[i];
            var end = scanner.Ends[i];
            if (start < 0) traits[i] = State;
            if (start < 0 || tokens[i] == LineScanner.Value) continue;
            var word = line[start..end];
            byte t = 0;
            if (IsState(word)) t |= State;
            if (end < line.Length && line[end] is '=' or ':') t |= Key;
            if (start > 0 && line[start - 1] == '=') t |= Attribute;
            if (i > 0 && scanner.Starts[i - 1] >= 0 && Announces(line[scanner.Starts[i - 1]..scanner.Ends[i - 1]])) t |= Named;
            traits[i] = t;
        }

        return traits;
    }

    private static bool IsState(ReadOnlySpan<char> word)
    {
        word = word.TrimEnd('.');
        if (word.Length == 0) return true;
        if (word.Length > 1 && word.IndexOfAnyInRange('a', 'z') < 0 && word.IndexOfAnyInRange('A', 'Z') >= 0) return true;
        if (word.Length < 4) return word is "on" or "off" or "up" or "no" or "yes" or "not" or "new" or "old" or "ok" or "OK";
        return word.EndsWith("ed", StringComparison.OrdinalIgnoreCase) || word.EndsWith("ing", StringComparison.OrdinalIgnoreCase)
            || word.EndsWith("Exception", StringComparison.Ordinal) || word.EndsWith("Error", StringComparison.Ordinal)
            || word.EndsWith("tion", StringComparison.OrdinalIgnoreCase) || word.EndsWith("able", StringComparison.OrdinalIgnoreCase);
    }

    private static bool Announces(ReadOnlySpan<char> word) => word is
        "user" or "username" or "User" or "login" or "host" or "hostname" or "Host" or "client" or "peer" or "node" or "Node" or "account" or "customer" or "tenant";
}
