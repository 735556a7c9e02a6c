using ChatOps.Database;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;
using Dapper;

namespace ChatOps.Capture;

/// <summary>An incident's channel is archived, unarchived, deleted by hand, or the bot is removed from it.</summary>
internal sealed class ChannelStateHandler(RecordHappening happenings, TellOfPlace tell, RegainPlace regain, Outbox.Outbox outbox)
    : IEventHandler<ChannelArchive>, IEventHandler<GroupArchive>, IEventHandler<ChannelUnarchive>, IEventHandler<GroupUnarchive>,
      IEventHandler<ChannelDeleted>, IEventHandler<GroupDeleted>, IEventHandler<ChannelLeft>, IEventHandler<GroupLeft>
{
    private static readonly string[] ArchiveStates = [HappeningKind.Archived, HappeningKind.Unarchived];

    public Task Handle(ChannelArchive slackEvent, EventCallback callback, CancellationToken cancellationToken) => ArchivedAsync(slackEvent, callback, cancellationToken);

    public Task Handle(GroupArchive slackEvent, EventCallback callback, CancellationToken cancellationToken) => ArchivedAsync(slackEvent, callback, cancellationToken);

    public Task Handle(ChannelUnarchive slackEvent, EventCallback callback, CancellationToken cancellationToken) => UnarchivedAsync(slackEvent, callback, cancellationToken);

    public Task Handle(GroupUnarchive slackEvent, EventCallback callback, CancellationToken cancellationToken) => UnarchivedAsync(slackEvent, callback, cancellationToken);

    public Task Handle(ChannelDeleted slackEvent, EventCallback callback, CancellationToken cancellationToken) => DeletedAsync(slackEvent, callback, cancellationToken);

    public Task Handle(GroupDeleted slackEvent, EventCallback callback, CancellationToken cancellationToken) => DeletedAsync(slackEvent, callback, cancellationToken);

    public Task Handle(ChannelLeft slackEvent, EventCallback callback, CancellationToken cancellationToken) =>
        LeftAsync(slackEvent, slackEvent.ActorId, callback, isPublic: true, cancellationToken);

    public Task Handle(GroupLeft slackEvent, EventCallback callback, CancellationToken cancellationToken) =>
        LeftAsync(slackEvent, slackEvent.ActorId, callback, isPublic: false, cancellationToken);

    private Task ArchivedAsync(ChannelChange change, EventCallback callback, CancellationToken cancellationToken)
    {
        var ts = MembershipHandler.TsOf(change, callback);
        return happenings.RunAsync(change.Channel, HappeningKind.Archived, ts, subject: "", TimelineKinds.ChannelArchived, Person(change.User, callback), "Archived the channel", cancellationToken, async (tx, incident) =>
        {
            if (await RecordHappening.IsLatestAsync(tx, change.Channel, ArchiveStates, ts, "", cancellationToken))
                await tell.LostAsync(tx, incident, LossCause.Archived, By(change.User, callback), BotOf(callback), unsaid: null, cancellationToken);
        });
    }

    private Task UnarchivedAsync(ChannelChange change, EventCallback callback, CancellationToken cancellationToken)
    {
        var ts = MembershipHandler.TsOf(change, callback);
        return happenings.RunAsync(change.Channel, HappeningKind.Unarchived, ts, subject: "", TimelineKinds.ChannelUnarchived, Person(change.User, callback), "Unarchived the channel", cancellationToken, async (tx, incident) =>
        {
            if (await RecordHappening.IsLatestAsync(tx, change.Channel, ArchiveStates, ts, "", cancellationToken)) await regain.BackAsync(tx, incident, [LossCause.Archived], cancellationToken);
        });
    }

    private Task DeletedAsync(ChannelChange change, EventCallback callback, CancellationToken cancellationToken) =>
        happenings.RunAsync(change.Channel, HappeningKind.Deleted, MembershipHandler.TsOf(change, callback), subject: "", TimelineKinds.ChannelLost, Person(change.User, callback), "The channel was deleted", cancellationToken,
            (tx, incident) => tell.LostAsync(tx, incident, LossCause.Deleted, By(change.User, callback), BotOf(callback), unsaid: null, cancellationToken));

    private Task LeftAsync(ChannelChange change, string? actor, EventCallback callback, bool isPublic, CancellationToken cancellationToken) =>
        happenings.RunAsync(change.Channel, HappeningKind.BotLeft, MembershipHandler.TsOf(change, callback), subject: "", TimelineKinds.ChannelLost, Person(actor, callback), "ChatOps was removed from the channel", cancellationToken,
            async (tx, incident) =>
            {
                if (!incident.IsOpen) return;
                // Whoever removes it a second time means it.
                if (isPublic && await TimesRemovedAsync(tx, change.Channel, cancellationToken) == 1)
                {
                    await outbox.JoinAsync(tx, incident.Destination, cancellationToken);
                    await outbox.ShowAsync(tx, $"incident {incident.Number} came back", incident.Destination, PlaceMessages.CameBack(incident, By(actor, callback)), cancellationToken);
                    return;
                }
                await tell.LostAsync(tx, incident, LossCause.Removed, By(actor, callback), BotOf(callback), unsaid: null, cancellationToken);
            });

    private static Task<int> TimesRemovedAsync(Tx tx, string channel, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteScalarAsync<int>(new CommandDefinition(
            "SELECT count(*) FROM channel_happenings WHERE channel_id = @channel AND kind = @kind", new { channel, kind = HappeningKind.BotLeft }, tx.Transaction, cancellationToken: cancellationToken));

    private static string Person(string? user, EventCallback callback) => By(user, callback) ?? TimelineEntry.Bot;

    private static string? By(string? user, EventCallback callback) => user is { Length: > 0 } && !callback.IsBot(user) ? user : null;

    private static string? BotOf(EventCallback callback) => callback.Authorizations?.FirstOrDefault(a => a.IsBot)?.UserId;
}
