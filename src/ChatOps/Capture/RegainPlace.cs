using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>The bot can write in an incident's channel again: what it had to say meanwhile is sent now, in order.</summary>
internal sealed class RegainPlace(RecordHappening happenings, Outbox.Outbox outbox, IncidentDrawing drawing, InternalRequests internalRequests)
{
    /// <summary>Somebody invited the bot, or it came back by itself.</summary>
    public Task RunAsync(string channel, string happening, string ts, string? by, CancellationToken cancellationToken) =>
        happenings.RunAsync(channel, happening, ts, subject: "", TimelineKinds.ChannelBack, by ?? TimelineEntry.Bot, by is null ? "ChatOps came into the channel" : "Brought ChatOps into the channel", cancellationToken,
            async (tx, incident) =>
            {
                await BackAsync(tx, incident, [LossCause.Removed], cancellationToken);
                if (incident.Private) await ReadMembersHandler.LeaveAsync(internalRequests, tx, incident.Number, channel, ts, cancellationToken);
            });

    /// <summary>Sends what Slack refused while the channel was lost, and draws what has changed since.</summary>
    public async Task BackAsync(Tx tx, Incident incident, IReadOnlyCollection<string> causes, CancellationToken cancellationToken)
    {
        if (await LostPlaces.RegainAsync(tx, incident.Number, causes, cancellationToken) is not { } since) return;
        await outbox.ReviveAsync(tx, incident.Destination, cancellationToken);
        await drawing.ShowAsync(tx, incident, cancellationToken);
        await outbox.ShowAsync(tx, $"incident {incident.Number} back {since.ToUnixTimeMilliseconds()}", incident.Destination,
            IncidentMessages.Plain($"{IncidentMessages.Head(incident)}: I can write here again{(incident.Lead is { } lead ? $", {Mrkdwn.User(lead)}" : "")}. What I had to say since {Mrkdwn.Date(since)} stands above."), cancellationToken);
    }
}
