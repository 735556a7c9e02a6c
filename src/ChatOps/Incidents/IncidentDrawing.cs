using ChatOps.Configuration;
using ChatOps.Database;

namespace ChatOps.Incidents;

/// <summary>Draws everything that shows the state of an incident: the pinned summary, the topic, the announcement.</summary>
public sealed class IncidentDrawing(Outbox.Outbox outbox, ChatOpsConfig config)
{
    /// <summary>After each change, in its transaction. In triage nothing is announced: nobody else is bothered. A private incident is never announced.</summary>
    public async Task ShowAsync(Tx tx, Incident incident, CancellationToken cancellationToken)
    {
        var facts = await IncidentFacts.ReadAsync(tx, incident.Number, cancellationToken);
        await outbox.ShowAsync(tx, IncidentMessages.SummaryKey(incident.Number), incident.Destination, SummaryMessages.Summary(incident, facts), cancellationToken);
        // Slack writes a line into the channel for each topic that is set, also for the one it has.
        var topic = IncidentMessages.Topic(incident);
        if (await IncidentStore.KeepTopicAsync(tx, incident.Number, topic, cancellationToken)) await outbox.TopicAsync(tx, incident.Destination, topic, cancellationToken);
        if (incident is { Severity: not null, Private: false })
            await outbox.ShowAsync(tx, IncidentMessages.AnnouncementKey(incident.Number), Places.Of(config.Slack.IncidentsChannel), IncidentMessages.Announcement(incident, Place(incident)), cancellationToken);
    }

    /// <summary>The incident's channel as a mention; the outbox puts Slack's id in when it sends.</summary>
    public static string Place(Incident incident) => $"<#{incident.Destination}>";
}
