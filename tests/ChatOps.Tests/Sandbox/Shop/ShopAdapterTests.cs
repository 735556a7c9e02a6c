using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Platforms.Http;

namespace ChatOps.Tests.Sandbox.Shop;

/// <summary>The bot's adapter against the real shop: what it says it can is what it does, once, and nothing else. In staging, where nobody shops.</summary>
[Collection("shop")]
public sealed class ShopAdapterTests(ShopFixture fixture) : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly PlatformTarget Staging = new(new Target("shop", "staging"), "shop");
    private static readonly PlatformTarget Production = new(new Target("shop", "production"), "shop");
    private static readonly PlatformTarget Inventory = new(new Target("inventory", "production"), "inventory");
    private static readonly PlatformTarget Database = new(new Target("shop-db", "production"), "shop-db");
    private HttpPlatform? platform;

    [Fact]
    public async Task Its_capabilities_are_those_of_each_service()
    {
        var shop = await PlatformAsync();
        var can = await shop.CapabilitiesAsync(None);
        Of(Staging).ShouldBe([PlatformAction.Restart, PlatformAction.RollBack, PlatformAction.Deploy, PlatformAction.Recreate, PlatformAction.Candidate, PlatformAction.BackUp]);
        Of(Inventory).ShouldBe([PlatformAction.Restart, PlatformAction.RollBack, PlatformAction.Deploy, PlatformAction.Recreate]);
        Of(Database).ShouldBe([PlatformAction.Restart, PlatformAction.BackUp]);
        (can.KeepsOperationIds, can.MeasuresVersions(Staging), can.MeasuresVersions(Inventory), can.MeasuresVersions(Database)).ShouldBe((true, true, false, false));

        (await Refused(() => shop.StartCandidateAsync(Inventory, "v17", Call(), None))).ShouldBe("unsupported");
        (await Refused(() => shop.SetWeightAsync(Inventory, 5, Call(), None))).ShouldBe("unsupported");
        (await Refused(() => shop.BackUpAsync(Inventory, Call(), None))).ShouldBe("unsupported");
        (await Refused(() => shop.DeployAsync(Database, "v1", recreate: false, Call(), None))).ShouldBe("unsupported");
        (await Refused(() => shop.MetricsAsync(Inventory, "v17", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, None))).ShouldBe("unsupported");

        IEnumerable<PlatformAction> Of(PlatformTarget target) => Enum.GetValues<PlatformAction>().Where(a => can.Can(a, target));
    }

    [Fact]
    public async Task Every_action_happens_once_however_often_it_is_asked_with_its_id_and_not_at_all_to_a_target_that_changed()
    {
        var shop = await PlatformAsync();
        await DoneAsync(shop, Staging, call => shop.DeployAsync(Staging, "v43", recreate: true, call, None));
        await DoneAsync(shop, Staging, call => shop.StartCandidateAsync(Staging, "v44", call, None));
        await DoneAsync(shop, Staging, call => shop.SetWeightAsync(Staging, 25, call, None));
        (await shop.StatusAsync(Staging, None)).ShouldSatisfyAllConditions(
            s => s.Version.ShouldBe("v43"), s => s.Candidate.ShouldBe(new Candidate("v44", TargetState.Running, 25, "1 of 1 replicas ready.")), s => s.Variables.ShouldBe(["DATABASE_URL", "INVENTORY_URL"]));
        await DoneAsync(shop, Staging, call => shop.DropCandidateAsync(Staging, call, None));
        await DoneAsync(shop, Staging, call => shop.StartCandidateAsync(Staging, "v41", call, None));
        await DoneAsync(shop, Staging, call => shop.PromoteAsync(Staging, call, None));
        await DoneAsync(shop, Staging, call => shop.RestartAsync(Staging, call, None));
        await DoneAsync(shop, Staging, call => shop.RollBackAsync(Staging, "v40", call, None));
        await DoneAsync(shop, Staging, call => shop.DeployAsync(Staging, "v41", recreate: false, call, None));
        (await shop.StatusAsync(Staging, None)).ShouldSatisfyAllConditions(s => s.Version.ShouldBe("v41"), s => s.Candidate.ShouldBeNull(), s => s.State.ShouldBe(TargetState.Running));

        // Others of this shop may have copied it before.
        var before = (await shop.StatusAsync(Database, None)).LastBackupAt ?? DateTimeOffset.MinValue;
        var copied = await EndedAsync(shop, Database, (await shop.BackUpAsync(Database, Call(), None)).Id);
        copied.Message.ShouldNotBeNull().ShouldContain(".dump, ");
        (await shop.StatusAsync(Database, None)).LastBackupAt.ShouldNotBeNull().ShouldBeInRange(before.AddTicks(1), copied.FinishedAt.ShouldNotBeNull());
    }

    [Fact]
    public async Task What_a_version_served_is_measured_with_its_latency_in_the_bots_words()
    {
        var shop = await PlatformAsync();
        var series = await shop.MetricsAsync(Production, "v41", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, None);
        series.Select(s => s.Name).ShouldBe(["requests_total", "errors_total", "logins_total", "logins_failed_total", "latency_p50", "latency_p99", "memory"]);
        foreach (var total in series.Take(4)) total.Points.Count.ShouldBe(2, total.Name);
        foreach (var latency in series.Skip(4).Take(2)) latency.Points.ShouldHaveSingleItem().Value.ShouldBeGreaterThan(0, latency.Name);
        (await Refused(() => shop.MetricsAsync(Production, "v99", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, None))).ShouldBe("version_unknown");
    }

    public void Dispose() => platform?.Dispose();

    private static PlatformCall Call() => new($"adapter-{Guid.NewGuid():N}", "ana", "a try");

    private async Task<HttpPlatform> PlatformAsync()
    {
        var shop = await fixture.HealthyAsync();
        platform = new HttpPlatform(new() { Name = "shop-platform", Type = "http", Url = shop.Http.BaseAddress!, Token = shop.Shop.Token, Timeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);
        await RunningShop.UntilAsync(() => platform.StatusAsync(Staging, None), s => s.State == TargetState.Running);
        return platform;
    }

    private static async Task<string?> Refused(Func<Task> ask)
    {
        var refused = await Should.ThrowAsync<PlatformException>(ask);
        refused.Outcome.ShouldBe(CallOutcome.NotDone);
        return refused.Code;
    }

    // With a stale generation: refused. With the present one: done, and asked again while it runs and when it is done: the same.
    private static async Task DoneAsync(HttpPlatform shop, PlatformTarget target, Func<PlatformCall, Task<PlatformOperation>> ask)
    {
        var generation = (await shop.StatusAsync(target, None)).Generation!.Value;
        (await Refused(() => ask(Call() with { IfGeneration = generation - 1 }))).ShouldBe("generation_changed");
        var call = Call() with { IfGeneration = generation };
        await ask(call);
        (await shop.StatusAsync(target, None)).Generation.ShouldBe(generation + 1);
        await ask(call);
        var ended = await EndedAsync(shop, target, call.OperationId);
        ended.State.ShouldBe(PlatformOperationState.Succeeded, ended.Message);
        (await ask(call)).ShouldBe(ended);
        (await shop.StatusAsync(target, None)).Generation.ShouldBe(generation + 1);
    }

    private static async Task<PlatformOperation> EndedAsync(HttpPlatform shop, PlatformTarget target, string id) =>
        (await RunningShop.UntilAsync(() => shop.FindOperationAsync(target, id, None), o => o is { State: not PlatformOperationState.Running }))!;
}
