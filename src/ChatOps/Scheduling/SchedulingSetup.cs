using ChatOps.Database;
using Npgsql;
using Quartz;

namespace ChatOps.Scheduling;

public static class SchedulingSetup
{
    public static IServiceCollection AddScheduling(this IServiceCollection services, DatabaseLocation location)
    {
        // Quartz keeps its tables in a schema of its own, which the bot's role owns.
        var connectionString = new NpgsqlConnectionStringBuilder(location.ConnectionString) { SearchPath = "quartz", MaxPoolSize = 8 }.ConnectionString;
        services.AddSingleton<Sweep>();
        services.AddTransient<SweepJob>();
        // A scheduler with a name keeps the clock that it is given to itself.
        services.AddQuartz(SchedulerStart.Name, quartz =>
        {
            // "AUTO" would be taken as a name here, the same for every instance: none would then see that another has died.
            quartz.ConfigureScheduler(o => o.InstanceId = $"{Environment.MachineName}-{Guid.NewGuid():N}");
            // Quartz lives in real time: practice moves the bot's time of day, and triggers that seem late would wait for the misfire handler.
            quartz.UseTimeProvider(TimeProvider.System);
            quartz.UseDefaultThreadPool(2);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(connectionString);
                store.UseClustering();
                store.ProvisionSchema();
                store.UseSystemTextJsonSerializer();
            });
        });
        services.AddSingleton<IStartsWithDatabase, SchedulerStart>();
        return services;
    }
}

/// <summary>Starts the scheduler under the start lock, and ends it with the process: the other instances take over at once, and nothing of it runs when the host has stopped.</summary>
internal sealed partial class SchedulerStart(
    [FromKeyedServices(SchedulerStart.Name)] ISchedulerFactory factory, ISchedulerRuntime runtime, IHostApplicationLifetime lifetime, ILogger<SchedulerStart> logger) : IStartsWithDatabase
{
    public const string Name = "chatops";

    /// <summary>Without its database Quartz would try for ever to write down what it fired last.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(5);

    private Task ended = Task.CompletedTask;
    private bool tried;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // What could not be made or started, Quartz shuts down for good: the next attempt needs one that is made anew.
        var again = tried;
        tried = true;
        var scheduler = again ? await runtime.Restart(Name, SchedulerRestartOptions.WithoutStarting, cancellationToken) : await factory.GetScheduler(cancellationToken);
        // Stored without asking whether it is there: an older instance's definition is replaced by ours.
        var job = JobBuilder.Create<SweepJob>().WithIdentity("sweep").StoreDurably().Build();
        var trigger = TriggerBuilder.Create().WithIdentity("sweep").ForJob(job)
            .WithCronSchedule("* * * * * ?", c => c.WithMisfireInstruction(CronTriggerMisfireInstruction.DoNothing)).Build();
        await scheduler.ScheduleJob(job, [trigger], ScheduleJobOptions.Replacing, cancellationToken);
        await scheduler.Start(cancellationToken);
        lifetime.ApplicationStopping.Register(() => ended = scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None).AsTask());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ended.WaitAsync(EndsWithin, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LeftBehind(EndsWithin.TotalSeconds);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The schedule did not end within {Seconds} s and is left behind; another instance takes over what it fired.")]
    private partial void LeftBehind(double seconds);
}
