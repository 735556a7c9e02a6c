using System.Text.RegularExpressions;

namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>How much a line sounds like a failure, and how exactly it says which.</summary>
internal static partial class Wording
{
    /// <summary>0: harmless; 1: sounds like trouble; 2: names a way to die.</summary>
    public static int Trouble(string text)
    {
        var grave = GraveWords().EnumerateMatches(text);
        if (grave.MoveNext()) return 2;
        var words = TroubleWords().EnumerateMatches(text);
        return words.MoveNext() ? 1 : 0;
    }

    /// <summary>
    /// 0 to 4: what names an error code, an exception, an address or what was wrong is nearer to the cause than "request failed", which only repeats it.
    /// </summary>
    public static int Specificity(string text)
    {
        var points = 0;
        if (Matches(Codes().EnumerateMatches(text))) points += 2;
        if (Matches(Exceptions().EnumerateMatches(text))) points++;
        if (Matches(Addresses().EnumerateMatches(text))) points++;
        if (Matches(Causes().EnumerateMatches(text))) points++;
        if (Matches(Consequences().EnumerateMatches(text))) points -= 2;
        return Math.Clamp(points, 0, 4);
    }

    private static bool Matches(Regex.ValueMatchEnumerator matches) => matches.MoveNext();

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"\b(fatal|panic|oom|out of memory|outofmemory\w*|segfault|sigkill|sigsegv|killed|core dumped|deadlock|corrupt\w*|no space left|too many (open files|connections|clients))\b", Options)]
    private static partial Regex GraveWords();

    [GeneratedRegex(@"\b(error|errors|fail|fails|failed|failure|exception|\w+exception|\w+error|refused|timeout|timed out|unavailable|unreachable|denied|rejected|crash\w*|abort\w*|terminat\w+|cannot|can't|could not|unable|unexpected|invalid|expired|exceeded|exhausted|econn\w+|etimedout|unhealthy|lost|broken|reset by peer|slowly|waited|<5xx>)", Options)]
    private static partial Regex TroubleWords();

    [GeneratedRegex(@"\b(E(CONN|HOST|NET|ADDR)[A-Z]+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOSPC|ENOMEM|EMFILE|EPIPE|ORA-\d+|SQLSTATE[ :\[=]*\w+|(08|2[0-9]|4[0-9]|53|57|XX)[0-9A-Z]{3}:|ERR_[A-Z_]+|SIG(KILL|SEGV|TERM|ABRT)|OOMKilled|0x8\w{7})", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Codes();

    [GeneratedRegex(@"[A-Za-z0-9_]+(Exception|Error)\b|\berrno\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Exceptions();

    [GeneratedRegex(@"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(:\d{2,5})?\b|\b[a-z][a-z0-9.-]+:\d{2,5}\b|\bport \d{2,5}\b", Options)]
    private static partial Regex Addresses();

    [GeneratedRegex(@"connection (refused|reset|timed out)|no such (host|file|table|column)|does not exist|out of memory|no space left|too many (connections|clients|open files)|killed|certificate|in recovery mode|shutting down|starting up|not accepting|deadlock|undefined|null ?reference|nullpointer|is not a function|permission denied|disk full|name or service not known|not found:", Options)]
    private static partial Regex Causes();

    [GeneratedRegex(@"\b(request|http request|health ?check|probe|call|job|task|operation|login|checkout) (failed|aborted|completed|returned|responded)|internal server error|bad gateway|service unavailable|gateway time-?out|retry(ing)?\b|giving up|<5xx>|\b50[0234]\b", Options)]
    private static partial Regex Consequences();
}
