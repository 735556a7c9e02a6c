namespace ChatOps.Incidents;

/// <summary>A refusal that was to be expected: a stable code for tests and logs, a sentence for the person that says what to do next.</summary>
public sealed record Refusal(string Code, string Sentence);

/// <summary>The incident after a change, or why there is none.</summary>
public readonly record struct Transition(Incident? Incident, Refusal? Refusal)
{
    public static implicit operator Transition(Incident incident) => new(incident, Refusal: null);

    public static implicit operator Transition(Refusal refusal) => new(Incident: null, refusal);

    public static Transition ToTransition(Incident incident) => incident;
}

/// <summary>What may become of an incident. Pure: the store writes what these return.</summary>
public static class IncidentTransitions
{
    /// <summary>Someone takes it: triage ends, the severity is set, that person leads.</summary>
    public static Transition Accept(Incident incident, string person, int severity, DateTimeOffset now) => incident.Status switch
    {
        IncidentStatus.Triage => incident with
        {
            Status = IncidentStatus.Open,
            Severity = severity,
            Lead = incident.Lead ?? person,
            AcknowledgedAt = incident.AcknowledgedAt ?? now,
        },
        // Opened by an alert: it has a severity and nobody yet.
        IncidentStatus.Open or IncidentStatus.Watching when incident.Lead is null => incident with { Lead = person, Severity = severity, AcknowledgedAt = incident.AcknowledgedAt ?? now },
        IncidentStatus.Open or IncidentStatus.Watching => new Refusal("already-accepted", $"Incident {incident.Number} was accepted before; {Lead(incident)} leads it. Nothing to do."),
        _ => Over(incident),
    };

    /// <summary>A false alarm: nothing counts it.</summary>
    public static Transition Cancel(Incident incident, string reason) => incident.IsOpen
        ? incident with { Status = IncidentStatus.Cancelled, CancelledReason = reason, WatchUntil = null }
        : Over(incident);

    public static Transition ChangeSeverity(Incident incident, int severity) => incident switch
    {
        { IsOpen: false } => Over(incident),
        { Severity: var old } when old == severity => new Refusal("same-severity", $"Incident {incident.Number} is SEV{severity} already."),
        _ => incident with { Severity = severity },
    };

    /// <summary>Verified: watched for a while before anyone calls it resolved.</summary>
    public static Transition Watch(Incident incident, DateTimeOffset until) => incident.IsOpen
        ? incident with { Status = IncidentStatus.Watching, WatchUntil = until }
        : Over(incident);

    /// <summary>Trouble while watching.</summary>
    public static Incident ReopenQuestion(Incident incident) => incident with { Status = IncidentStatus.Open, WatchUntil = null };

    public static Transition Resolve(Incident incident, string person, string? fix, DateTimeOffset now) => incident.Status switch
    {
        IncidentStatus.Triage => new Refusal("not-accepted", $"Nobody has accepted incident {incident.Number} yet. Accept it first, or cancel it if it is a false alarm."),
        IncidentStatus.Open or IncidentStatus.Watching => incident with
        {
            Status = IncidentStatus.Resolved,
            ResolvedAt = now,
            ResolvedBy = person,
            Resolution = fix ?? incident.Resolution,
            WatchUntil = null,
        },
        _ => Over(incident),
    };

    private static Refusal Over(Incident incident) => new("not-open", incident.Status switch
    {
        IncidentStatus.Cancelled => $"Incident {incident.Number} was cancelled ({incident.CancelledReason}). Start a new one if something is wrong.",
        IncidentStatus.Merged => $"Incident {incident.Number} was merged into another one. Work goes on there.",
        _ => $"Incident {incident.Number} is {incident.Status.ToString().ToLowerInvariant()} already. Start a new one if it is back.",
    });

    private static string Lead(Incident incident) => incident.Lead is { } lead ? $"<@{lead}>" : "nobody";
}
