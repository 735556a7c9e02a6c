using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>
/// What people write, edit and delete in incidents' channels. It is only remembered, in case somebody wants it in the timeline; of other channels nothing is,
/// beyond one look-up whose channel it is.
/// </summary>
internal sealed class MessageHandler(
    CurrentRequest request, IncidentStore incidents, MessageStore messages, MessageWords words, RecordMessage record, RecordHappening happenings, BotIdentity identity)
    : IEventHandler<MessageEvent>
{
    public async Task Handle(MessageEvent slackEvent, EventCallback callback, CancellationToken cancellationToken)
    {
        if (slackEvent.Channel is not { Length: > 0 } channel || Timestamps.ToTime(slackEvent.Ts) is null) return;
        switch (slackEvent.Subtype)
        {
            case null or MessageSubtype.FileShare or MessageSubtype.ThreadBroadcast or MessageSubtype.Bot or MessageSubtype.Me:
                if (callback.IsOwn(slackEvent) || await incidents.OfChannelAsync(channel, cancellationToken) is not { } here) return;
                await RememberAsync(new Heard(channel, slackEvent.Ts!, here.Number) { Author = AuthorOf(slackEvent), ThreadTs = slackEvent.ThreadTs, Versions = [await words.ReadAsync(slackEvent, cancellationToken)] }, cancellationToken);
                break;
            case MessageSubtype.Changed when slackEvent.Message is { Subtype: not MessageSubtype.Tombstone, Ts: { } ts } now:
                await ChangedAsync(channel, ts, [now, slackEvent.PreviousMessage], gone: null, callback, cancellationToken);
                break;
            case MessageSubtype.Changed when slackEvent.Message is { Ts: { } ts }:
                await ChangedAsync(channel, ts, [slackEvent.PreviousMessage], gone: slackEvent.Ts, callback, cancellationToken);
                break;
            case MessageSubtype.Deleted when slackEvent.DeletedTs is { } ts:
                await ChangedAsync(channel, ts, [slackEvent.PreviousMessage], gone: slackEvent.Ts, callback, cancellationToken);
                break;
            case MessageSubtype.Topic or MessageSubtype.GroupTopic when slackEvent.User is { } user && !callback.IsBot(user):
                var topic = await words.TextAsync(slackEvent.Topic ?? "", cancellationToken);
                await happenings.RunAsync(channel, HappeningKind.Topic, slackEvent.Ts!, subject: "", TimelineKinds.ChannelTopic, user, topic.Length == 0 ? "Cleared the channel's topic" : $"Set the channel's topic: {topic}", cancellationToken);
                break;
            case MessageSubtype.Name or MessageSubtype.GroupName when slackEvent.User is { } user && !callback.IsBot(user):
                await happenings.RunAsync(channel, HappeningKind.Renamed, slackEvent.Ts!, subject: "", TimelineKinds.ChannelRenamed, user, $"Renamed the channel from {slackEvent.OldName} to {slackEvent.Name}", cancellationToken);
                break;
        }
    }

    private async Task ChangedAsync(string channel, string ts, IReadOnlyList<MessageEvent?> shown, string? gone, EventCallback callback, CancellationToken cancellationToken)
    {
        var known = shown.OfType<MessageEvent>().Where(m => m.Ts == ts).ToList();
        if (known.Exists(callback.IsOwn)) return;
        var incident = (await incidents.OfChannelAsync(channel, cancellationToken))?.Number ?? await messages.IncidentOfAsync(channel, ts, cancellationToken);
        if (incident is null) return;
        var versions = new List<MessageVersion>();
        foreach (var message in known) versions.Add(await words.ReadAsync(message, cancellationToken));
        if (gone is not null) versions.Add(new MessageVersion(gone, Gone: true, "", [], Actor: null));
        await RememberAsync(new Heard(channel, ts, incident) { Author = known.Select(AuthorOf).FirstOrDefault(a => a is not null), ThreadTs = known.Select(m => m.ThreadTs).FirstOrDefault(t => t is not null), Versions = versions }, cancellationToken);
    }

    private async Task RememberAsync(Heard heard, CancellationToken cancellationToken)
    {
        var self = await identity.ReadAsync(cancellationToken);
        await request.CommitAsync((Tx tx) => record.RunAsync(tx, heard, self, cancellationToken), cancellationToken);
    }

    internal static string? AuthorOf(MessageEvent message) => message.User ?? message.BotId;
}
