using System.Text.Json;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;
using ChatOps.Slack.WebApi;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>Asks Slack for the words of a message that somebody wants in the timeline and that the bot has not heard.</summary>
internal sealed class ReadMessageHandler(CurrentRequest request, MessageWords words, RecordMessage record, BotIdentity identity, ISlackApiClient slack) : IInternalRequestHandler
{
    private const string Word = "timeline.read";

    public string Kind => Word;

    /// <summary>Leaves it to be done after the transaction.</summary>
    public static Task LeaveAsync(InternalRequests requests, Tx tx, string channel, string ts, int look, CancellationToken cancellationToken) =>
        requests.AddAsync(tx, Word, $"read {channel} {ts} {look}", new Wanted(channel, ts), cancellationToken);

    public async Task HandleAsync(JsonElement body, CancellationToken cancellationToken)
    {
        var wanted = body.Deserialize<Wanted>(JsonSerializerOptions.Web) ?? throw new JsonException("An internal request without a body.");
        if (await FindAsync(wanted, cancellationToken) is not { } message) return;
        var self = await identity.ReadAsync(cancellationToken);
        if (self is not null && (message.User == self.UserId || (message.BotId is { } bot && bot == self.BotId))) return;
        var heard = new Heard(wanted.Channel, wanted.Ts, Incident: null) { Author = MessageHandler.AuthorOf(message), ThreadTs = message.ThreadTs, Versions = [await words.ReadAsync(message, cancellationToken)] };
        await request.CommitAsync(tx => record.RunAsync(tx, heard, self, cancellationToken), cancellationToken);
    }

    /// <summary>Null: Slack has it no longer, or lets the bot see it no longer. A failure that passes is thrown, and the request tried again.</summary>
    private async Task<MessageEvent?> FindAsync(Wanted wanted, CancellationToken cancellationToken)
    {
        try
        {
            // Finds first messages as well as replies, which a channel's history leaves out.
            var page = await slack.Conversations.Replies(new HistoryQuery { Channel = wanted.Channel, Ts = wanted.Ts, Latest = wanted.Ts, Inclusive = true, Limit = 5 }, cancellationToken);
            return page.Messages.FirstOrDefault(m => m.Ts == wanted.Ts);
        }
        catch (SlackException e) when (e.ErrorCode is "thread_not_found" or "message_not_found" or "channel_not_found" or "not_in_channel" or "missing_scope")
        {
            return null;
        }
    }

    private sealed record Wanted(string Channel, string Ts);
}
