using System.Collections.Concurrent;
using ChatOps.Database;
using Quartz;

namespace ChatOps.Scheduling;

/// <summary>Runs every sweep task whose last run has ended. A slow task delays itself alone.</summary>
public sealed partial class Sweep(IEnumerable<ISweepTask> tasks, IHostApplicationLifetime lifetime, ILogger<Sweep> logger)
{
    private readonly ISweepTask[] tasks = [.. tasks];
    private readonly ConcurrentDictionary<string, Task> running = new(StringComparer.Ordinal);

    public void Start()
    {
        foreach (var task in tasks)
        {
            if (running.TryGetValue(task.Name, out var last) && !last.IsCompleted) continue;
            running[task.Name] = RunAsync(task, lifetime.ApplicationStopping);
        }
    }

    private async Task RunAsync(ISweepTask task, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Yield();
            await task.SweepAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends; what was claimed becomes due again by itself.
        }
        catch (Exception e) when (DatabaseTrouble.IsAny(e))
        {
            DatabaseAway(task.Name, e.Message);
        }
#pragma warning disable CA1031 // One broken task must not stop the others; it is logged and tried again a second later.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(e, task.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sweep {Name} failed")]
    private partial void Failed(Exception exception, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sweep {Name} could not reach the database: {Reason}")]
    private partial void DatabaseAway(string name, string reason);
}

/// <summary>What Quartz wakes every second on one of the instances.</summary>
[DisallowConcurrentExecution]
public sealed class SweepJob(Sweep sweep) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        sweep.Start();
        return ValueTask.CompletedTask;
    }
}
