using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>A message that somebody pinned in an incident's channel belongs into the timeline. What the bot says is there already in its own words.</summary>
internal sealed class PinHandler(CurrentRequest request, IncidentStore incidents, MessageWords words, RecordMessage record, BotIdentity identity) : IEventHandler<PinAdded>
{
    public async Task Handle(PinAdded slackEvent, EventCallback callback, CancellationToken cancellationToken)
    {
        if (slackEvent.Item.Message is not { Ts: { } ts } message || Timestamps.ToTime(ts) is null || callback.IsOwn(message) || callback.IsBot(slackEvent.User)) return;
        if (await incidents.OfChannelAsync(slackEvent.ChannelId, cancellationToken) is not { } incident) return;
        var heard = new Heard(slackEvent.ChannelId, ts, incident.Number)
        {
            Author = MessageHandler.AuthorOf(message), ThreadTs = message.ThreadTs, Versions = [await words.ReadAsync(message, cancellationToken)], WantedBy = slackEvent.User, WantedHow = "pin",
        };
        var self = await identity.ReadAsync(cancellationToken);
        await request.CommitAsync(tx => record.RunAsync(tx, heard, self, cancellationToken), cancellationToken);
    }
}
