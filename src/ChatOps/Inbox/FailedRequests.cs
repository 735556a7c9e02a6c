using ChatOps.Database;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Dispatch;

namespace ChatOps.Inbox;

/// <summary>Requests that could not be handled: tried again a few times, then dead, and then the person is told.</summary>
internal sealed partial class FailedRequests(Transactions transactions, Outbox.Outbox outbox, ILogger<FailedRequests> logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);

    /// <summary>After an unknown exception: the request waits a little longer each time.</summary>
    public Task RecordAsync(InboxRow row, string errorId, CancellationToken cancellationToken) => FailAsync(
        row, errorId, FirstWait,
        $"That did not work, and I do not know why. Nothing was changed by it. Try again, or give the id {errorId} to whoever looks after me.", cancellationToken);

    /// <summary>A kind that this version does not know: a newer instance may.</summary>
    public Task UnknownKindAsync(InboxRow row, CancellationToken cancellationToken) => FailAsync(
        row, "unknown-kind", TimeSpan.FromSeconds(5),
        "I do not know that button or command; it is of another version of me. Type the command, or `/incident help` for what there is.", cancellationToken);

    private async Task FailAsync(InboxRow row, string errorId, TimeSpan wait, string sentence, CancellationToken cancellationToken)
    {
        try
        {
            await transactions.RunAsync(requestId: null, async tx =>
            {
                if (!await InboxStore.FailAsync(tx, row, errorId, wait, cancellationToken)) return;
                Dead(row.Id, row.Kind, errorId);
                // Whoever merely wrote or pinned something asked the bot for nothing.
                if (row.ToSlackRequest() is { Kind: not SlackRequestKind.Event } asked && asked.ReadSender() is { UserId.Length: > 0, ChannelId: { } channel } sender)
                    await outbox.EphemeralAsync(tx, channel, sender.UserId, new Message { Text = sentence }, cancellationToken);
            }, cancellationToken);
        }
        catch (Exception e) when (DatabaseTrouble.IsAny(e))
        {
            // The claim ends by itself, and the request is taken up again then.
            NotRecorded(row.Id, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Request} ({Kind}) is dead after its last attempt ({ErrorId})")]
    private partial void Dead(long request, string kind, string errorId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The failure of request {Request} could not be recorded: {Reason}")]
    private partial void NotRecorded(long request, string reason);
}
