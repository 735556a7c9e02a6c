using ChatOps.Platforms;
using ChatOps.Platforms.Described;
using ChatOps.Tests.Configuration;
using ChatOps.Tests.Platforms.Described;

namespace ChatOps.Tests.Sandbox.Shop;

/// <summary>The real shop, reached by nothing but a description of its API. In staging, where nobody shops.</summary>
[Collection("shop")]
public sealed class ShopDescribedTests(ShopFixture fixture) : IDisposable
{
    private const string Description = """
        environments: [staging, production]
        platforms:
          shop-platform:
            type: described
            url: ${SHOP_URL}
            token: ${SHOP_TOKEN}
            timeout: 10s
            errors: { code: error.code, message: error.message }
            keeps_operation_ids: true
            never_seen: [operation_unknown]
            poll: { every: 200ms }
            status:
              request: GET /services/{service}
              query: { environment: "{environment}" }
              answer:
                state: state
                version: version
                digest: digest
                generation: generation
                ready_replicas: ready_replicas
                variables: variables
            releases:
              request: GET /services/{service}/releases
              query: { environment: "{environment}" }
              each: releases
              answer: { version: version, commit: commit, author: author, created_at: created_at, deployed_at: deployed_at, current: current, schema_version: schema_version, migrations: migrations, checks_passed: checks_passed }
            changes:
              request: GET /services/{service}/changes
              query: { environment: "{environment}", since: "{since}" }
              each: changes
              answer: { kind: kind, at: at, actor: actor, version: to_version, from_version: from_version, state: state, automatic: automatic }
            logs:
              request: GET /services/{service}/logs
              query: { environment: "{environment}", since: "{since}", until: "{until}", tail: "{limit}" }
              lines: true
              answer: { at: at, text: line, instance: instance }
            restart:
              request: POST /services/{service}/restart
              query: { environment: "{environment}" }
              body: { operation_id: "{operation_id}", actor: "{actor}", reason: "{reason}", if_generation: "{generation}" }
            rollback:
              request: POST /services/{service}/rollback
              query: { environment: "{environment}" }
              body: { operation_id: "{operation_id}", actor: "{actor}", reason: "{reason}", if_generation: "{generation}", to_version: "{version}" }
            deploy:
              request: POST /services/{service}/deploy
              query: { environment: "{environment}" }
              body: { operation_id: "{operation_id}", actor: "{actor}", reason: "{reason}", if_generation: "{generation}", version: "{version}", strategy: rolling }
            operation:
              request: GET /operations/{operation_id}
              answer: { id: operation_id, state: state, message: message, started_at: started_at, finished_at: finished_at }
        services:
          shop: { kind: web, tier: 1, environments: { staging: { platform: shop-platform }, production: { platform: shop-platform } } }
        """;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly PlatformTarget Staging = new(new("shop", "staging"), "shop");
    private DescribedPlatform? platform;

    [Fact]
    public async Task Status_releases_deploy_restart_and_rollback_work_by_description_alone()
    {
        var shop = await PlatformAsync();
        (await shop.ReachAsync(None)).Missing.ShouldBeEmpty();
        (await shop.ReleasesAsync(Staging, None)).ShouldSatisfyAllConditions(
            r => r.Select(x => x.Version).ShouldBe([.. Enumerable.Range(40, 11).Select(n => $"v{n}")], ignoreOrder: true), r => r.Select(x => x.CreatedAt).ShouldBeInOrder(SortDirection.Descending),
            r => r.ShouldAllBe(x => x.Commit != null && x.CreatedAt!.Value.Offset == TimeSpan.Zero));

        await DoneAsync(shop, call => shop.DeployAsync(Staging, "v42", recreate: false, call, None));
        var status = await shop.StatusAsync(Staging, None);
        (status.State, status.Version).ShouldBe((TargetState.Running, "v42"));
        status.Variables.ShouldBe(["DATABASE_URL", "INVENTORY_URL"]);
        await DoneAsync(shop, call => shop.RestartAsync(Staging, call, None));
        await DoneAsync(shop, call => shop.RollBackAsync(Staging, "v41", call, None));
        (await shop.StatusAsync(Staging, None)).Version.ShouldBe("v41");
        (await shop.ChangesAsync(Staging, DateTimeOffset.UnixEpoch, None)).TakeLast(3).Select(c => (c.Kind, c.Actor, c.Version, c.Succeeded)).ShouldBe([("deploy", "ana", "v42", true), ("restart", "ana", "v42", true), ("rollback", "ana", "v41", true)]);
        (await shop.LogsAsync(Staging, new(DateTimeOffset.UnixEpoch, null, 5), None).ToListAsync(None)).Count.ShouldBe(5);
    }

    [Fact]
    public async Task What_the_shop_refuses_is_told_in_its_words_and_leaves_no_operation()
    {
        var shop = await PlatformAsync();
        var call = Call();
        var refused = await Should.ThrowAsync<PlatformException>(() => shop.DeployAsync(Staging, "v99", recreate: false, call, None));
        (refused.Outcome, refused.Code).ShouldBe((CallOutcome.NotDone, "version_unknown"));
        (await shop.FindOperationAsync(Staging, call.OperationId, None)).ShouldBeNull();
        (await Should.ThrowAsync<PlatformException>(() => shop.StatusAsync(new(new("nobody", "staging"), "nobody/../shop"), None))).Code.ShouldBe("service_unknown");
    }

    public void Dispose() => platform?.Dispose();

    private static PlatformCall Call() => new($"described-{Guid.NewGuid():N}", "ana", "a try");

    private async Task<DescribedPlatform> PlatformAsync()
    {
        var shop = await fixture.HealthyAsync();
        using var file = new ConfigFile();
        file.Variables["SHOP_URL"] = new Uri(shop.Http.BaseAddress!, "v1").AbsoluteUri;
        file.Variables["SHOP_TOKEN"] = shop.Shop.Token;
        var read = file.Read(Description);
        read.Mistakes.ShouldBeEmpty();
        var catalog = read.Config!.Catalog;
        platform = new(catalog.Platforms["shop-platform"], DescribedExample.Targets(catalog), TimeProvider.System);
        await RunningShop.UntilAsync(() => platform.StatusAsync(Staging, None), s => s.State == TargetState.Running);
        return platform;
    }

    // With a stale generation: refused. With the present one: done, once, however often it is asked with its id.
    private static async Task DoneAsync(DescribedPlatform shop, Func<PlatformCall, Task<PlatformOperation>> ask)
    {
        var generation = (await shop.StatusAsync(Staging, None)).Generation!.Value;
        (await Should.ThrowAsync<PlatformException>(() => ask(Call() with { IfGeneration = generation - 1 }))).Code.ShouldBe("generation_changed");
        var call = Call() with { IfGeneration = generation };
        await ask(call);
        await ask(call);
        var ended = await RunningShop.UntilAsync(() => shop.FindOperationAsync(Staging, call.OperationId, None), o => o is { State: not PlatformOperationState.Running });
        ended!.State.ShouldBe(PlatformOperationState.Succeeded, ended.Message);
        (await shop.StatusAsync(Staging, None)).Generation.ShouldBe(generation + 1);
    }
}
