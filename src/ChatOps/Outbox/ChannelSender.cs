using System.Diagnostics;
using ChatOps.Database;

namespace ChatOps.Outbox;

/// <summary>
/// Sends what the outbox holds. It claims destinations, never rows, so that nothing overtakes within one; woken by commits of this process,
/// and by a poll for rows of other instances and for leases that ended.
/// </summary>
internal sealed class ChannelSender(OutboxSignal signal, SenderParts parts) : BackgroundService
{
    private readonly Guid owner = Guid.NewGuid();
    private readonly Dictionary<string, (DestinationRun Run, Task Task)> runs = new(StringComparer.Ordinal);
    private long polled;
    private bool pollDue = true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await parts.DatabaseReady.WaitAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await RoundAsync(stoppingToken);
                }
                catch (Exception e) when (DatabaseTrouble.IsAny(e))
                {
                    parts.Log.DatabaseAway("every destination", e.Message);
                    await Task.Delay(parts.Options.Poll, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop: the runs finish the calls that are under way.
        }
        await Task.WhenAll(runs.Values.Select(r => r.Task));
    }

    private async Task RoundAsync(CancellationToken stopping)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        while (signal.Reader.TryRead(out var one)) Note(one, told);
        if (pollDue || Stopwatch.GetElapsedTime(polled) > parts.Options.Poll)
        {
            pollDue = true;
            await ClaimAsync(keys: null, stopping);
            pollDue = false;
            polled = Stopwatch.GetTimestamp();
        }
        else if (told.Count > 0)
        {
            pollDue = true;
            await ClaimAsync(told, stopping);
            pollDue = false;
        }

        var left = parts.Options.Poll - Stopwatch.GetElapsedTime(polled);
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        if (left > TimeSpan.Zero) await Task.WhenAny(signal.Reader.WaitToReadAsync(timer.Token).AsTask(), Task.Delay(left, timer.Token));
        await timer.CancelAsync();
    }

    private void Note(SenderSignal one, HashSet<string> told)
    {
        if (!runs.TryGetValue(one.Destination, out var run))
        {
            if (!one.Ended) told.Add(one.Destination);
            return;
        }
        if (!one.Ended)
        {
            run.Run.Wake();
            return;
        }
        runs.Remove(one.Destination);
        if (run.Run.WokenInTheEnd) told.Add(one.Destination);
    }

    private async Task ClaimAsync(IReadOnlyCollection<string>? keys, CancellationToken stopping)
    {
        var free = parts.Options.Parallel - runs.Count;
        if (free <= 0) return;
        foreach (var destination in await parts.Queue.ClaimAsync(owner, keys, runs.Keys, free, stopping))
        {
            var run = new DestinationRun(destination, owner, parts, stopping);
            runs[destination] = (run, RunAsync(destination, run));
        }
    }

    private async Task RunAsync(string destination, DestinationRun run)
    {
        try
        {
            await run.RunAsync();
        }
#pragma warning disable CA1031 // One destination must not end the sender; its rows stay and the poll takes them up again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            parts.Log.Broke(e, "rows", 0, destination);
        }
        signal.RaiseEnded(destination);
    }
}
