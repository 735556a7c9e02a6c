using ChatOps.Platforms;
using ChatOps.Platforms.Ssh;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Platforms.Ssh;

/// <summary>The adapter against PM2 itself.</summary>
public sealed class RealPm2Tests
{
    private static readonly PlatformTarget Shop = new(new("shop", "production"), "shop");
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(120);

    private int calls;

    [Fact]
    public async Task A_release_is_deployed_restarted_and_rolled_back_and_told_of()
    {
        RealPrograms.Skip(Pm2Machine.Missing);
        await using var machine = await Pm2Machine.StartAsync();
        using var platform = machine.Platform();
        (await platform.ReachAsync(default)).ShouldSatisfyAllConditions(r => r.What.ShouldBe("PM2 7.0.4"), r => r.Missing.ShouldBeEmpty());

        (await ActAsync(platform, call => platform.DeployAsync(Shop, "v2", recreate: false, call, default))).State.ShouldBe(PlatformOperationState.Succeeded);
        (await machine.GetAsync("/")).ShouldBe("v2");
        var deployed = await platform.StatusAsync(Shop, default);
        deployed.ShouldSatisfyAllConditions(s => s.State.ShouldBe(TargetState.Running), s => s.Version.ShouldBe("v2"), s => s.DeployedBy.ShouldBe("ana"), s => s.LastExit.ShouldBeNull(),
            s => s.Variables.ShouldNotBeNull().ShouldContain("DATABASE_URL"), s => s.ToString().ShouldNotContain("hunter2"));

        (await ActAsync(platform, call => platform.RestartAsync(Shop, call, default))).State.ShouldBe(PlatformOperationState.Succeeded);
        (await platform.StatusAsync(Shop, default)).ShouldSatisfyAllConditions(s => s.StartedAt.ShouldNotBeNull().ShouldBeGreaterThan(deployed.StartedAt!.Value), s => s.Generation.ShouldNotBeNull().ShouldBeGreaterThan(deployed.Generation!.Value));

        (await ActAsync(platform, call => platform.RollBackAsync(Shop, "v1", call, default))).State.ShouldBe(PlatformOperationState.Succeeded);
        (await machine.GetAsync("/")).ShouldBe("v1");
        (await platform.ReleasesAsync(Shop, default)).Select(r => (r.Version, r.Current)).ShouldBe([("v4", false), ("v3", false), ("v2", false), ("v1", true)]);
        (await platform.ChangesAsync(Shop, DateTimeOffset.UnixEpoch, default)).Select(c => (c.Kind, c.FromVersion, c.Version, c.Succeeded)).ShouldBe([("deploy", "v1", "v2", true), ("restart", "v2", null, true), ("rollback", "v2", "v1", true)]);

        var lines = await platform.LogsAsync(Shop, new(deployed.DeployedAt!.Value.AddMinutes(-5), null, null), default).ToListAsync();
        lines.Select(l => l.Text).ShouldBe(["v1 begins", "v2 begins", "v2 begins", "v1 begins"]);
        var usage = await platform.MetricsAsync(Shop, null, default, default, default);
        usage.Single(m => m.Name == "memory").ShouldSatisfyAllConditions(m => m.Limit.ShouldBe(268435456), m => m.Points.Single().Value.ShouldBeGreaterThan(1000000));
    }

    [Fact]
    public async Task A_release_that_keeps_ending_fails_is_seen_as_crashed_and_the_one_before_it_runs_again()
    {
        RealPrograms.Skip(Pm2Machine.Missing);
        await using var machine = await Pm2Machine.StartAsync("fork");
        using var platform = machine.Platform();
        (await platform.CapabilitiesAsync(default)).ShouldSatisfyAllConditions(c => c.Can(PlatformAction.Recreate, Shop).ShouldBeTrue(), c => c.Can(PlatformAction.Deploy, Shop).ShouldBeFalse());

        var failed = await ActAsync(platform, call => platform.DeployAsync(Shop, "v3", recreate: true, call, default));
        (failed.State, failed.Message!.StartsWith("it was started, and it", StringComparison.Ordinal)).ShouldBe((PlatformOperationState.Failed, true));
        // PM2 gives up after sixteen times.
        await Until.TrueAsync(async () => (await platform.StatusAsync(Shop, default)).State == TargetState.Crashed, "it is seen to crash", Long);
        var crashed = await platform.StatusAsync(Shop, default);
        crashed.LastExit.ShouldNotBeNull().ShouldSatisfyAllConditions(e => e.Code.ShouldBe(1), e => e.OomKilled.ShouldBeFalse());
        crashed.Restarts.ShouldBeGreaterThan(1);
        (await platform.LogsAsync(Shop, new(crashed.DeployedAt!.Value, null, null), default).ToListAsync()).ShouldContain(l => l.Text.Contains("no such table: countries"));

        (await ActAsync(platform, call => platform.RollBackAsync(Shop, "v1", call, default))).State.ShouldBe(PlatformOperationState.Succeeded);
        (await platform.StatusAsync(Shop, default)).State.ShouldBe(TargetState.Running);
    }

    [Fact]
    public async Task Of_old_releases_so_many_stay_as_are_to_be_kept_and_always_the_way_back()
    {
        RealPrograms.Skip(Pm2Machine.Missing);
        await using var machine = await Pm2Machine.StartAsync();
        var at = new DateTime(2026, 11, 20, 10, 0, 0, DateTimeKind.Utc);
        foreach (var version in new[] { "v1", "v2", "v3", "v4" }) Directory.SetLastWriteTimeUtc(Path.Combine(machine.Root, "releases", version), at = at.AddHours(1));
        using var platform = machine.Platform(machine.Settings with { Keep = 1 });
        (await ActAsync(platform, call => platform.DeployAsync(Shop, "v2", recreate: false, call, default))).State.ShouldBe(PlatformOperationState.Succeeded);
        // The newest, what runs, and what ran before it.
        Directory.GetDirectories(Path.Combine(machine.Root, "releases")).Select(Path.GetFileName).Order().ShouldBe(["v1", "v2", "v4"]);
        (await ActAsync(platform, call => platform.RollBackAsync(Shop, "v1", call, default))).State.ShouldBe(PlatformOperationState.Succeeded);
        (await machine.GetAsync("/")).ShouldBe("v1");
    }

    [Fact]
    public async Task An_app_that_people_restart_soon_after_its_start_runs_although_PM2_counts_it_as_unstable()
    {
        RealPrograms.Skip(Pm2Machine.Missing);
        await using var machine = await Pm2Machine.StartAsync("fork", stable: "1h");
        using var platform = machine.Platform();
        await machine.Server.OnItAsync("pm2 restart shop >/dev/null");
        (await machine.Server.OnItAsync("pm2 jlist | tail -n 1")).ShouldContain("\"unstable_restarts\":1");
        (await platform.StatusAsync(Shop, default)).ShouldSatisfyAllConditions(s => s.State.ShouldBe(TargetState.Running), s => s.LastExit.ShouldBeNull());
    }

    [Fact]
    public async Task An_app_that_PM2_does_not_know_is_refused_and_a_PM2_that_does_not_run_is_not_started()
    {
        RealPrograms.Skip(Pm2Machine.Missing);
        await using var machine = await Pm2Machine.StartAsync("fork");
        using var platform = machine.Platform();
        var unknown = new PlatformTarget(new("cart", "production"), "cart");
        (await Should.ThrowAsync<PlatformException>(() => platform.RestartAsync(unknown, Call(), default))).ShouldSatisfyAllConditions(e => e.Code.ShouldBe("service_unknown"), e => e.Outcome.ShouldBe(CallOutcome.NotDone));

        await machine.Server.OnItAsync("pm2 kill >/dev/null");
        (await Should.ThrowAsync<PlatformException>(() => platform.StatusAsync(Shop, default))).Code.ShouldBe("manager_down");
        (await Should.ThrowAsync<PlatformException>(() => platform.RestartAsync(Shop, Call(), default))).Code.ShouldBe("manager_down");
        (await platform.ReachAsync(default)).Missing.ShouldContain(m => m.Fact.StartsWith("has no PM2 that runs", StringComparison.Ordinal));
        File.Exists(machine.Server.At(".pm2/pm2.pid")).ShouldBeFalse();
    }

    private PlatformCall Call() => new($"op:{++calls}", "ana", "incident 7");

    private async Task<PlatformOperation> ActAsync(SshPlatform platform, Func<PlatformCall, Task<PlatformOperation>> act)
    {
        var call = Call();
        var operation = await act(call);
        await Until.TrueAsync(async () => (operation = (await platform.FindOperationAsync(Shop, call.OperationId, default)).ShouldNotBeNull()).State != PlatformOperationState.Running, "it has ended", Long);
        return operation;
    }
}
