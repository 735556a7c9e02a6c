namespace ChatOps.Incidents;

public enum IncidentStatus
{
    Triage,
    Open,
    Watching,
    Resolved,
    Closed,
    Cancelled,
    Merged,
}

/// <summary>An incident as its row holds it. Changes are the pure functions of <c>IncidentTransitions</c>.</summary>
public sealed record Incident
{
    public required int Number { get; init; }

    /// <summary>Eight characters in the channel's name: proof after a crash that the channel is ours.</summary>
    public required string ShortId { get; init; }
    public required string Title { get; init; }

    /// <summary>1 to 4; null while in triage.</summary>
    public int? Severity { get; init; }
    public string? SeverityRule { get; init; }
    public required IncidentStatus Status { get; init; }

    /// <summary>The service it is about; null while nobody said.</summary>
    public string? Service { get; init; }
    public required string Environment { get; init; }
    public required string DeclaredBy { get; init; }
    public required DateTimeOffset DeclaredAt { get; init; }
    public required string DeclaredIn { get; init; }
    public string? Lead { get; init; }

    /// <summary>The lead's handle, for places that draw no mentions; null where it is not known.</summary>
    public string? LeadName { get; init; }

    /// <summary>Who tells those outside.</summary>
    public string? Comms { get; init; }

    /// <summary>Who writes down what happens.</summary>
    public string? Scribe { get; init; }

    /// <summary>Seen by its members alone (<see cref="IncidentMembers"/>): no announcement, list or digest shows it to others.</summary>
    public bool Private { get; init; }

    /// <summary>Practice: the same flow, marked, outside every figure.</summary>
    public bool Drill { get; init; }

    /// <summary>First failed probe, metric breach or first line of the new pattern; null while unknown.</summary>
    public DateTimeOffset? OnsetAt { get; init; }
    public string? OnsetSource { get; init; }
    public DateTimeOffset? AcknowledgedAt { get; init; }
    public DateTimeOffset? MitigatedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public string? ResolvedBy { get; init; }
    public string? Resolution { get; init; }
    public string? Cause { get; init; }
    public string? CauseConfirmedBy { get; init; }
    public DateTimeOffset? CauseConfirmedAt { get; init; }
    public string? CancelledReason { get; init; }
    public DateTimeOffset? WatchUntil { get; init; }

    /// <summary>The incident in which this one goes on.</summary>
    public int? MergedInto { get; init; }

    /// <summary>What people were told last; chatter in the channel is none.</summary>
    public string? LastUpdate { get; init; }
    public string? LastUpdateBy { get; init; }
    public DateTimeOffset? LastUpdateAt { get; init; }

    /// <summary>When people were promised to hear more; null: nothing is promised.</summary>
    public DateTimeOffset? UpdateDueAt { get; init; }

    public bool IsOpen => Status is IncidentStatus.Triage or IncidentStatus.Open or IncidentStatus.Watching;

    /// <summary>The key of its channel in the outbox; exists before the channel does.</summary>
    public string Destination => DestinationOf(Number);

    public static string DestinationOf(int number) => $"incident:{number}";
}
