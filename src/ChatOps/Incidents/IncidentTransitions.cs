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
    /// <summary>What was over for longer is another story: it gets an incident of its own.</summary>
    public static readonly TimeSpan ReopenWithin = TimeSpan.FromDays(14);

    /// <summary>Someone takes it: triage ends, the severity is set, that person leads unless somebody else was given the lead before.</summary>
    /// <param name="name">The person's handle, or null.</param>
    public static Transition Accept(Incident incident, string person, int severity, DateTimeOffset now, string? name = null) => incident.Status switch
    {
        IncidentStatus.Triage => incident with
        {
            Status = IncidentStatus.Open,
            Severity = severity,
            Lead = incident.Lead ?? person,
            LeadName = incident.Lead is null ? name : incident.LeadName,
            AcknowledgedAt = incident.AcknowledgedAt ?? now,
        },
        // Opened by an alert: it has a severity and nobody yet.
        IncidentStatus.Open or IncidentStatus.Watching when incident.Lead is null => incident with { Lead = person, LeadName = name, Severity = severity, AcknowledgedAt = incident.AcknowledgedAt ?? now },
        IncidentStatus.Open or IncidentStatus.Watching => new Refusal("already-accepted", $"Incident {incident.Number} was accepted before; {Lead(incident)} leads it. Nothing to do."),
        _ => Over(incident),
    };

    /// <summary>A false alarm: nothing counts it.</summary>
    public static Transition Cancel(Incident incident, string reason) => incident.IsOpen
        ? incident with { Status = IncidentStatus.Cancelled, CancelledReason = reason, WatchUntil = null, UpdateDueAt = null }
        : Over(incident);

    public static Transition ChangeSeverity(Incident incident, int severity) => incident switch
    {
        { IsOpen: false } => Over(incident),
        { Status: IncidentStatus.Triage } => NotAccepted(incident, $"Accepting sets its severity: `accept {severity}`."),
        { Severity: var old } when old == severity => new Refusal("same-severity", $"Incident {incident.Number} is SEV{severity} already."),
        _ => incident with { Severity = severity },
    };

    /// <summary>Verified: watched for a while before anyone calls it resolved.</summary>
    public static Transition Watch(Incident incident, DateTimeOffset until) => incident.Status switch
    {
        IncidentStatus.Triage => NotAccepted(incident, "Accept it first."),
        IncidentStatus.Open or IncidentStatus.Watching => incident with { Status = IncidentStatus.Watching, WatchUntil = until },
        _ => Over(incident),
    };

    /// <summary>Trouble while watching.</summary>
    public static Incident ReopenQuestion(Incident incident) =>
        incident.Status == IncidentStatus.Watching ? incident with { Status = IncidentStatus.Open, WatchUntil = null } : incident;

    public static Transition Resolve(Incident incident, string person, string? fix, DateTimeOffset now) => incident.Status switch
    {
        IncidentStatus.Triage => NotAccepted(incident, "Accept it first, or cancel it if it is a false alarm."),
        IncidentStatus.Open or IncidentStatus.Watching => incident with
        {
            Status = IncidentStatus.Resolved,
            ResolvedAt = now,
            ResolvedBy = person,
            Resolution = fix ?? incident.Resolution,
            WatchUntil = null,
            UpdateDueAt = null,
        },
        _ => Over(incident),
    };

    /// <summary>It is back, or was never gone: what ended it did not, so that its end and its measured downtime are open again. The timeline keeps both.</summary>
    public static Transition Reopen(Incident incident, DateTimeOffset now) => incident switch
    {
        { IsOpen: true } => new Refusal("already-open", $"Incident {incident.Number} is open already. Nothing to do."),
        { Status: IncidentStatus.Cancelled or IncidentStatus.Merged } => Over(incident),
        { ResolvedAt: { } end } when now - end > ReopenWithin => new Refusal("too-old", $"Incident {incident.Number} was over more than {ReopenWithin.Days} days ago. Start a new one; I find the earlier one by its signs."),
        _ => incident with { Status = IncidentStatus.Open, ResolvedAt = null, ResolvedBy = null, Resolution = null, MitigatedAt = null, WatchUntil = null, UpdateDueAt = null },
    };

    /// <summary>Gives a role to a person, or takes it from whoever has it.</summary>
    /// <param name="person">Null: nobody has it any more.</param>
    /// <param name="name">The person's handle, or null.</param>
    /// <param name="now">Who is given the lead of an open incident that nobody had acknowledged, one that an alert opened, acknowledges it by that.</param>
    public static Transition Assign(Incident incident, IncidentRole role, string? person, string? name, DateTimeOffset now)
    {
        if (!incident.IsOpen) return Over(incident);
        var word = IncidentRoles.Word(role);
        if (IncidentRoles.HolderOf(incident, role) == person)
        {
            return new Refusal("same-role", person is null
                ? $"Nobody is {word} of incident {incident.Number}. Nothing to do."
                : $"<@{person}> is {word} of incident {incident.Number} already. Nothing to do.");
        }
        return role switch
        {
            IncidentRole.Lead when person is null && incident.Status != IncidentStatus.Triage =>
                new Refusal("no-lead", $"Somebody must lead an incident that was accepted. Name the next one: `role lead @somebody`, or offer it: `handover @somebody`."),
            IncidentRole.Lead => incident with { Lead = person, LeadName = name, AcknowledgedAt = incident.AcknowledgedAt ?? (incident.Status == IncidentStatus.Triage ? null : now) },
            IncidentRole.Comms => incident with { Comms = person },
            _ => incident with { Scribe = person },
        };
    }

    /// <summary>What people were told, and when they hear more.</summary>
    /// <param name="next">Null: no further update is promised.</param>
    public static Transition Update(Incident incident, string text, string person, DateTimeOffset? next, DateTimeOffset now) =>
        !incident.IsOpen && incident.Status != IncidentStatus.Resolved ? Over(incident)
            // Two who wrote at once wait for each other: what was written first does not take the place of what came after it.
            : incident.LastUpdateAt > now ? incident
            : incident with { LastUpdate = text, LastUpdateBy = person, LastUpdateAt = now, UpdateDueAt = incident.IsOpen ? next : null };

    /// <summary>Work goes on in another incident: this one ends, and nothing of it is lost. What each sees stays as it is, so both must be seen by the same kind of people.</summary>
    public static Transition Merge(Incident incident, Incident into)
    {
        if (incident.Number == into.Number) return new Refusal("same-incident", $"That is incident {incident.Number} itself. Name the other one: `merge number`.");
        if (!incident.IsOpen) return Over(incident);
        return into switch
        {
            { Status: IncidentStatus.Merged } => new Refusal("into-merged", $"Incident {into.Number} was itself merged into incident {into.MergedInto}. Use `merge {into.MergedInto}`."),
            { IsOpen: false } => new Refusal("into-ended", $"Incident {into.Number} is {IncidentMessages.StatusWord(into.Status)}. {(into.Status == IncidentStatus.Cancelled ? "Choose one that is open." : "Reopen it first, or choose one that is open.")}"),
            _ when incident.Private && !into.Private => new Refusal("private-into-public", $"Incident {incident.Number} is private and incident {into.Number} is not: everybody would see what was kept from them. Go on in both."),
            _ when !incident.Private && into.Private => new Refusal("public-into-private", $"Incident {into.Number} is private: everybody who is in incident {incident.Number} would be let in. Cancel this one instead, or go on in both."),
            _ when incident.Drill != into.Drill => new Refusal("drill", "One of them is a drill and the other is not: a drill stands outside every figure. Go on in both, or cancel one."),
            _ => incident with { Status = IncidentStatus.Merged, MergedInto = into.Number, WatchUntil = null, UpdateDueAt = null },
        };
    }

    private static Refusal NotAccepted(Incident incident, string what) => new("not-accepted", $"Nobody has accepted incident {incident.Number} yet. {what}");

    private static Refusal Over(Incident incident) => new("not-open", incident.Status switch
    {
        IncidentStatus.Cancelled => $"Incident {incident.Number} was cancelled ({ChatOps.Slack.Blocks.Mrkdwn.Escape(incident.CancelledReason ?? "", 300)}). Start a new one if something is wrong.",
        IncidentStatus.Merged => $"Incident {incident.Number} was merged into incident {incident.MergedInto}. Work goes on there.",
        _ => $"Incident {incident.Number} is {IncidentMessages.StatusWord(incident.Status)} already. If it is back, `reopen` it, or start a new one.",
    });

    private static string Lead(Incident incident) => incident.Lead is { } lead ? $"<@{lead}>" : "nobody";
}
