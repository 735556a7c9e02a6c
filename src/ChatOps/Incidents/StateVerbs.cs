using ChatOps.Inbox;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary><c>/incident accept [severity]</c>: ends the triage; whoever accepts leads.</summary>
public sealed class AcceptVerb(ChangeIncident change, InternalRequests internalRequests, Outbox.Outbox outbox) : IIncidentVerb
{
    private const int WhenNobodySaid = 3;

    public string Name => "accept";

    public IReadOnlyList<string> Synonyms => ["ack", "acknowledge", "take"];

    public (string Arguments, string Does) Usage => ("[1..4]", "take it: you lead, it gets a severity and is announced");

    public bool NeedsIncident => true;

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        // Without a word from anyone: what the assessment suggested, and it is said which rule that was.
        var severity = Severities.Parse(call.Arguments) ?? call.Incident!.Severity ?? SuggestedBy(call.Incident) ?? WhenNobodySaid;
        return change.RunAsync(
            call,
            (incident, now) => IncidentTransitions.Accept(incident, call.UserId, severity, now),
            incident => (TimelineKinds.Accepted, $"Accepted as {Severities.Name(severity)}{(incident.SeverityRule is { } rule ? $" ({rule})" : "")}"),
            async (tx, incident) =>
            {
                await outbox.InviteAsync(tx, incident.Destination, [call.UserId], cancellationToken);
                await IncidentMembers.AddAsync(tx, incident.Number, [call.UserId], cancellationToken);
                await outbox.ShowAsync(tx, $"incident {incident.Number} accepted", incident.Destination,
                    IncidentMessages.Plain($"{IncidentMessages.Head(incident)}: {Mrkdwn.User(call.UserId)} leads.{(incident.SeverityRule is { } rule ? $" Severity by rule: {Mrkdwn.Escape(rule, 400)}" : "")}"), cancellationToken);
                await VerbRequestHandler.LeaveAsync(internalRequests, tx, incident.Number, "page", "opened", cancellationToken);
            },
            cancellationToken);
    }

    private static int? SuggestedBy(Incident incident) => incident.SeverityRule is { Length: >= 4 } rule ? Severities.Parse(rule[..4]) : null;
}

/// <summary><c>/incident severity n</c></summary>
public sealed class SeverityVerb(ChangeIncident change, CurrentRequest request, InternalRequests internalRequests, Outbox.Outbox outbox) : IIncidentVerb
{
    public string Name => "severity";

    public IReadOnlyList<string> Synonyms => ["sev"];

    public (string Arguments, string Does) Usage => ("1..4", "change how bad it is");

    public bool NeedsIncident => true;

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        if (Severities.Parse(call.Arguments) is not { } severity)
        {
            var meanings = string.Join("; ", Severities.All.Select(s => $"{s.Level}: {s.Meaning}"));
            var sentence = call.Arguments.Length == 0 ? "Which severity?" : $"There is no severity {Mrkdwn.Code(Mrkdwn.Cut(call.Arguments, 40))}.";
            var buttons = Severities.All.Select(s => IncidentButtonHandler.For($"SEV{s.Level}", Name, call.Incident!.Number, $"{s.Level}")).ToArray();
            return request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.WithButton($"{sentence} {meanings}.", buttons), cancellationToken), cancellationToken);
        }
        // What it was is known once the row is locked: another person may change it at the same moment.
        int? before = null;
        return change.RunAsync(
            call,
            (incident, _) =>
            {
                before = incident.Severity;
                return IncidentTransitions.ChangeSeverity(incident, severity);
            },
            _ => (TimelineKinds.SeverityChanged, $"Severity is {Severities.Name(severity)} now; it was {Severities.Name(before)}"),
            (tx, incident) => severity > before ? Task.CompletedTask : VerbRequestHandler.LeaveAsync(internalRequests, tx, incident.Number, "page", $"sev{severity}", cancellationToken),
            cancellationToken);
    }
}

/// <summary><c>/incident cancel reason</c>: a false alarm.</summary>
public sealed class CancelVerb(ChangeIncident change, Outbox.Outbox outbox) : IIncidentVerb
{
    public string Name => "cancel";

    public IReadOnlyList<string> Synonyms => ["false-alarm", "falsealarm"];

    public (string Arguments, string Does) Usage => ("reason", "end a false alarm: no post-mortem, no figure counts it");

    public bool NeedsIncident => true;

    public ModalViewDefinition? Form(IncidentCall call) => call.Arguments.Trim().Length > 0
        ? null
        : IncidentForms.TextForm(call with { Verb = Name }, "Cancel: false alarm", "Cancel incident", "Why was it a false alarm?", "One line, for those who were called and for the rule that raised it.");

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken) => change.RunAsync(
        call,
        (incident, _) => call.Arguments.Trim().Length == 0
            ? new Refusal("no-reason", "Say why it was a false alarm: `/incident cancel reason`.")
            : IncidentTransitions.Cancel(incident, Redactor.ForSlack(call.Arguments.Trim())),
        incident => (TimelineKinds.Cancelled, $"Cancelled: {incident.CancelledReason}"),
        (tx, incident) => outbox.ShowAsync(tx, $"incident {incident.Number} over", incident.Destination,
            IncidentMessages.Plain($"Incident {incident.Number} is cancelled by {Mrkdwn.User(call.UserId)}: {Mrkdwn.Escape(incident.CancelledReason!, 1_000)}. Nothing else to do."), cancellationToken),
        cancellationToken);
}

/// <summary><c>/incident resolve [what fixed it]</c>; the post-mortem is written at once.</summary>
public sealed class ResolveVerb(ChangeIncident change, InternalRequests internalRequests, Outbox.Outbox outbox) : IIncidentVerb
{
    public string Name => "resolve";

    public IReadOnlyList<string> Synonyms => ["close", "end", "done", "fixed"];

    public (string Arguments, string Does) Usage => ("[what fixed it]", "it is over; the post-mortem is written");

    public bool NeedsIncident => true;

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var fix = call.Arguments.Trim() is { Length: > 0 } text ? Redactor.ForSlack(text) : null;
        return change.RunAsync(
            call,
            (incident, now) => IncidentTransitions.Resolve(incident, call.UserId, fix, now),
            incident => (TimelineKinds.Resolved, incident.Resolution is { } how ? $"Resolved: {how}" : "Resolved"),
            async (tx, incident) =>
            {
                await outbox.ShowAsync(tx, $"incident {incident.Number} over", incident.Destination,
                    IncidentMessages.Plain($"Incident {incident.Number} is resolved by {Mrkdwn.User(call.UserId)}. I am writing the post-mortem from the timeline."), cancellationToken);
                await VerbRequestHandler.LeaveAsync(internalRequests, tx, incident.Number, "postmortem", "resolved", cancellationToken);
            },
            cancellationToken);
    }
}
