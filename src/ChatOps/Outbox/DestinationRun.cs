using System.Diagnostics;
using ChatOps.Database;
using Npgsql;

namespace ChatOps.Outbox;

/// <summary>Sends the rows of one destination for as long as there are any, holding the destination's lease.</summary>
internal sealed class DestinationRun(string destination, Guid owner, SenderParts parts, CancellationToken stopping)
{
    private readonly Dictionary<long, Task> underWay = [];
    private volatile TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long renewed = Stopwatch.GetTimestamp();

    /// <summary>There may be new rows. Kept until the rows are read again.</summary>
    public void Wake() => wake.TrySetResult();

    /// <summary>A wake-up that came after the rows were read for the last time.</summary>
    public bool WokenInTheEnd => wake.Task.IsCompleted;

    public async Task RunAsync()
    {
        try
        {
            while (await RoundAsync())
            {
            }
        }
        catch (Exception e) when (DatabaseTrouble.IsAny(e))
        {
            parts.Log.DatabaseAway(destination, e.Message);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is under way is finished below; the rest stays in the queue.
        }
        await Task.WhenAll(underWay.Values);
        await ReleaseAsync();
    }

    /// <summary>Reads, begins what may begin, waits for something to happen. False: nothing left to do here.</summary>
    private async Task<bool> RoundAsync()
    {
        stopping.ThrowIfCancellationRequested();
        wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Stopwatch.GetElapsedTime(renewed) > parts.Options.Lease / 3)
        {
            if (!await parts.Queue.RenewAsync(destination, owner, stopping)) return false;
            renewed = Stopwatch.GetTimestamp();
        }
        foreach (var (id, task) in underWay.ToList())
        {
            if (!task.IsCompleted) continue;
            underWay.Remove(id);
            await task;
        }

        var view = await parts.Queue.LoadAsync(destination, owner, stopping);
        if (!view.Mine || (view.Rows.Count == 0 && underWay.Count == 0)) return false;
        var next = await BeginAsync(view);
        // Rows of other instances raise no signal here: look as often as the poll does.
        var pause = next < parts.Options.Poll ? next : parts.Options.Poll;
        using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny([wake.Task, Task.Delay(pause, stopWaiting.Token), .. underWay.Values]);
        await stopWaiting.CancelAsync();
        return true;
    }

    /// <summary>Begins every row that may be under way now. Answers how long until the next one may.</summary>
    private async Task<TimeSpan> BeginAsync(DestinationView view)
    {
        var next = TimeSpan.MaxValue;
        var due = new List<OpenRow>();
        foreach (var row in SendingOrder.Startable(view.Rows, underWay.Keys.ToHashSet()))
        {
            var wait = TimeSpan.FromSeconds(Math.Max(0, Math.Max(row.Wait, row.IsPost ? view.PostsBlockedFor : 0)));
            var limited = parts.Limits.WaitFor(row);
            if (limited > wait) wait = limited;
            if (wait > TimeSpan.Zero)
            {
                if (wait < next) next = wait;
                continue;
            }
            parts.Limits.Count(row);
            due.Add(row);
        }
        if (due.Count == 0) return next;
        var begun = Stopwatch.GetTimestamp();
        // Not cancelled by a stop: a row that is marked as begun is sent, or its successor would have to look for it.
        foreach (var row in await parts.Queue.BeginAsync(owner, due, CancellationToken.None)) underWay[row.Row.Id] = SendAsync(view, row, begun);
        return next;
    }

    private async Task SendAsync(DestinationView view, BegunRow row, long begun)
    {
        SendResult result;
        try
        {
            result = await parts.Delivery.SendAsync(view, row, begun);
        }
        catch (Exception e) when (DatabaseTrouble.IsAny(e))
        {
            parts.Log.DatabaseAway(destination, e.Message);
            return;
        }
#pragma warning disable CA1031 // A row that breaks the sender must not stop those after it for ever: it is logged and tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            parts.Log.Broke(e, row.Row.Kind, row.Row.Id, destination);
            result = new Again(parts.Options.LongestRetry, e.Message) { MayHaveHappened = true };
        }
        parts.Metrics.Count(row.Row, result);
        if (result is Again { BlockedMethod: { } method } again) parts.Limits.Block(method, again.Wait);
        parts.Log.Told(destination, row.Row, result);
        await RecordAsync(row.Row, result);
    }

    /// <summary>
    /// What Slack answered is written down, however long the database is away: it is known here alone. When the process ends before that,
    /// the row still says that it was begun, and is looked up.
    /// </summary>
    private async Task RecordAsync(OpenRow row, SendResult result)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await (result switch
                {
                    Sent sent => parts.Queue.SentAsync(destination, row, sent, CancellationToken.None),
                    Again again => parts.Queue.AgainAsync(destination, row, again, CancellationToken.None),
                    Dead dead => parts.Queue.DeadAsync(row, dead.Error, CancellationToken.None),
                    _ => throw new UnreachableException(),
                });
                return;
            }
            catch (Exception e) when (DatabaseTrouble.IsPassing(e))
            {
                parts.Log.DatabaseAway(destination, e.Message);
                if (stopping.IsCancellationRequested) return;
                await Task.WhenAny(Task.Delay(parts.Options.RetryAfter(attempt), stopping));
            }
            catch (NpgsqlException e) when (result is not Dead)
            {
                // The database refuses what Slack answered, and would again: the row must not be looked up for ever.
                parts.Log.Broke(e, row.Kind, row.Id, destination);
                result = new Dead($"sent, but the answer could not be stored: {e.Message}");
            }
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await parts.Queue.ReleaseAsync(destination, owner, CancellationToken.None);
        }
        catch (Exception e) when (DatabaseTrouble.IsAny(e))
        {
            // The lease ends by itself.
            parts.Log.DatabaseAway(destination, e.Message);
        }
    }
}

/// <summary>What every run of the sender works with.</summary>
internal sealed record SenderParts(OutboxQueue Queue, RowDelivery Delivery, MethodLimits Limits, OutboxMetrics Metrics, OutboxOptions Options, SenderLog Log)
{
    /// <summary>Completes when there is a schema to work with.</summary>
    public Task DatabaseReady { get; init; } = Task.CompletedTask;
}
