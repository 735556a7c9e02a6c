using Dapper;
using Npgsql;
using Quartz;

namespace ChatOps.Database;

/// <summary>
/// Starts what needs the database, as soon as there is one: cluster, migrations, then everything registered as <see cref="IStartsWithDatabase"/>.
/// The bot listens to Slack before that: without its database it still looks, and says that nothing is recorded.
/// </summary>
public sealed partial class DatabaseStart(
    DatabaseLocation location,
    Migrator migrator,
    IEnumerable<IStartsWithDatabase> followers,
    IHostApplicationLifetime lifetime,
    ILogger<DatabaseStart> logger) : BackgroundService
{
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<IStartsWithDatabase> waiting = new(followers);

    /// <summary>Completes when the schema is this version's and everything that needs it runs.</summary>
    public Task Ready => ready.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var wait = TimeSpan.FromMilliseconds(250); ; wait = TimeSpan.FromSeconds(Math.Min(wait.TotalSeconds * 2, 5)))
        {
            try
            {
                await StartOnceAsync(stoppingToken);
                ready.TrySetResult();
                return;
            }
            catch (MigrationException e)
            {
                // No later attempt would end otherwise, and half a schema must not be worked with.
                CannotMigrate(e.Message);
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or TimeoutException or SchedulerException)
            {
                NotReachable(e.Message, wait.TotalSeconds);
            }
            await Task.Delay(wait, stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var follower in followers) await follower.StopAsync(cancellationToken);
    }

    private async Task StartOnceAsync(CancellationToken cancellationToken)
    {
        if (location.Cluster is { } cluster)
        {
            await cluster.StartAsync(cancellationToken);
            await CreateRoleAsync(cancellationToken);
        }
        // Held until the schedule runs: two schedulers that start together on an empty database fire everything twice.
        await using var startLock = await Migrator.TakeStartLockAsync(location.OwnerConnectionString, cancellationToken);
        await migrator.MigrateAsync(location.OwnerConnectionString, location.BotRole, cancellationToken);
        // What runs already is left alone where one after it has to be started again.
        for (; waiting.TryPeek(out var follower); waiting.Dequeue()) await follower.StartAsync(cancellationToken);
    }

    private async Task CreateRoleAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(location.OwnerConnectionString);
        await connection.OpenAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = @BotRole)", new { location.BotRole }))
            await connection.ExecuteAsync($"CREATE ROLE {location.BotRole} LOGIN");
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The database cannot be brought to this version: {Reason}")]
    private partial void CannotMigrate(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is not reachable ({Reason}); trying again in {Seconds} s. Looking steps work meanwhile and are not recorded.")]
    private partial void NotReachable(string reason, double seconds);
}

/// <summary>Something that can only run once the database is there. Started once, under the start lock, and stopped while the database is still there.</summary>
public interface IStartsWithDatabase
{
    /// <summary>Called again where it threw since the database was lost meanwhile; never again once it has run through.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Also called where it was never started.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
