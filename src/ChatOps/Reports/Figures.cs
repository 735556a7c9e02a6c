namespace ChatOps.Reports;

/// <summary>
/// The figures of a period. Drills are outside all of them, cancelled and merged incidents outside all but the false alarms;
/// private incidents are counted and never named. An incident belongs to the period in which it was declared.
/// </summary>
public sealed record Figures
{
    public required Period Period { get; init; }

    /// <summary>SEV1 first, then those without a severity: five counts.</summary>
    public IReadOnlyList<int> BySeverity { get; init; } = [0, 0, 0, 0, 0];
    public int Incidents => BySeverity.Sum();
    public int Private { get; init; }

    /// <summary>From the onset to the start of five healthy minutes, of those incidents for which both were measured; added up.</summary>
    public TimeSpan Downtime { get; init; }

    /// <summary>Incidents without a measured downtime.</summary>
    public int Unmeasured { get; init; }

    /// <summary>Means; null where no incident has both times.</summary>
    public TimeSpan? ToAcknowledge { get; init; }
    public TimeSpan? ToMitigate { get; init; }
    public TimeSpan? ToResolve { get; init; }

    public int FalseAlarms { get; init; }

    /// <summary>False alarms of all that were raised, 0 to 1; null where nothing was raised.</summary>
    public double? FalseAlarmRate => Incidents + FalseAlarms == 0 ? null : FalseAlarms / (double)(Incidents + FalseAlarms);

    public IReadOnlyList<RepeatedCause> Repeats { get; init; } = [];
    public IReadOnlyList<OverdueTasks> Overdue { get; init; } = [];

    /// <summary>Incidents that are over and whose post-mortem nobody has reviewed; without the private ones.</summary>
    public IReadOnlyList<ListedIncident> Unreviewed { get; init; } = [];

    /// <summary>Those of the period, newest first; without the private ones.</summary>
    public IReadOnlyList<ListedIncident> Listed { get; init; } = [];

    /// <summary>Rules that raised false alarms; empty where no alerts come in.</summary>
    public IReadOnlyList<WolfRule> Wolves { get; init; } = [];
}

/// <summary>A cause that came again.</summary>
/// <param name="Cause">As the newest of those incidents that everybody may see has it; null where all are private.</param>
/// <param name="Times">How often within the days that are looked at, the period included.</param>
/// <param name="Incidents">Their numbers, without the private ones.</param>
public sealed record RepeatedCause(string? Cause, int Times, IReadOnlyList<int> Incidents);

/// <param name="Owner">A Slack user; null: nobody has them.</param>
/// <param name="Oldest">The earliest date that has passed.</param>
/// <param name="Tasks">Number and text, without those of private incidents.</param>
public sealed record OverdueTasks(string? Owner, int Count, DateTimeOffset Oldest, IReadOnlyList<(long Number, string Text)> Tasks);

public sealed record ListedIncident
{
    public int Number { get; init; }
    public string Title { get; init; } = "";
    public int? Severity { get; init; }
    public string Status { get; init; } = "";
    public DateTimeOffset DeclaredAt { get; init; }
    public double? DowntimeSeconds { get; init; }
    public string? Lead { get; init; }
}

/// <summary>A rule of alerts and how often it was wrong.</summary>
public sealed record WolfRule(string Rule, int FalseAlarms, int Raised);
