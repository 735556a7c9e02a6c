namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>Lines that belong to the one before: stack traces, causes, indented rests.</summary>
internal static class Continuations
{
    public static bool Continues(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty) return true;
        switch (line[0])
        {
            case '\t':
                return true;
            case ' ':
                return line.Length == 1 || line[1] is ' ' or '\t' || line.StartsWith(" --->") || line.IsWhiteSpace();
            case 'C':
                return line.StartsWith("Caused by: ");
            case 'S':
                return line.StartsWith("Suppressed: ");
            case 'a':
                return line.StartsWith("at ") && line[^1] == ')' && line.Contains('(');
            case '.':
                return line.StartsWith("... ") && line.EndsWith(" more");
            case '}' or ']' or ')':
                return line.Length <= 3;
            case 'g':
                return line.StartsWith("goroutine ") && line.EndsWith("]:");
            case 'D':
                return line.StartsWith("During handling of the above exception");
            case 'T':
                return line.StartsWith("The above exception was the direct cause");
            default:
                return false;
        }
    }

    /// <summary>Python puts the exception's name below its trace.</summary>
    public static bool BeginsTrace(ReadOnlySpan<char> line) => line.StartsWith("Traceback (most recent call last)");

    /// <summary>The .NET console logger puts the category on one line and the message, indented, on the next.</summary>
    public static bool IsHeadOnly(ReadOnlySpan<char> line) =>
        line.Length > 8 && line[^1] == ']' && line[4] == ':' && line[5] == ' ' && line[..4] is "info" or "warn" or "fail" or "crit" or "dbug" or "trce" && line.Contains('[');
}
