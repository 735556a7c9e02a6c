using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Scheduling;
using ChatOps.Timeline;

namespace ChatOps.OnCall.PagerDuty;

/// <summary>Whoever acknowledges on the phone has answered the page: PagerDuty is asked while one waits, and nobody else is called then.</summary>
internal sealed partial class HearPagerDuty(
    PagerDutyClient client, PagerDutyPeople people, IncidentStore incidents, AnswerPage answer, ShowPage show, TimelineStore timeline, Outbox.Outbox outbox,
    OnCallConfig config, Transactions transactions, ILogger<HearPagerDuty> logger) : ISweepTask
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    public string Name => "pager answers";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (config.PagerDuty is not { RoutingKey: not null, ApiToken: not null }) return;
        var alerts = await transactions.RunAsync(requestId: null, tx => PagerStore.LookAsync(tx, Every, cancellationToken), cancellationToken);
        await Task.WhenAll(alerts.Select(a => HearAsync(a.Incident, a.DedupKey, cancellationToken)));
    }

    private async Task HearAsync(int number, string dedupKey, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.AcknowledgementAsync(dedupKey, cancellationToken) is not { } heard) return;
            var user = await people.SlackUserAsync(heard.By, cancellationToken);
            var incident = await incidents.FindAsync(number, cancellationToken) ?? throw new InvalidOperationException($"Incident {number} of an alert in PagerDuty has no row.");
            await transactions.RunAsync(requestId: null, tx => AnsweredAsync(tx, incident, heard, user, cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is PagerDutyException or SlackDirectoryException)
        {
            NotHeard(number, e.Message);
        }
    }

    private async Task AnsweredAsync(Tx tx, Incident incident, PagerDutyAcknowledgement heard, string? user, CancellationToken cancellationToken)
    {
        // What was asked for after it, or of somebody else by name, it did not answer.
        if (await PageStore.UnansweredAsync(tx, incident.Number, heard.At, user, cancellationToken) is not { } page) return;
        var calls = await PageStore.CallsAsync(tx, page.Id, cancellationToken);
        // Whoever answers comes in, and into a private incident nobody comes who was not called: its page goes on.
        if (incident.Private && !calls.Any(c => c.Person == user)) return;
        if (user is not null)
        {
            await answer.RunAsync(tx, incident, page, user, " in PagerDuty", cancellationToken);
            return;
        }
        if (await PageStore.AnsweredElsewhereAsync(tx, page, cancellationToken) is not { } ended) return;
        await timeline.AppendAsync(tx, new TimelineEntry
        {
            Incident = incident.Number, Kind = TimelineKinds.PageAcknowledged, At = heard.At, Actor = TimelineEntry.Bot, Text = $"{heard.By.Name} acknowledged the page in PagerDuty: {page.Reason}", Part = $"{page.Id}",
        }, cancellationToken);
        await outbox.ShowAsync(tx, $"page {page.Id} acknowledged", incident.Destination, PageMessages.AcknowledgedElsewhere(incident, heard.By.Name), cancellationToken);
        await show.OverAsync(tx, ended, incident, calls, "Somebody acknowledged it in PagerDuty", cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether somebody answers incident {Incident} in PagerDuty is not known: {Reason}")]
    private partial void NotHeard(int incident, string reason);
}
