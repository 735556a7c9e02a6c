using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Deployments;
using ChatOps.Tests.Support;
using Dapper;
using Npgsql;

namespace ChatOps.Tests.Deployments;

public sealed class DeployStoresTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly MovedTime time = new();
    private readonly Target target = new($"shop{Guid.NewGuid():N}", "production");

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private LockStore Locks => new(database.Source, time);

    private Task<T> Run<T>(Func<Tx, Task<T>> work) => database.Transactions(time).RunAsync(requestId: null, work, None);

    private Task<DeployLock?> Lock(string owner, TimeSpan? length = null) => Run(tx => LockStore.TryLockAsync(tx, target, owner, "load test", length is { } l ? tx.Now + l : null, None));

    [Fact]
    public async Task A_target_has_one_lock_whoever_is_faster()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Lock($"U{i}")));

        var winner = all.OfType<DeployLock>().ShouldHaveSingleItem();
        (await Locks.HolderAsync(target, None)).ShouldNotBeNull().Owner.ShouldBe(winner.Owner);
    }

    [Fact]
    public async Task A_person_s_lock_lasts_until_somebody_unlocks()
    {
        (await Lock("U0BOB")).ShouldNotBeNull();
        time.By += TimeSpan.FromDays(400);

        (await Lock("U0ANA")).ShouldBeNull();
        (await Run(tx => LockStore.UnlockAsync(tx, target, "U0ANA", None))).ShouldNotBeNull().Reason.ShouldBe("load test");
        (await Run(tx => LockStore.UnlockAsync(tx, target, "U0ANA", None))).ShouldBeNull();
        (await Lock("U0ANA")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_lock_with_an_end_holds_until_then_and_no_longer()
    {
        await Lock("U0BOB", TimeSpan.FromHours(1));
        time.By += TimeSpan.FromMinutes(59);
        (await Lock("U0ANA")).ShouldBeNull();
        time.By += TimeSpan.FromMinutes(1);
        (await Locks.HolderAsync(target, None)).ShouldBeNull();
        (await Lock("U0ANA")).ShouldNotBeNull();
    }

    [Fact]
    public async Task An_unfreeze_ends_exactly_what_it_names()
    {
        var store = new FreezeStore(database.Source, time);
        var environment = $"env{Guid.NewGuid():N}";
        await Run(tx => FreezeStore.AddAsync(tx, environment, "U0BOB", "audit", null, None));
        var all = await Run(tx => FreezeStore.AddAsync(tx, null, "U0BOB", "fire drill", tx.Now.AddHours(1), None));

        (await store.InForceAsync(environment, None)).Select(f => f.Reason).ShouldBe(["audit", "fire drill"]);
        (await Run(tx => FreezeStore.EndAsync(tx, environment, "U0ANA", None))).Select(f => f.Reason).ShouldBe(["audit"]);
        (await store.InForceAsync(environment, None)).ShouldHaveSingleItem().Id.ShouldBe(all.Id);
        time.By += TimeSpan.FromHours(1);
        (await store.InForceAsync(environment, None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_bad_version_is_marked_once_until_somebody_takes_the_mark_away()
    {
        var store = new BadVersionStore(database.Source);
        (await Run(tx => BadVersionStore.MarkAsync(tx, target, "v42", "U0BOB", "it leaks", null, None))).ShouldBeTrue();
        (await Run(tx => BadVersionStore.MarkAsync(tx, target, "v42", "U0ANA", "again", null, None))).ShouldBeFalse();

        (await store.OfAsync(target, None)).Select(m => (m.Version, m.By, m.Reason)).ShouldBe([("v42", "U0BOB", "it leaks")], "the first mark stays");
        (await Run(tx => BadVersionStore.UnmarkAsync(tx, target, "v42", "U0ANA", None))).ShouldNotBeNull().By.ShouldBe("U0BOB");
        (await Run(tx => BadVersionStore.UnmarkAsync(tx, target, "v42", "U0ANA", None))).ShouldBeNull();
        (await Run(tx => BadVersionStore.MarkAsync(tx, target, "v42", "U0ANA", "again", null, None))).ShouldBeTrue();
    }

    [Fact]
    public async Task A_deployment_has_one_row_by_its_operation_and_ends_once()
    {
        var store = new DeploymentStore(database.Source);
        var deployment = Deploy() with { Commits = [new("v42", "c0ffee", "ana", "it's", time.GetUtcNow())], Forced = ["freeze"], Reason = "the sale" };
        await Begin(deployment);
        await Begin(deployment with { ToVersion = "v99" });

        var read = (await store.FindAsync(deployment.Id, None)).ShouldNotBeNull();
        (read.ToVersion, read.Strategy, read.Target, read.Reason, read.Forced.Single(), read.Commits.Single()).ShouldBe(("v42", DeployStrategy.BlueGreen, target, "the sale", "freeze", deployment.Commits[0]));
        (await store.RunningAsync(None)).Select(d => d.Id).ShouldContain(deployment.Id);
        (await Run(tx => DeploymentStore.EndAsync(tx, deployment.Id, DeploymentOutcome.Unknown, "?", None))).ShouldBeTrue();
        (await Run(tx => DeploymentStore.EndAsync(tx, deployment.Id, DeploymentOutcome.Succeeded, "done", None))).ShouldBeTrue();
        (await Run(tx => DeploymentStore.EndAsync(tx, deployment.Id, DeploymentOutcome.Failed, "no", None))).ShouldBeFalse();
        (await Run(tx => DeploymentStore.RolledBackAsync(tx, deployment.Id, None))).ShouldBeTrue();
        (await store.OfAsync(target, 5, None)).ShouldHaveSingleItem().Outcome.ShouldBe(DeploymentOutcome.RolledBack);
    }

    [Fact]
    public async Task Service_and_environment_of_a_row_are_those_of_its_target()
    {
        var odd = new Target("a@b", "production");
        await Begin(Deploy() with { Target = odd });

        await Begin(Deploy() with { Target = new("a@b", "staging"), StartedAt = time.GetUtcNow().AddHours(-1) });
        (await new DeploymentStore(database.Source).OfAsync([new("a@b", "staging"), odd, target], 5, None)).Select(d => d.Target.ToString()).ShouldBe(["a@b@production", "a@b@staging"]);
        (await new DeploymentStore(database.Source).SinceAsync("a@b", "production", time.GetUtcNow().AddDays(-1), None)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_incident_that_begins_within_the_window_after_is_linked_and_the_first_link_stays()
    {
        var (early, late) = (Deploy() with { StartedAt = time.GetUtcNow().AddHours(-3) }, Deploy() with { StartedAt = time.GetUtcNow().AddMinutes(-20) });
        await Begin(early);
        await Run(tx => tx.Connection.ExecuteAsync("UPDATE deployments SET finished_at = started_at + interval '5 minutes' WHERE id = @Id", new { early.Id }, tx.Transaction));
        await Begin(late);
        var (first, second) = (await Incident(), await Incident());

        (await Run(tx => DeploymentStore.LinkAsync(tx, first, ["other", target.Service], "production", time.GetUtcNow(), TimeSpan.FromHours(1), None))).ShouldBe(1);
        (await Run(tx => DeploymentStore.LinkAsync(tx, second, [target.Service], "production", time.GetUtcNow(), TimeSpan.FromHours(1), None))).ShouldBe(0);
        var store = new DeploymentStore(database.Source);
        (await store.FindAsync(late.Id, None))!.Caused.ShouldBe(first);
        (await store.FindAsync(early.Id, None))!.Caused.ShouldBeNull();
    }

    [Fact]
    public async Task History_is_read_from_its_index_however_long_it_is()
    {
        await Execute("""
            INSERT INTO deployments (id, kind, target, to_version, strategy, requested_by, confirmed_by, started_at, finished_at, outcome)
            SELECT gen_random_uuid(), 'deploy', 'filler' || (i % 50) || '@production', 'v' || i, 'rolling', 'U', 'U', now() - i * interval '1 minute', now(), 'succeeded' FROM generate_series(1, 20000) i
            """, new { });
        await using (var owner = new NpgsqlConnection(database.OwnerConnectionString)) await owner.ExecuteAsync("ANALYZE chatops.deployments");

        (await Explain("SELECT * FROM deployments WHERE target = 'filler7@production' ORDER BY started_at DESC LIMIT 10")).ShouldContain("deployments_by_target");
        (await Explain("SELECT * FROM deployments WHERE service = 'filler7' AND environment = 'production' AND started_at >= now() - interval '1 day' ORDER BY started_at")).ShouldContain("deployments_by_service");
        (await Explain("SELECT * FROM deployments WHERE finished_at IS NULL ORDER BY started_at")).ShouldContain("deployments_unfinished");
    }

    private Deployment Deploy() => new()
    {
        Id = Guid.NewGuid(), Target = target, FromVersion = "v41", ToVersion = "v42", Strategy = DeployStrategy.BlueGreen, RequestedBy = "U0ANA", ConfirmedBy = "U0BOB", StartedAt = time.GetUtcNow(),
    };

    private Task<bool> Begin(Deployment deployment) => Run(async tx => { await DeploymentStore.BeginAsync(tx, deployment, None); return true; });

    private async Task<int> Incident() => await Run(tx => tx.Connection.ExecuteScalarAsync<int>(
        "INSERT INTO incidents (short_id, title, status, environment, declared_by, declared_at, declared_in, request_id) VALUES (@id, 'x', 'open', 'production', 'U', now(), 'C', @request) RETURNING number",
        new { id = Guid.NewGuid().ToString("N")[..8], request = Random.Shared.NextInt64() }, tx.Transaction));

    private async Task<string> Explain(string sql)
    {
        await using var connection = await database.Source.OpenConnectionAsync(None);
        return string.Join('\n', await connection.QueryAsync<string>("EXPLAIN " + sql));
    }

    private async Task Execute(string sql, object parameters)
    {
        await using var connection = await database.Source.OpenConnectionAsync(None);
        await connection.ExecuteAsync(sql, parameters);
    }
}
