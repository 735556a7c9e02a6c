namespace ChatOps.Outbox;

/// <summary>The times of the sender. Shorter ones are for practice and tests.</summary>
public sealed record OutboxOptions
{
    /// <summary>
    /// How long a sender may be silent before another takes its destinations over. Renewed three times as often. May be shorter than
    /// <see cref="Deadline"/>: a row whose call is under way keeps its place until the deadline is over, whoever owns the destination.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest that one row's calls to Slack may take together.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How much later than the deadline a post whose fate is unknown is looked for, so that Slack's history can have it.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often rows of other instances and ended leases are looked for.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Destinations that are sent to at the same time.</summary>
    public int Parallel { get; init; } = 64;

    /// <summary>The first pause after a failure; doubled each time, with jitter.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest pause after a failure.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long sent rows are kept, and dead ones.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Half to the whole of the doubled pause, so that many that failed together do not come back together.</summary>
    internal TimeSpan RetryAfter(int attempts)
    {
        var pause = Math.Min(FirstRetry.TotalSeconds * Math.Pow(2, Math.Min(attempts, 20) - 1), LongestRetry.TotalSeconds);
        return TimeSpan.FromSeconds(pause * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
