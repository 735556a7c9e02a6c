using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>A message that somebody marked with the configured emoji belongs into the timeline.</summary>
internal sealed class ReactionHandler(CurrentRequest request, IncidentStore incidents, RecordMessage record, InternalRequests internalRequests, BotIdentity identity, ChatOpsConfig config)
    : IEventHandler<ReactionAdded>
{
    public async Task Handle(ReactionAdded slackEvent, EventCallback callback, CancellationToken cancellationToken)
    {
        // Most reactions are none of ours: the name decides before anything is looked up. A colour of skin follows after two colons.
        if (!config.Timeline.Reactions.Contains(slackEvent.Reaction.Split("::")[0], StringComparer.Ordinal)) return;
        if (slackEvent.Item is not { Type: "message", Channel: { } channel, Ts: { } ts } || Timestamps.ToTime(ts) is null || callback.IsBot(slackEvent.ItemUser) || callback.IsBot(slackEvent.User)) return;
        if (await incidents.OfChannelAsync(channel, cancellationToken) is not { } incident) return;
        var self = await identity.ReadAsync(cancellationToken);
        await request.CommitAsync(async tx =>
        {
            var (message, _) = await record.RunAsync(tx, new Heard(channel, ts, incident.Number) { Author = slackEvent.ItemUser, WantedBy = slackEvent.User, WantedHow = "reaction" }, self, cancellationToken);
            // The event carries no words, and none were heard before: Slack is asked for them.
            if (message.Versions.Count == 0) await ReadMessageHandler.LeaveAsync(internalRequests, tx, channel, ts, look: 0, cancellationToken);
        }, cancellationToken);
    }
}
