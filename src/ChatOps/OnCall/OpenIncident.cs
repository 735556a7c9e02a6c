using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Timeline;

namespace ChatOps.OnCall;

/// <summary>What an incident that was opened, or got worse, means for those on call: they come into the channel, and in SEV1 and SEV2 they are called unless one of them began it.</summary>
public sealed class OpenIncident(WhoIsOnCall whoIsOnCall, CurrentRequest request, Outbox.Outbox outbox)
{
    /// <summary>This severity and what is worse call people when an incident is opened; what is milder calls nobody by itself.</summary>
    internal const int Pages = 2;

    public async Task RunAsync(Incident incident, CancellationToken cancellationToken)
    {
        // In triage nobody is bothered; without anybody on call there is nobody to bother.
        if (incident.Status is not (IncidentStatus.Open or IncidentStatus.Watching) || !whoIsOnCall.IsKnown) return;
        var onCall = await OnCallAsync(incident, cancellationToken);
        await request.CommitAsync(async tx =>
        {
            // Into a private incident they come when they are called, not because it is their turn.
            if (!incident.Private && onCall.Count > 0)
            {
                await outbox.InviteAsync(tx, incident.Destination, [.. onCall], cancellationToken);
                await IncidentMembers.AddAsync(tx, incident.Number, onCall, cancellationToken);
            }
            if (incident.Severity <= Pages && !onCall.Contains(incident.DeclaredBy, StringComparer.Ordinal) && (incident.Lead is not { } lead || !onCall.Contains(lead, StringComparer.Ordinal)))
                await PageAsync(tx, incident, cancellationToken);
        }, cancellationToken);
    }

    private static Task<long?> PageAsync(Tx tx, Incident incident, CancellationToken cancellationToken) => PageStore.AddAsync(tx, new Page
    {
        Incident = incident.Number,
        Reason = $"It is {Severities.Name(incident.Severity)}: {Severities.All[incident.Severity!.Value - 1].Meaning}.",
        AskedBy = TimelineEntry.Bot,
        Lead = incident.Lead,
    }, $"severity of incident {incident.Number}", cancellationToken);

    private async Task<IReadOnlyList<string>> OnCallAsync(Incident incident, CancellationToken cancellationToken)
    {
        try
        {
            return (await whoIsOnCall.ForAsync(incident, schedule: null, person: null, cancellationToken)).OnCall;
        }
        catch (SlackDirectoryException)
        {
            // Nobody can be invited now; the page waits until Slack tells who people are.
            return [];
        }
    }
}
