namespace ChatOps.OnCall;

public enum OverrideState
{
    /// <summary>The other has to accept it first.</summary>
    Offered,
    Active,
    Declined,
    Cancelled,
}

/// <summary>Somebody takes over a schedule for a time.</summary>
public sealed record ShiftOverride
{
    public long Id { get; init; }
    public string Schedule { get; init; } = "";

    /// <summary>The Slack user who takes over.</summary>
    public string Person { get; init; } = "";
    public DateTimeOffset From { get; init; }

    /// <summary>The first instant after it.</summary>
    public DateTimeOffset Until { get; init; }
    public string AskedBy { get; init; } = "";
    public DateTimeOffset AskedAt { get; init; }
    public string Why { get; init; } = "";
    public OverrideState State { get; init; }

    /// <summary>The incident in whose channel it was asked for; null: none.</summary>
    public int? Incident { get; init; }

    public bool Covers(DateTimeOffset instant) => From <= instant && instant < Until;
}
