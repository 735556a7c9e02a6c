namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>How bad a line says it is. <see cref="Unknown"/>: it does not say.</summary>
public enum LineLevel
{
    Unknown = 0,
    Info = 1,
    Warn = 2,
    Error = 3,
}

/// <summary>
/// The stretch of time a line was read from. One line belongs to one period: where the window and the hour before it overlap, the caller gives the line to the window.
/// </summary>
public enum LogPeriod
{
    /// <summary>From 15 minutes before the estimated onset until now.</summary>
    Window = 0,

    /// <summary>The hour that ends where the window begins.</summary>
    HourBefore = 1,

    /// <summary>The same hours of the day before.</summary>
    Yesterday = 2,

    /// <summary>The same hours of the same weekday a week before.</summary>
    LastWeek = 3,
}

/// <summary>Lines that say the same thing but for their variable parts.</summary>
public sealed record LogPattern
{
    /// <summary>The constant words with typed placeholders for the rest: <c>connect ECONNREFUSED &lt;ip&gt;</c>.</summary>
    public required string Template { get; init; }

    /// <summary>How often it was said in <see cref="LogPeriod.Window"/>; a stack trace counts with its first line as one.</summary>
    public required long Count { get; init; }

    /// <summary>How often it was said per period, indexed by <see cref="LogPeriod"/>.</summary>
    public required IReadOnlyList<long> CountsByPeriod { get; init; }

    /// <summary>All lines of all periods, those of attached stack traces included. Over all patterns this adds up to what was put in.</summary>
    public required long Lines { get; init; }

    /// <summary>First time in the window; where the window has none, first time of all.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>Last time in the window; where the window has none, last time of all.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    public required LineLevel Level { get; init; }

    /// <summary>One real line, cut at the grouper's maximum, with the beginning of its stack trace where it has one. Not redacted: whoever shows it redacts and escapes it.</summary>
    public required string Sample { get; init; }

    /// <summary>Counts in the window per <see cref="BucketWidth"/>, from <see cref="BucketsStart"/>; the same axis for all patterns of one result. Empty where the window has none.</summary>
    public required IReadOnlyList<int> Buckets { get; init; }

    public required DateTimeOffset BucketsStart { get; init; }

    public required TimeSpan BucketWidth { get; init; }

    /// <summary>Counts over time for each period, each on an axis of its own; empty where the pattern was made by hand.</summary>
    internal IReadOnlyList<IReadOnlyList<int>> BucketsByPeriod { get; init; } = [];

    internal IReadOnlyList<TimeSpan> BucketWidths { get; init; } = [];

    /// <summary>The most that was said in any stretch of that length in that period: a job that runs once an hour is a burst in the baseline too.</summary>
    public long MostWithin(TimeSpan stretch, LogPeriod period)
    {
        if (BucketsByPeriod.Count <= (int)period) return 0;
        var buckets = BucketsByPeriod[(int)period];
        var width = (int)Math.Clamp(Math.Ceiling(stretch / BucketWidths[(int)period]), 1, Math.Max(1, buckets.Count));
        long sum = 0, most = 0;
        for (var i = 0; i < buckets.Count; i++)
        {
            sum += buckets[i] - (i >= width ? buckets[i - width] : 0);
            most = Math.Max(most, sum);
        }

        return most;
    }

    /// <summary>How often it was said in that period.</summary>
    public long CountIn(LogPeriod period) => CountsByPeriod[(int)period];
}
