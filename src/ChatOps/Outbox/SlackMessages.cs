using System.Text.Json.Nodes;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;
using ChatOps.Slack.WebApi;

namespace ChatOps.Outbox;

/// <summary>Posts, edits, looks up, answers, shares files.</summary>
internal sealed class SlackMessages(ISlackApiClient slack, SlackChannels channels, OutboxQueue queue, TimeProvider time)
{
    /// <summary>The type of our messages' metadata; its payload's <c>id</c> is how a post is found again.</summary>
    public const string MetadataType = "chatops_message";

    private const int PlainTextLength = 3_900;
    private const int PageSize = 200;
    private const int PagesToRead = 10;
    private static readonly TimeSpan ResponseLife = TimeSpan.FromMinutes(29);
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(10);

    public async Task<SendResult> ShowAsync(Attempt attempt, string channel, bool plain)
    {
        var message = Draw(attempt, plain);
        var note = plain ? "sent as plain text" : null;
        if (attempt.Row is { MessageChannel: { } at, MessageTs: { } ts })
        {
            await slack.Chat.Update(new MessageUpdate { Channel = at, Ts = ts, Text = message.Text, Blocks = message.Blocks, Metadata = message.Metadata }, attempt.Deadline);
            return new Sent { Note = note };
        }
        if (attempt.MayBeThere)
        {
            var id = attempt.Row.MetadataId.ToString();
            if (await FindAsync(attempt, channel, m => m.Metadata?.Read("id") == id) is { } found)
                return new Sent { Channel = found.Channel, Ts = found.Ts, Note = "found after a lost answer" };
            attempt.MayBeThere = false;
        }
        var posted = await slack.Chat.PostMessage(message with { Channel = channel, ThreadTs = attempt.Row.ThreadTs }, attempt.Deadline);
        return new Sent { Channel = posted.Channel, Ts = posted.Ts, Note = note, DestinationChannel = posted.Channel };
    }

    /// <summary>Where the person cannot be reached in the channel, the same goes to their direct messages.</summary>
    public async Task<SendResult> EphemeralAsync(Attempt attempt, string channel, bool plain)
    {
        var message = Draw(attempt, plain) with { Metadata = null };
        try
        {
            await slack.Chat.PostEphemeral(attempt.Row.Recipient!, message with { Channel = channel }, attempt.Deadline);
            return new Sent { Note = plain ? "sent as plain text" : null };
        }
        catch (SlackException e) when (e.ErrorCode is "channel_not_found" or "not_in_channel" or "user_not_in_channel" or "is_archived" or "restricted_action" or "messages_tab_disabled")
        {
            await slack.Chat.PostMessage(message with { Channel = attempt.Row.Recipient, ThreadTs = null }, attempt.Deadline);
            return new Sent { Note = $"{e.ErrorCode}: sent as a direct message" };
        }
    }

    public async Task<SendResult> RespondAsync(Attempt attempt, bool plain)
    {
        if (time.GetUtcNow() - attempt.Row.CreatedAt > ResponseLife) return new Dead("too late: Slack takes answers for 30 minutes");
        var response = OutboxJson.Read<Response>(attempt.Content);
        var message = plain ? Plain(response.Message) : response.Message;
        await slack.RespondAsync(
            response.Url,
            new ResponseMessage { Text = message.Text, Blocks = message.Blocks, ResponseType = ResponseMessage.Ephemeral, ReplaceOriginal = response.ReplaceOriginal },
            attempt.Deadline);
        return new Sent { Note = plain ? "sent as plain text" : null };
    }

    /// <summary>A file has no metadata: after a lost answer it is known by its name and title.</summary>
    public async Task<SendResult> UploadAsync(Attempt attempt, string channel)
    {
        var file = OutboxJson.Read<OutboxFile>(attempt.Content);
        if (attempt.MayBeThere)
        {
            var found = await FindAsync(attempt, channel, m => m.Files?.Any(f => f.Name == file.FileName && f.Title == file.Title) == true);
            if (found is not null) return new Sent { Note = "found after a lost answer" };
            attempt.MayBeThere = false;
        }
        await slack.Files.Upload(
            new FileUpload { FileName = file.FileName, Title = file.Title, Content = attempt.File ?? [], ChannelId = channel, ThreadTs = attempt.Row.ThreadTs },
            attempt.Deadline);
        return new Sent();
    }

    /// <summary>Looks for what a lost attempt posted, in the channel or in the thread, from our last known message on.</summary>
    private async Task<Place?> FindAsync(Attempt attempt, string channel, Predicate<MessageEvent> isIt)
    {
        var where = Destination.IsUserId(channel) ? await channels.DirectMessageAsync(attempt, channel) : channel;
        if (where is null) return null;
        var known = attempt.Row.ThreadTs is null ? await queue.LastKnownTsAsync(attempt.Destination.Key, where, attempt.Deadline) : null;
        var query = new HistoryQuery
        {
            Channel = where,
            Ts = attempt.Row.ThreadTs,
            Oldest = known ?? Timestamps.FromTime(attempt.Row.CreatedAt - ClockDifference),
            Limit = PageSize,
            IncludeAllMetadata = true,
        };
        for (var page = 0; page < PagesToRead; page++)
        {
            var read = attempt.Row.ThreadTs is null
                ? await slack.Conversations.History(query, attempt.Deadline)
                : await slack.Conversations.Replies(query, attempt.Deadline);
            if (read.Messages.FirstOrDefault(m => isIt(m)) is { Ts: { } ts }) return new Place(where, ts);
            if (read.NextCursor is null) break;
            query = query with { Cursor = read.NextCursor };
        }
        return null;
    }

    private static Message Draw(Attempt attempt, bool plain)
    {
        var message = OutboxJson.Read<Message>(attempt.Content);
        if (plain) message = Plain(message);
        var payload = message.Metadata?.EventPayload is { ValueKind: System.Text.Json.JsonValueKind.Object } own ? JsonObject.Create(own)! : [];
        payload["id"] = attempt.Row.MetadataId.ToString();
        return message with { Metadata = MessageMetadata.Create(message.Metadata?.EventType is { Length: > 0 } type ? type : MetadataType, payload) };
    }

    private static Message Plain(Message message) => new() { Text = Mrkdwn.Cut(message.Text.Length > 0 ? message.Text : "(a message that Slack did not take)", PlainTextLength) };

    private sealed record Place(string Channel, string Ts);
}
