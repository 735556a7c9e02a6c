using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.OnCall.PagerDuty;
using ChatOps.Slack.Blocks;

namespace ChatOps.OnCall;

/// <summary>Somebody answers a page: whoever was called, or anyone else who takes it.</summary>
public sealed class AcknowledgePage(PageStore pages, AnswerPage answer, PagerStore pager, CurrentRequest request, Outbox.Outbox outbox)
{
    /// <param name="id">The page; null: the newest one that nobody answered.</param>
    public async Task RunAsync(IncidentCall call, long? id, CancellationToken cancellationToken)
    {
        var incident = call.Incident!;
        var found = await pages.FindAsync(incident.Number, id, cancellationToken);
        await request.CommitAsync(async tx =>
        {
            if (found is null || !await answer.RunAsync(tx, incident, found, call.UserId, where: "", cancellationToken))
            {
                await outbox.TellAsync(tx, call, IncidentMessages.Plain(NothingToAcknowledge(incident, found, call.UserId)), cancellationToken);
                return;
            }
            await pager.AddAsync(tx, PagerEvent.Of(incident, PagerAction.Acknowledge, found.Reason), $"acknowledge {found.Id}", cancellationToken);
            await outbox.TellAsync(tx, call, IncidentMessages.Plain($"Thank you. Work goes on in {IncidentDrawing.Place(incident)}; the pinned message says where it stands."), cancellationToken);
        }, cancellationToken);
    }

    private static string NothingToAcknowledge(Incident incident, Page? page, string user) => page switch
    {
        null => $"No page of incident {incident.Number} waits for an answer. Nothing to do.",
        { AcknowledgedBy: { } by } when by == user => $"You acknowledged it already. Work goes on in {IncidentDrawing.Place(incident)}.",
        { AcknowledgedBy: { } by } => $"{Mrkdwn.User(by)} acknowledged it already. If you want to help, come to {IncidentDrawing.Place(incident)}.",
        _ => $"Somebody else has it in hand meanwhile. If you want to help, come to {IncidentDrawing.Place(incident)}.",
    };
}
