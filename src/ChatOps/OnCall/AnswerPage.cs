using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.OnCall;

/// <summary>What follows when somebody answers a page, wherever they did.</summary>
public sealed class AnswerPage(ShowPage show, TimelineStore timeline, Outbox.Outbox outbox)
{
    /// <param name="found">The page as it was read; its row decides.</param>
    /// <param name="where">Where it was answered, as the end of a sentence: " in PagerDuty"; empty: in Slack.</param>
    /// <returns>False: it has ended already.</returns>
    public async Task<bool> RunAsync(Tx tx, Incident incident, Page found, string user, string where, CancellationToken cancellationToken)
    {
        if (await PageStore.AcknowledgeAsync(tx, found, user, cancellationToken) is not { } page) return false;
        var others = await PageStore.AcknowledgeOthersAsync(tx, page, user, cancellationToken);
        await timeline.AppendAsync(tx, new TimelineEntry
        {
            Incident = incident.Number, Kind = TimelineKinds.PageAcknowledged, At = tx.Now, Actor = user, Text = $"Acknowledged the page{where}: {page.Reason}", Part = $"{page.Id}",
        }, cancellationToken);
        await outbox.InviteAsync(tx, incident.Destination, [user], cancellationToken);
        await IncidentMembers.AddAsync(tx, incident.Number, [user], cancellationToken);
        await outbox.ShowAsync(tx, $"page {page.Id} acknowledged", incident.Destination, PageMessages.Acknowledged(incident, user, where), cancellationToken);
        foreach (var answered in others.OrderBy(p => p.Id).Prepend(page))
            await show.OverAsync(tx, answered, incident, await PageStore.CallsAsync(tx, answered.Id, cancellationToken), $"{Mrkdwn.User(user)} acknowledged it{where}", cancellationToken);
        return true;
    }
}
