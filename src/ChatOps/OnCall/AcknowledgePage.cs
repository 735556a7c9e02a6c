using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.OnCall.PagerDuty;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.OnCall;

/// <summary>Somebody answers a page: whoever was called, or anyone else who takes it.</summary>
public sealed class AcknowledgePage(PageStore pages, ShowPage show, PagerStore pager, TimelineStore timeline, CurrentRequest request, Outbox.Outbox outbox)
{
    /// <param name="id">The page; null: the newest one that nobody answered.</param>
    public async Task RunAsync(IncidentCall call, long? id, CancellationToken cancellationToken)
    {
        var incident = call.Incident!;
        var found = await pages.FindAsync(incident.Number, id, cancellationToken);
        await request.CommitAsync(async tx =>
        {
            if (found is null || await PageStore.AcknowledgeAsync(tx, found, call.UserId, cancellationToken) is not { } page)
            {
                await outbox.TellAsync(tx, call, IncidentMessages.Plain(NothingToAcknowledge(incident, found, call.UserId)), cancellationToken);
                return;
            }
            var others = await PageStore.AcknowledgeOthersAsync(tx, page, call.UserId, cancellationToken);
            await timeline.AppendAsync(tx, new TimelineEntry { Incident = incident.Number, Kind = TimelineKinds.PageAcknowledged, At = tx.Now, Actor = call.UserId, Text = $"Acknowledged the page: {page.Reason}" }, cancellationToken);
            await outbox.InviteAsync(tx, incident.Destination, [call.UserId], cancellationToken);
            await IncidentMembers.AddAsync(tx, incident.Number, [call.UserId], cancellationToken);
            await outbox.ShowAsync(tx, $"page {page.Id} acknowledged", incident.Destination, PageMessages.Acknowledged(incident, call.UserId), cancellationToken);
            foreach (var answered in others.OrderBy(p => p.Id).Prepend(page))
                await show.OverAsync(tx, answered, incident, await PageStore.CallsAsync(tx, answered.Id, cancellationToken), $"{Mrkdwn.User(call.UserId)} acknowledged it", cancellationToken);
            await pager.AddAsync(tx, PagerEvent.Of(incident, PagerAction.Acknowledge, page.Reason), $"acknowledge {page.Id}", cancellationToken);
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
