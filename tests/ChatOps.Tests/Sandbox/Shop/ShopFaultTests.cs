using ChatOps.Sandbox.Shop;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Sandbox.Shop;

[Collection("shop")]
public sealed class ShopFaultTests(ShopFixture fixture)
{
    private static DateTimeOffset Now(ShopSnapshot snapshot) => snapshot.Truth.BrokenAt!.Value;

    [Fact]
    public async Task A_killed_database_leaves_its_last_words_stays_down_and_comes_back_by_a_restart()
    {
        var shop = await fixture.HealthyAsync();
        await shop.Shop.BreakAsync("database-down", CancellationToken.None);
        var broken = Now(shop.Shop.Snapshot());

        var status = await shop.StatusAsync("shop-db");
        ((string)status["state"]!).ShouldBe("crashed");
        ((bool)status["last_exit"]!["oom_killed"]!).ShouldBeTrue();
        ((int)status["last_exit"]!["signal"]!).ShouldBe(9);
        ((string)status["last_exit"]!["reason"]!).ShouldStartWith("OOM killed: ");
        var words = await shop.LogAsync("shop-db", broken);
        words.ShouldContain(l => l.Contains("was terminated by signal 9: Killed"));
        words.ShouldContain(l => l.Contains("platform: shop-db-1") && l.Contains("OOM killed"));

        await RunningShop.UntilAsync(() => shop.LogAsync("shop", broken), lines => lines.Any(l =>
            l.Contains("ERROR shop.login POST /login failed: Npgsql.NpgsqlException: Failed to connect to 127.0.0.1:") && l.Contains("SocketException (111): Connection refused")));
        status = await RunningShop.UntilAsync(() => shop.StatusAsync("shop"), s => (string)s["state"]! == "degraded");
        ((string)status["detail"]!).ShouldContain("database");
        await RunningShop.UntilAsync(() => shop.MetricAsync("shop", "error_ratio", broken), values => values.Any(v => v > 0.3));
        await RunningShop.UntilAsync(() => Task.FromResult(shop.Shop.Snapshot().Truth), t => t.LoginFailingSince >= broken.AddSeconds(-1) && t.LoginOkSince is null);
        ((string)(await shop.StatusAsync("shop-db"))["state"]!).ShouldBe("crashed");

        var operation = await shop.ActAsync("shop-db", "restart", new { operation_id = $"restart-{Guid.NewGuid():N}", actor = "ana", reason = "OOM killed" });
        ((string)operation["state"]!).ShouldBe("succeeded", operation.ToJsonString());
        ((string)(await shop.StatusAsync("shop-db"))["state"]!).ShouldBe("running");
        await RunningShop.UntilAsync(() => Task.FromResult(shop.Shop.Snapshot().Truth), t => t.LoginOkSince > t.LoginFailingSince);
        (await shop.LogAsync("shop-db", broken)).ShouldContain(l => l.Contains("automatic recovery in progress"));
    }

    [Fact]
    public async Task A_bad_release_throws_at_every_login_until_it_is_rolled_back()
    {
        var shop = await fixture.HealthyAsync();
        await shop.Shop.BreakAsync("bad-release", CancellationToken.None);
        var broken = Now(shop.Shop.Snapshot());

        var status = await shop.StatusAsync("shop");
        ((string)status["version"]!).ShouldBe("v42");
        ((string)status["deployed_by"]!).ShouldBe("tom");
        await RunningShop.UntilAsync(() => shop.LogAsync("shop", broken), lines => lines.Any(l => l.Contains("42703: column \"last_login_country\" does not exist")));
        await RunningShop.UntilAsync(() => Task.FromResult(shop.Shop.Snapshot().Truth), t => t.LoginFailingSince is not null && t.LoginOkSince is null);
        await RunningShop.UntilAsync(() => shop.MetricAsync("shop", "error_ratio", broken), values => values.Any(v => v > 0.1));
        var change = (await shop.GetAsync($"/v1/services/shop/changes?environment=production&since={broken.UtcDateTime:O}"))["changes"]![0]!;
        ((string)change["kind"]!).ShouldBe("deploy");
        ((string)change["actor"]!).ShouldBe("tom");
        ((string)change["from_version"]!).ShouldBe("v41");

        var operation = await shop.ActAsync("shop", "rollback", new { operation_id = $"rollback-{Guid.NewGuid():N}", actor = "ana", to_version = "v41" });
        ((string)operation["state"]!).ShouldBe("succeeded", operation.ToJsonString());
        ((string)(await shop.StatusAsync("shop"))["version"]!).ShouldBe("v41");
        await RunningShop.UntilAsync(() => Task.FromResult(shop.Shop.Snapshot().Truth), t => t.LoginOkSince > t.LoginFailingSince);
    }

    [Fact]
    public async Task A_slow_dependency_shows_in_latency_and_readiness_while_logins_work_and_ends_with_its_restart()
    {
        var shop = await fixture.HealthyAsync();
        await shop.Shop.BreakAsync("slow-dependency", CancellationToken.None);
        var broken = Now(shop.Shop.Snapshot());

        await RunningShop.UntilAsync(() => shop.MetricAsync("shop", "latency_p99_ms", broken), values => values.Any(v => v > 1000));
        await RunningShop.UntilAsync(() => shop.LogAsync("inventory", broken), lines => lines.Any(l => l.Contains("for the stock lock, held by a recount")));
        await RunningShop.UntilAsync(() => shop.LogAsync("shop", broken), lines => lines.Any(l => l.Contains("stock answered slowly")));
        var status = await RunningShop.UntilAsync(() => shop.StatusAsync("inventory"), s => (string)s["state"]! == "degraded");
        ((string)status["detail"]!).ShouldContain("stock lock");

        await shop.ActAsync("inventory", "restart", new { operation_id = $"restart-{Guid.NewGuid():N}", actor = "ana" });
        shop.Shop.Snapshot().Faults.ShouldAllBe(f => !f.Active);
        await RunningShop.UntilAsync(() => shop.StatusAsync("inventory"), s => (string)s["state"]! == "running");
    }

    [Fact]
    public async Task A_leak_grows_until_the_limit_kills_it_and_the_platform_starts_it_again()
    {
        var shop = await fixture.HealthyAsync();
        var restarts = (int)(await shop.StatusAsync("shop"))["restarts"]!;
        await shop.Shop.BreakAsync("memory-leak", CancellationToken.None);
        var broken = Now(shop.Shop.Snapshot());

        var status = await RunningShop.UntilAsync(() => shop.StatusAsync("shop"), s => s["last_exit"] is { } exit && (bool)exit["oom_killed"]! && (DateTimeOffset)exit["at"]! > broken && (int)s["restarts"]! > restarts);
        ((string)status["last_exit"]!["reason"]!).ShouldContain("limit 256 MB");
        (await shop.LogAsync("shop", broken)).ShouldContain(l => l.Contains("FATAL platform") && l.Contains("OOM killed"));
        var changes = (await shop.GetAsync($"/v1/services/shop/changes?environment=production&since={broken.UtcDateTime:O}"))["changes"]!.AsArray();
        changes.ShouldContain(c => (bool)c!["automatic"]! && (string)c["kind"]! == "restart");

        await shop.Shop.HealAsync(CancellationToken.None);
        shop.Shop.Snapshot().Faults.ShouldAllBe(f => !f.Active);
        await RunningShop.UntilAsync(() => shop.StatusAsync("shop"), s => (string)s["state"]! == "running");
    }

    [Fact]
    public async Task The_past_hour_is_full_of_lines_and_samples_and_nothing_is_broken()
    {
        var shop = await fixture.HealthyAsync();
        var start = (DateTimeOffset)(await shop.GetAsync("/v1/services/shop-db"))["observed_at"]! - TimeSpan.FromMinutes(15);

        var log = await shop.LogAsync("shop", start);
        log.Count.ShouldBeGreaterThan(100);
        log.ShouldContain(l => l.Contains("feed of supplier acme-eu is late"));
        var rates = await shop.MetricAsync("shop", "requests_per_second", start);
        rates.Count.ShouldBeGreaterThan(10);
        ((string)(await shop.StatusAsync("shop"))["version"]!).ShouldBe("v41");
        // On a busy machine a health check may be late once; what is broken stays so.
        await Until.TrueAsync(() => Task.FromResult(shop.Shop.Snapshot().Services.All(s => s.Status == "running")), "every service runs");
    }

    [Fact]
    public async Task An_unknown_fault_is_refused_with_the_names_of_those_there_are()
    {
        var shop = await fixture.HealthyAsync();
        var (status, body) = await shop.PostAsync("/control/shop/break", new { fault = "earthquake" });
        ((int)status).ShouldBe(400);
        ((string)body["error"]!).ShouldContain("database-down, bad-release, slow-dependency, memory-leak");
    }
}
