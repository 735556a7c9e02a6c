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
        var said = Severities.Parse(call.Arguments);
        return change.RunAsync(
            call,
            // Without a word from anyone: what the assessment suggested, and it is said which rule that was. As it is once the row is locked: somebody may change it at the same moment.
            (incident, now) => IncidentTransitions.Accept(incident, call.UserId, said ?? incident.Severity ?? SuggestedBy(incident) ?? WhenNobodySaid, now, call.UserName),
            (_, incident) => (TimelineKinds.Accepted, $"Accepted as {Severities.Name(incident.Severity)}{(incident.SeverityRule is { } rule ? $" ({rule})" : "")}"),
            async (tx, incident) =>
            {
                await outbox.InviteAsync(tx, incident.Destination, [call.UserId], cancellationToken);
                await IncidentMembers.AddAsync(tx, incident.Number, [call.UserId], cancellationToken);
                await outbox.ShowAsync(tx, $"incident {incident.Number} accepted", incident.Destination,
                    IncidentMessages.Plain($"{IncidentMessages.Head(incident)}: {Mrkdwn.User(incident.Lead!)} leads.{(incident.SeverityRule is { } rule ? $" Severity by rule: {Mrkdwn.Escape(rule, 400)}" : "")}"), cancellationToken);
                await VerbRequestHandler.LeaveAsync(internalRequests, tx, incident.Number, "page", "opened", cancellationToken);
            },
            cancellationToken);
    }

    private static int? SuggestedBy(Incident incident) => incident.SeverityRule is { Length: >= 4 } rule ? Severities.Parse(rule[..4]) : null;
}

/// <summary><c>/incident severity n</c>; <c>escalate</c> and <c>deescalate</c> go one step where no number is named.</summary>
public sealed class SeverityVerb(ChangeIncident change, CurrentRequest request, InternalRequests internalRequests, Outbox.Outbox outbox) : IIncidentVerb
{
    private static readonly string[] Worse = ["escalate"];
    private static readonly string[] Better = ["deescalate", "de-escalate"];

    public string Name => "severity";

    public IReadOnlyList<string> Synonyms => ["sev", .. Worse, .. Better];

    public (string Arguments, string Does) Usage => ("1..4", "change how bad it is; `escalate` and `deescalate` go one step");

    public bool NeedsIncident => true;

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        if (Wanted(call) is not { } severity)
        {
            var meanings = string.Join("; ", Severities.All.Select(s => $"{s.Level}: {s.Meaning}"));
            var sentence = call.Arguments.Trim().Length == 0 ? "Which severity?" : $"There is no severity {Mrkdwn.Code(Mrkdwn.Cut(call.Arguments, 40))}.";
            var buttons = Severities.All.Select(s => IncidentButtonHandler.For($"SEV{s.Level}", Name, call.Incident!.Number, $"{s.Level}")).ToArray();
            return request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.WithButton($"{sentence} {meanings}.", buttons), cancellationToken), cancellationToken);
        }
        // What it was is known once the row is locked: another person may change it at the same moment.
        int? was = null;
        return change.RunAsync(
            call,
            (incident, _) =>
            {
                was = incident.Severity;
                return IncidentTransitions.ChangeSeverity(incident, severity);
            },
            (before, _) => (TimelineKinds.SeverityChanged, $"Severity is {Severities.Name(severity)} now; it was {Severities.Name(before.Severity)}"),
            async (tx, incident) =>
            {
                await outbox.ShowAsync(tx, $"severity {tx.RequestId}", incident.Destination,
                    IncidentMessages.Plain($"{IncidentMessages.Head(incident)}: {(incident.Lead is { } lead ? $"{Mrkdwn.User(lead)}, the" : "The")} severity is {Severities.Name(severity)} now ({Severities.All[severity - 1].Meaning}), changed by {Mrkdwn.User(call.UserId)}; it was {Severities.Name(was)}."), cancellationToken);
                // Worse than before: whoever must be woken for that is.
                if (!(severity > was)) await VerbRequestHandler.LeaveAsync(internalRequests, tx, incident.Number, "page", $"sev{severity}", cancellationToken);
            },
            cancellationToken);
    }

    private static int? Wanted(IncidentCall call)
    {
        if (Severities.Parse(call.Arguments) is { } named) return named;
        if (call.Arguments.Trim().Length > 0 || call.Incident!.Severity is not { } now) return null;
        var step = Worse.Contains(call.Word, StringComparer.OrdinalIgnoreCase) ? -1 : Better.Contains(call.Word, StringComparer.OrdinalIgnoreCase) ? 1 : 0;
        return step == 0 ? null : Math.Clamp(now + step, 1, Severities.All.Count);
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
        (_, incident) => (TimelineKinds.Cancelled, $"Cancelled: {incident.CancelledReason}"),
        (tx, incident) => outbox.ShowAsync(tx, $"incident {incident.Number} over", incident.Destination,
            IncidentMessages.Plain($"Incident {incident.Number} is cancelled by {Mrkdwn.User(call.UserId)}: {Mrkdwn.Escape(incident.CancelledReason!, 1_000)}. Nothing else to do."), cancellationToken),
        cancellationToken);
}
