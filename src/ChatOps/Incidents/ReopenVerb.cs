using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary><c>/incident reopen [why]</c>: it is back. Probes begin again, and the post-mortem is a draft again with its next version.</summary>
public sealed class ReopenVerb(ChangeIncident change, Outbox.Outbox outbox) : IIncidentVerb
{
    public string Name => "reopen";

    public IReadOnlyList<string> Synonyms => ["re-open", "unresolve"];

    public (string Arguments, string Does) Usage => ("[why]", "it is back: the incident is open again");

    public bool NeedsIncident => true;

    public bool IsForEnded => true;

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var why = call.Arguments.Trim() is { Length: > 0 } text ? Redactor.ForSlack(text) : null;
        return change.RunAsync(
            call,
            IncidentTransitions.Reopen,
            (before, _) => (TimelineKinds.Reopened, $"Reopened{(why is null ? "" : $": {why}")}{(before.ResolvedAt is { } end ? $"; it was resolved at {end.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC" : "")}"),
            async (tx, incident) =>
            {
                var lead = incident.Lead is { } who ? $"{Mrkdwn.User(who)}, it" : "It";
                await outbox.InviteAsync(tx, incident.Destination, [call.UserId], cancellationToken);
                await IncidentMembers.AddAsync(tx, incident.Number, [call.UserId], cancellationToken);
                await outbox.ShowAsync(tx, $"incident {incident.Number} reopened {tx.RequestId}", incident.Destination,
                    IncidentMessages.WithButton($"Incident {incident.Number} is open again. {lead} was reopened by {Mrkdwn.User(call.UserId)}{(why is null ? "" : $": {Mrkdwn.Escape(why, 1_000)}")}. I probe again. Look again?",
                        IncidentButtonHandler.For("Assess", "assess", incident.Number, style: ButtonStyle.Primary), IncidentButtonHandler.For("Fix", "fix", incident.Number)), cancellationToken);
            },
            cancellationToken);
    }
}
