namespace ChatOps.Platforms;

/// <summary>The parts that the sentences of failures have in common, whatever the platform speaks.</summary>
internal static class FailureText
{
    private const int LongestMessage = 300;

    /// <summary>What is added where the call may have had its effect.</summary>
    public static string Begun(CallOutcome outcome) => outcome == CallOutcome.Unknown ? "; it may have begun all the same" : "";

    /// <summary>The platform's own words on one line, cut where they are long; without a full stop, since the sentence goes on behind them.</summary>
    public static string Short(string text) => Cut(OneLine(text).TrimEnd('.'), LongestMessage);

    public static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public static string Cut(string line, int longest) => line.Length <= longest ? line : line[..longest] + "…";
}
