using ChatOps.Database;

namespace ChatOps.Operations;

/// <summary>Starts operations and the steps that are due: those of this instance's clicks at once, those of instances that are gone with the poll.</summary>
internal sealed partial class OperationWorker(
    RunOperation run, StepOperations steps, OperationSignal signal, OperationOptions options, ILogger<OperationWorker> logger, DatabaseStart? database = null) : BackgroundService
{
    private readonly List<Task> running = [];
    private readonly List<Task> stepping = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (database is not null) await database.Ready.WaitAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    while (await run.StartNextAsync(stoppingToken) is { } one) running.Add(WatchAsync(one));
                    stepping.RemoveAll(s => s.IsCompleted);
                    if (options.StepsAtOnce - stepping.Count is > 0 and var free) stepping.AddRange((await steps.StartAsync(free, stoppingToken)).Select(WakeAfterAsync));
                }
                catch (Exception e) when (DatabaseTrouble.IsAny(e))
                {
                    DatabaseAway(e.Message);
                }
                running.RemoveAll(r => r.IsCompleted);
                await signal.WaitAsync(options.Poll, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop: the operations under way let go below.
        }
        await Task.WhenAll([.. running, .. stepping]);
    }

    private async Task WakeAfterAsync(Task<bool> step)
    {
        if (await step) signal.Raise();
    }

    private async Task WatchAsync(Task one)
    {
        try
        {
            await one;
        }
        catch (OperationCanceledException)
        {
            // The process stops; another instance takes it up.
        }
#pragma warning disable CA1031 // One operation must not end the worker; its row stays and recovery takes it up.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Broke(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Operations cannot be started, the database is away: {Reason}")]
    private partial void DatabaseAway(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "An operation broke; its row is left for recovery")]
    private partial void Broke(Exception exception);
}
