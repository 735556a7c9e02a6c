using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Scheduling;

namespace ChatOps.Alerts;

/// <summary>
/// Every second: where alerts changed, leaves one request to decide. However many came in that second, they are decided about together,
/// so that a storm makes few messages. Twice the same request is one.
/// </summary>
internal sealed class NoticeAlerts(Transactions transactions, InternalRequests requests, TimeProvider time) : ISweepTask
{
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);
    private long forgot;

    public string Name => "alerts";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await transactions.RunAsync(requestId: null, async tx =>
        {
            foreach (var (place, version) in await AlertStore.PlacesAsync(tx, cancellationToken))
            {
                // The minute: a request that failed for good does not keep its place undecided for ever.
                await requests.AddAsync(tx, DecideAlerts.Word, $"{place} {version} {tx.Now:yyyyMMddHHmm}", new DecideAlerts.Wanted(place), cancellationToken);
            }
        }, cancellationToken);
        if (forgot != 0 && time.GetElapsedTime(forgot) < ForgetEvery) return;
        forgot = time.GetTimestamp();
        await transactions.RunAsync(requestId: null, tx => AlertStore.ForgetAsync(tx, tx.Now - Remembered, cancellationToken), cancellationToken);
    }
}
