using ChatOps.Incidents;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>Who comes into an incident's channel and who leaves it. It decides who sees a private incident, so that the latest that happened counts, not the latest that was heard.</summary>
internal sealed class MembershipHandler(RecordHappening happenings, RegainPlace regain) : IEventHandler<MemberJoinedChannel>, IEventHandler<MemberLeftChannel>
{
    private static readonly string[] Both = [HappeningKind.Joined, HappeningKind.Left];

    public Task Handle(MemberJoinedChannel slackEvent, EventCallback callback, CancellationToken cancellationToken)
    {
        var (actor, text) = JoinOf(slackEvent, callback);
        return callback.IsBot(slackEvent.User)
            ? regain.RunAsync(slackEvent.Channel, HappeningKind.BotJoined, TsOf(slackEvent, callback), slackEvent.Inviter, cancellationToken)
            : happenings.RunAsync(slackEvent.Channel, HappeningKind.Joined, TsOf(slackEvent, callback), slackEvent.User, TimelineKinds.Joined, actor, text, cancellationToken, async (tx, incident) =>
            {
                if (await RecordHappening.IsLatestAsync(tx, slackEvent.Channel, Both, TsOf(slackEvent, callback), slackEvent.User, cancellationToken))
                    await IncidentMembers.AddAsync(tx, incident.Number, [slackEvent.User], cancellationToken);
            });
    }

    public Task Handle(MemberLeftChannel slackEvent, EventCallback callback, CancellationToken cancellationToken) =>
        // That the bot itself is out is told by an event of its own, and by Slack's refusals.
        callback.IsBot(slackEvent.User)
            ? Task.CompletedTask
            : happenings.RunAsync(slackEvent.Channel, HappeningKind.Left, TsOf(slackEvent, callback), slackEvent.User, TimelineKinds.Left, slackEvent.User, "Left the channel", cancellationToken, async (tx, incident) =>
            {
                if (await RecordHappening.IsLatestAsync(tx, slackEvent.Channel, Both, TsOf(slackEvent, callback), slackEvent.User, cancellationToken))
                    await IncidentMembers.RemoveAsync(tx, incident.Number, slackEvent.User, cancellationToken);
            });

    /// <summary>Who did it and what the timeline says: whoever is invited, by the bot too, has done nothing yet.</summary>
    private static (string Actor, string Text) JoinOf(MemberJoinedChannel slackEvent, EventCallback callback) => slackEvent.Inviter switch
    {
        null or "" => (slackEvent.User, "Joined"),
        var self when self == slackEvent.User => (slackEvent.User, "Joined"),
        var inviter => (callback.IsBot(inviter) ? TimelineEntry.Bot : inviter, $"Invited <@{slackEvent.User}>"),
    };

    /// <summary>When it happened; to the second where the event itself does not say.</summary>
    internal static string TsOf(SlackEvent slackEvent, EventCallback callback) => slackEvent.EventTs is { Length: > 0 } ts ? ts : Timestamps.FromTime(callback.EventTime);
}
