using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Scheduling;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>
/// Looks whose turn it is, and who waited too long. A turn is left as a request of the bot to itself, one of a kind: what the turn brings commits with that
/// request, so that neither several instances nor a crash make two cards of it, or none.
/// </summary>
internal sealed class SweepDeployQueue(Transactions transactions, InternalRequests requests, TimelineStore timeline, Outbox.Outbox outbox) : ISweepTask
{
    public string Name => "deploy queue";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (await transactions.RunAsync(requestId: null, tx => ExpireOneAsync(tx, cancellationToken), cancellationToken))
        {
        }
        await transactions.RunAsync(requestId: null, async tx =>
        {
            foreach (var waiting in await DeployQueueStore.FreeAsync(tx, cancellationToken))
                await requests.AddAsync(tx, LeaveDeployQueue.Word, $"deploy queue {waiting.Id} {waiting.Looks}", new LeaveDeployQueue.Turn(waiting.Id), cancellationToken);
        }, cancellationToken);
    }

    private async Task<bool> ExpireOneAsync(Tx tx, CancellationToken cancellationToken)
    {
        if (await DeployQueueStore.ExpireAsync(tx, cancellationToken) is not { } expired) return false;
        await timeline.AppendAsync(
            tx, QueueDeploy.Entry(tx, expired, TimelineKinds.DeployUnqueued, TimelineEntry.Bot, $"Gave up waiting to deploy {expired.Version} to {expired.Target}: the target was not free in time."), cancellationToken);
        await outbox.ShowAsync(tx, expired.MessageKey, expired.Channel, DeployQueueMessages.Expired(expired), cancellationToken);
        await outbox.ShowAsync(tx, expired.OverKey, expired.Channel, DeployQueueMessages.YoursExpired(expired), cancellationToken);
        return true;
    }
}
