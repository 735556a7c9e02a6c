namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>A pattern in its place among the others, with why it stands there.</summary>
public sealed record LogFinding
{
    public required LogPattern Pattern { get; init; }

    /// <summary>Lines per minute in the window, or since the onset where that is more.</summary>
    public required double RatePerMinute { get; init; }

    /// <summary>Lines per minute in the busiest baseline; null where no baseline was given.</summary>
    public required double? BaselinePerMinute { get; init; }

    /// <summary>Baselines were given and none of them knows it.</summary>
    public required bool IsNew { get; init; }

    /// <summary>How many times the baseline's rate; null where it is new or nothing is there to compare with.</summary>
    public required double? Factor { get; init; }

    /// <summary>New, or more frequent by more than chance explains.</summary>
    public required bool IsNews { get; init; }

    /// <summary>It states or sounds like a failure.</summary>
    public required bool IsTrouble { get; init; }

    /// <summary>What the order is made by; higher first. Means nothing by itself.</summary>
    public required double Score { get; init; }

    public required string Sparkline { get; init; }

    /// <summary>Why it stands where it stands, times in UTC: "new; 412 times since 14:21:07".</summary>
    public required string Why { get; init; }
}
