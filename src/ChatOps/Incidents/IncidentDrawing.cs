using ChatOps.Configuration;
using ChatOps.Database;

namespace ChatOps.Incidents;

/// <summary>Draws everything that shows the state of an incident: the pinned summary, the topic, the announcement.</summary>
public sealed class IncidentDrawing(Outbox.Outbox outbox, ChatOpsConfig config)
{
    /// <summary>After each change, in its transaction. In triage nothing is announced: nobody else is bothered.</summary>
    public async Task ShowAsync(Tx tx, Incident incident, CancellationToken cancellationToken)
    {
        await outbox.ShowAsync(tx, IncidentMessages.SummaryKey(incident.Number), incident.Destination, IncidentMessages.Summary(incident), cancellationToken);
        await outbox.TopicAsync(tx, incident.Destination, IncidentMessages.Topic(incident), cancellationToken);
        if (incident.Severity is not null)
            await outbox.ShowAsync(tx, IncidentMessages.AnnouncementKey(incident.Number), "#" + config.Slack.IncidentsChannel.TrimStart('#'), IncidentMessages.Announcement(incident, Place(incident)), cancellationToken);
    }

    /// <summary>The incident's channel as a mention; the outbox puts Slack's id in when it sends.</summary>
    public static string Place(Incident incident) => $"<#{incident.Destination}>";
}
