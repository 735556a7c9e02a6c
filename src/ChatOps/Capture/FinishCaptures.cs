using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Scheduling;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>Messages that were wanted and whose first words did not come: written with what is known, or looked for once more. Forgets what nobody wanted.</summary>
internal sealed class FinishCaptures(Transactions transactions, RecordMessage record, MessageStore messages, InternalRequests internalRequests, BotIdentity identity, TimeProvider time) : ISweepTask
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(7);
    private static readonly TimeSpan Tidy = TimeSpan.FromMinutes(10);
    private long tidied;

    public string Name => "timeline capture";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var due = await transactions.RunAsync(requestId: null, tx => MessageStore.ClaimDueAsync(tx, cancellationToken), cancellationToken);
        var self = due.Count == 0 ? null : await identity.ReadAsync(cancellationToken);
        foreach (var (channel, ts, look) in due)
        {
            await transactions.RunAsync(requestId: null, async tx =>
            {
                var message = await MessageStore.LearnAsync(tx, new Heard(channel, ts, Incident: null), cancellationToken);
                if (message.Versions.Count == 0) await ReadMessageHandler.LeaveAsync(internalRequests, tx, channel, ts, look, cancellationToken);
                else await record.WriteAsync(tx, message, self, lastCall: true, cancellationToken);
            }, cancellationToken);
        }
        if (tidied != 0 && time.GetElapsedTime(tidied) < Tidy) return;
        tidied = time.GetTimestamp();
        await messages.ForgetAsync(time.GetUtcNow() - Keep, cancellationToken);
    }
}
