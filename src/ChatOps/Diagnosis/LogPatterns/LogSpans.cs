namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>Which time the lines came from. A baseline that the source could not give is null: then it says nothing, neither "new" nor "known".</summary>
public sealed record LogSpans
{
    /// <summary>Begin of the window: 15 minutes before the estimated onset.</summary>
    public required DateTimeOffset WindowStart { get; init; }

    /// <summary>End of the window: now.</summary>
    public required DateTimeOffset WindowEnd { get; init; }

    /// <summary>The estimated onset, where there is an estimate: rates are then also compared from there on.</summary>
    public DateTimeOffset? Onset { get; init; }

    /// <summary>How long the baseline before the window is; an hour as a rule.</summary>
    public TimeSpan? HourBefore { get; init; }

    public TimeSpan? Yesterday { get; init; }

    public TimeSpan? LastWeek { get; init; }

    /// <summary>Length of a period; null where it was not given.</summary>
    public TimeSpan? LengthOf(LogPeriod period) => period switch
    {
        LogPeriod.Window => WindowEnd - WindowStart,
        LogPeriod.HourBefore => HourBefore,
        LogPeriod.Yesterday => Yesterday,
        _ => LastWeek,
    };
}
