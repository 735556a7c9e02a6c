namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>
/// The lines of one program in their order, among those of others in the same <see cref="LogGrouper"/>: a stack trace joins the line before it of its own feed,
/// whatever others say in between.
/// </summary>
public sealed class LogFeed
{
    internal LogFeed(LogGrouperOptions options) => Pending = new(options);

    internal PendingLine Pending { get; }

    internal Entry? Latest { get; set; }

    internal bool LatestIsSample { get; set; }

    internal bool InTrace { get; set; }
}
