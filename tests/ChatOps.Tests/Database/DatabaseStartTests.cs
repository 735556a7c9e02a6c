using ChatOps.Database;
using ChatOps.Scheduling;
using ChatOps.Tests.Support;
using Dapper;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Quartz;

namespace ChatOps.Tests.Database;

public sealed class DatabaseStartTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_that_loses_its_database_at_the_start_is_started_again_and_what_runs_already_is_left_alone()
    {
        var before = new Follower();
        var schedule = new Follower { Trouble = new JobPersistenceException("Couldn't store the trigger: the connection was lost.") };
        using var start = Start([before, schedule]);

        await start.StartAsync(Cancel);
        await Task.WhenAny(start.Ready, start.ExecuteTask!).WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        start.ExecuteTask!.IsFaulted.ShouldBeFalse(start.ExecuteTask.Exception?.ToString());
        start.Ready.IsCompletedSuccessfully.ShouldBeTrue();
        (before.Starts, schedule.Starts).ShouldBe((1, 2));
        await start.StopAsync(Cancel);
    }

    [Theory]
    [InlineData("ALTER SCHEMA quartz RENAME TO away", "ALTER SCHEMA away RENAME TO quartz", 2)]
    [InlineData("ALTER TABLE quartz.qrtz_job_details RENAME TO away", "DROP TABLE quartz.away CASCADE", 1)]
    public async Task A_schedule_that_did_not_start_runs_after_the_next_attempt(string trouble, string end, int failures)
    {
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        await using var provider = new ServiceCollection().AddLogging().AddSingleton<IHostApplicationLifetime>(lifetime).AddScheduling(Location).BuildServiceProvider();
        var schedule = provider.GetRequiredService<IStartsWithDatabase>();
        var factory = provider.GetRequiredKeyedService<ISchedulerFactory>("chatops");
        // The tables are there, as in a bot that has run before.
        if (trouble.StartsWith("ALTER TABLE", StringComparison.Ordinal)) await factory.GetScheduler(Cancel);
        await SqlAsync(trouble);
        for (var attempt = 0; attempt < failures; attempt++) await Should.ThrowAsync<SchedulerException>(() => schedule.StartAsync(Cancel));

        await SqlAsync(end);
        await schedule.StartAsync(Cancel);

        var scheduler = await factory.GetScheduler(Cancel);
        scheduler.Status.ShouldBe(SchedulerStatus.Running);
        lifetime.StopApplication();
        await schedule.StopAsync(Cancel);
        scheduler.Status.ShouldBe(SchedulerStatus.Shutdown);
    }

    private DatabaseLocation Location => new(database.OwnerConnectionString, database.ConnectionString, BotRole: null, Cluster: null);

    private async Task SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.ExecuteAsync(sql);
    }

    private DatabaseStart Start(IStartsWithDatabase[] followers) => new(
        Location, new Migrator(NullLogger<Migrator>.Instance), followers,
        new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), new TestLog<DatabaseStart>());

    private sealed class Follower : IStartsWithDatabase
    {
        /// <summary>Thrown by the first start.</summary>
        public Exception? Trouble { get; init; }

        public int Starts { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => ++Starts == 1 && Trouble is not null ? Task.FromException(Trouble) : Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
