using System.Diagnostics;
using ChatOps.Database;

namespace ChatOps.Operations;

/// <summary>Keeps an operation's lease while it is carried out; <see cref="Lost"/> when it cannot be kept.</summary>
internal sealed class OperationLease : IAsyncDisposable
{
    private readonly CancellationTokenSource lost;
    private readonly CancellationTokenSource done = new();
    private readonly Task keeping;

    /// <param name="taken">When the lease was taken (<see cref="Stopwatch"/>), before the statement that took it.</param>
    public OperationLease(Guid id, Guid owner, long taken, OperationStore store, OperationOptions options, CancellationToken stopping)
    {
        lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Lost = lost.Token;
        keeping = KeepAsync(id, owner, taken, store, options);
    }

    /// <summary>Cancelled when another may own the operation, or the process stops.</summary>
    public CancellationToken Lost { get; }

    public async ValueTask DisposeAsync()
    {
        await done.CancelAsync();
        await keeping;
        done.Dispose();
        lost.Dispose();
    }

    private async Task KeepAsync(Guid id, Guid owner, long renewed, OperationStore store, OperationOptions options)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Lease / 3, done.Token);
                var started = Stopwatch.GetTimestamp();
                try
                {
                    if (!await store.RenewAsync(id, owner, options.Lease, done.Token)) break;
                    renewed = started;
                }
                catch (Exception e) when (DatabaseTrouble.IsAny(e))
                {
                    // Tried again for as long as the lease is good; the guard before each call asks the database anyway.
                    if (Stopwatch.GetElapsedTime(renewed) > options.Lease) break;
                }
            }
            await lost.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // Done: the lease is not needed any more.
        }
    }
}
