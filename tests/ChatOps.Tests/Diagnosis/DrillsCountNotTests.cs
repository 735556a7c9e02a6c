using ChatOps.Catalog;
using ChatOps.Diagnosis;
using ChatOps.Operations;
using ChatOps.Tests.Support;
using Dapper;

namespace ChatOps.Tests.Diagnosis;

/// <summary>What was done for practice is no past of the real thing.</summary>
public sealed class DrillsCountNotTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly Target Target = new("shop-db", "production");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restart_in_a_drill_counts_in_drills_alone()
    {
        await RestartedAsync(drill: true, seconds: 300);
        await RestartedAsync(drill: false, seconds: 4);
        await RestartedAsync(drill: null, seconds: 6);
        var steps = new StepStore(database.Source, new OperationStore(database.Source, TimeProvider.System));
        (await steps.PastActionsAsync(Target, inDrill: false, Cancelled)).Select(p => (p.Took.TotalSeconds, p.Drill)).Order().ShouldBe([(4, false), (6, false)]);
        (await steps.PastActionsAsync(Target, inDrill: true, Cancelled)).Select(p => (p.Took.TotalSeconds, p.Drill)).Order().ShouldBe([(4, false), (6, false), (300, true)]);
    }

    /// <param name="drill">Of the incident that it was done for; null: none.</param>
    private async Task RestartedAsync(bool? drill, int seconds)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        var incident = drill is null ? (int?)null : await connection.QuerySingleAsync<int>(
            """
            INSERT INTO incidents (short_id, title, severity, status, environment, declared_by, declared_at, declared_in, drill, request_id)
            VALUES (@short, 't', 2, 'open', 'production', 'UANA', @now, 'C1', @drill, @request) RETURNING number
            """, new { @short = Guid.NewGuid().ToString("N")[..8], now, drill, request = Random.Shared.NextInt64(1_000_000_000) });
        await connection.ExecuteAsync(
            """
            INSERT INTO pending_actions (id, kind, target, arguments, fingerprint, incident, requested_by, requested_at, expires_at, destination, request_id, state)
            VALUES (@action, 'restart', @target, '{}', '', @incident, 'UANA', @now, @now, 'incident:1', @request, 'confirmed');
            INSERT INTO operations (id, action_id, kind, target, arguments, incident, state, confirmed_by, requested_at, called_at, finished_at, destination)
            VALUES (@operation, @action, 'restart', @target, '{}', @incident, 'succeeded', 'UANA', @now, @now, @now + make_interval(secs => @seconds), 'incident:1')
            """, new { action = Guid.NewGuid(), operation = Guid.NewGuid(), target = Target.ToString(), incident, now, seconds, request = Random.Shared.NextInt64(1_000_000_000) });
    }
}
