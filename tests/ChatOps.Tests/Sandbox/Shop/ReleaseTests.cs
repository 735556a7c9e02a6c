using System.Net;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Shop;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Sandbox.Shop;

/// <summary>What the shop's releases really do, and what a deploy of them needs.</summary>
[Collection("shop")]
public sealed class ReleaseTests(ShopFixture fixture)
{
    [Fact]
    public async Task Releases_declare_what_a_deploy_of_them_needs()
    {
        var shop = await fixture.HealthyAsync();
        var releases = (await shop.GetAsync("/v1/services/shop/releases?environment=production"))["releases"]!.AsArray().ToDictionary(r => (string)r!["version"]!, r => r!);
        Declared("v41").ShouldBe(("2026-10-02", "v40", "", true));
        Declared("v47").ShouldBe(("2026-11-20", "v40", "0007_cart_added_at", true));
        Declared("v48").ShouldBe(("2026-11-21", "v48", "0008_password_columns", true));
        Declared("v50").ShouldBe(("2026-11-21", "v48", "", false));
        releases["v43"]["digest"]!.GetValue<string>().ShouldStartWith("sha256:");
        var set = (await shop.StatusAsync("shop"))["variables"]!.AsArray().Select(v => (string)v!).ToList();
        set.ShouldBe(["DATABASE_URL", "INVENTORY_URL"]);
        foreach (var (version, release) in releases)
            release["required_variables"]!.AsArray().Select(v => (string)v!).Except(set).ShouldBe(version == "v49" ? ["LOYALTY_URL"] : []);

        (string, string, string, bool) Declared(string version) => ((string)releases[version]["schema_version"]!, (string)releases[version]["serves_back_to"]!,
            string.Join(' ', releases[version]["migrations"]!.AsArray().Select(m => (string)m!)), (bool)releases[version]["checks_passed"]!);
    }

    [Theory]
    [InlineData("v46", "ended with 70", "price table has no column vat_class")]
    [InlineData("v49", "ended with 78", "the environment variable LOYALTY_URL is not set")]
    public async Task A_release_that_cannot_start_leaves_the_one_that_runs_and_says_why_in_the_log(string version, string message, string line)
    {
        var shop = await fixture.HealthyAsync();
        var since = await NowAsync(shop);
        var operation = await DeployAsync(shop, version);
        ((string)operation["state"]!).ShouldBe("failed");
        ((string)operation["message"]!).ShouldContain(message);
        (await shop.LogAsync("shop", since)).ShouldContain(l => l.Contains(line));
        // v49 brings the schema of v48: the healing takes that back.
        await shop.Shop.HealAsync(CancellationToken.None);
        var status = await RunningShop.UntilAsync(() => shop.StatusAsync("shop"), s => (string)s["state"]! == "running");
        ((string)status["version"]!).ShouldBe("v41");
    }

    [Fact]
    public async Task A_slow_release_answers_everything_and_late()
    {
        var shop = await fixture.HealthyAsync();
        await shop.Shop.BreakAsync("slow-release", CancellationToken.None);
        var since = await NowAsync(shop);
        await RunningShop.UntilAsync(async () => await PointsAsync(shop, "v44", "requests_total", since), points => points[^1] - points[0] >= 40);
        // Those who come back sign in first, which is quick: half of all is slow once they look around.
        await RunningShop.UntilAsync(async () => await PointsAsync(shop, "v44", "latency_p50_ms", since), points => points is [> 300]);
        (await PointsAsync(shop, "v44", "errors_total", since)).ShouldBe([0, 0]);
        await HealedAsync(shop, "slow-release");
    }

    [Fact]
    public async Task A_leaky_release_grows_with_its_use_until_the_limit_kills_it()
    {
        var shop = await fixture.HealthyAsync();
        await shop.Shop.BreakAsync("leaky-release", CancellationToken.None);
        var since = shop.Shop.Snapshot().Truth.BrokenAt!.Value;
        var status = await RunningShop.UntilAsync(() => shop.StatusAsync("shop"), s => s["last_exit"] is { } exit && (bool)exit["oom_killed"]! && (DateTimeOffset)exit["at"]! > since);
        ((string)status["version"]!).ShouldBe("v45");
        var memory = await PointsAsync(shop, "v45", "memory_bytes", since);
        memory.Max().ShouldBeGreaterThan(memory.Min() * 1.3);
        await HealedAsync(shop, "leaky-release");
    }

    [Fact]
    public async Task A_release_that_crashes_at_its_start_takes_the_shop_down_when_it_was_recreated_and_the_platform_goes_on_trying()
    {
        var shop = await fixture.HealthyAsync();
        await shop.Shop.BreakAsync("crash-on-start", CancellationToken.None);
        var status = await RunningShop.UntilAsync(() => shop.StatusAsync("shop"), s => (string)s["state"]! == "crashed" && (int)s["restarts"]! > 1);
        ((string)status["version"]!, (int)status["last_exit"]!["code"]!).ShouldBe(("v46", 70));
        using (var customer = new HttpClient(new SocketsHttpHandler()))
        using (var answer = await customer.GetAsync(new Uri(shop.Shop.WebAddress, "/products"))) answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        await RunningShop.UntilAsync(() => Task.FromResult(shop.Shop.Snapshot().Truth), t => t.LoginFailingSince is not null && t.LoginOkSince is null);
        (await shop.GetAsync($"/v1/services/shop/changes?environment=production"))["changes"]!.AsArray()
            .ShouldContain(c => (string)c!["kind"]! == "deploy" && (string)c["to_version"]! == "v46" && (string)c["state"]! == "failed" && (string)c["actor"]! == "kim");
        await HealedAsync(shop, "crash-on-start");
    }

    [Fact]
    public async Task A_recreated_release_that_starts_runs()
    {
        var shop = await fixture.HealthyAsync();
        var before = (int)(await shop.StatusAsync("shop"))["instances"]![0]!["pid"]!;
        ((string)(await DeployAsync(shop, "v43", "recreate"))["state"]!).ShouldBe("succeeded");
        var status = await shop.StatusAsync("shop");
        ((string)status["version"]!, (string)status["state"]!).ShouldBe(("v43", "running"));
        ((int)status["instances"]![0]!["pid"]!).ShouldNotBe(before);
        await DeployAsync(shop, "v41");
    }

    [Fact]
    public async Task With_low_traffic_nothing_is_broken_and_there_is_hardly_a_request()
    {
        var shop = await fixture.HealthyAsync();
        var broken = shop.Shop.Snapshot().Truth.BrokenAt;
        await shop.Shop.BreakAsync("low-traffic", CancellationToken.None);
        var since = await NowAsync(shop);
        await RunningShop.UntilAsync(() => shop.MetricAsync("shop", "requests_per_second", since), values => values.Any(v => v < 1));
        shop.Shop.Snapshot().Truth.BrokenAt.ShouldBe(broken);
        await HealedAsync(shop, "low-traffic");
        since = await NowAsync(shop);
        await RunningShop.UntilAsync(() => shop.MetricAsync("shop", "requests_per_second", since), values => values.Any(v => v > 10));
    }

    [Fact]
    public async Task An_expanding_migration_serves_the_version_before_it_and_a_contracting_one_does_not()
    {
        var shop = await fixture.HealthyAsync();
        var since = await NowAsync(shop);
        ((string)(await DeployAsync(shop, "v47"))["state"]!).ShouldBe("succeeded");
        await DeployAsync(shop, "v41");
        (await SignsInAsync(shop.Shop.WebAddress)).ShouldBeTrue();

        ((string)(await DeployAsync(shop, "v48"))["state"]!).ShouldBe("succeeded");
        (await SignsInAsync(shop.Shop.WebAddress)).ShouldBeTrue();
        await DeployAsync(shop, "v41");
        (await SignsInAsync(shop.Shop.WebAddress)).ShouldBeFalse();
        (await shop.LogAsync("shop", since)).Count(l => l.Contains(" was applied in ")).ShouldBe(2);

        await shop.Shop.HealAsync(CancellationToken.None);
        (await SignsInAsync(shop.Shop.WebAddress)).ShouldBeTrue();
    }

    [Fact]
    public async Task Staging_is_deployed_by_itself_has_its_own_data_and_no_customers()
    {
        var shop = await fixture.HealthyAsync();
        await RunningShop.UntilAsync(() => shop.StatusAsync("shop", "staging"), s => (string)s["state"]! == "running");
        var operation = await DeployAsync(shop, "v48", environment: "staging");
        ((string)operation["state"]!, (string)operation["environment"]!).ShouldBe(("succeeded", "staging"));
        var status = await shop.StatusAsync("shop", "staging");
        ((string)status["version"]!, (string)status["environment"]!).ShouldBe(("v48", "staging"));
        ((string)(await shop.StatusAsync("shop"))["version"]!).ShouldBe("v41");
        (await SignsInAsync(shop.Shop.StagingAddress)).ShouldBeTrue();
        // Staging's schema is another: production's did not move with it.
        (await SignsInAsync(shop.Shop.WebAddress)).ShouldBeTrue();
        (await shop.GetAsync("/v1/services/shop/releases?environment=staging"))["releases"]!.AsArray().Single(r => (bool)r!["current"]!)!["version"]!.GetValue<string>().ShouldBe("v48");
        (await shop.GetAsync("/v1/services/shop/changes?environment=production"))["changes"]!.AsArray().ShouldNotContain(c => (string?)c!["operation_id"] == (string)operation["operation_id"]!);
        // Ours, and no customer's.
        (await PointsAsync(shop, "v48", "requests_total", DateTimeOffset.UnixEpoch, "staging")).ShouldBe([0, 1]);
    }

    [Theory]
    [InlineData("shop-db", "production", "shop-db-")]
    [InlineData("shop", "production", "shop-")]
    [InlineData("shop", "staging", "shop-staging-")]
    public async Task A_backup_is_a_real_dump_whose_place_and_size_are_told(string service, string environment, string name)
    {
        var shop = await fixture.HealthyAsync();
        await RunningShop.UntilAsync(() => shop.StatusAsync("shop", "staging"), s => (string)s["state"]! == "running");
        var generation = (int)(await shop.StatusAsync(service, environment))["generation"]!;
        var operation = await shop.ActAsync(service, "backup", new { operation_id = Id(), actor = "ana" }, environment);
        ((string)operation["state"]!).ShouldBe("succeeded", operation.ToJsonString());
        var said = System.Text.RegularExpressions.Regex.Match((string)operation["message"]!, "copied to (/.+\\.dump), ([0-9.]+) KB; it took ");
        said.Success.ShouldBeTrue((string)operation["message"]!);
        Path.GetFileName(said.Groups[1].Value).ShouldStartWith(name);
        // The custom format begins so, and holds the rows of the users.
        (await File.ReadAllBytesAsync(said.Groups[1].Value))[..5].ShouldBe("PGDMP"u8.ToArray());
        new FileInfo(said.Groups[1].Value).Length.ShouldBeGreaterThan(2000);
        ((int)(await shop.StatusAsync(service, environment))["generation"]!).ShouldBe(generation);
    }

    [Fact]
    public async Task A_database_that_is_down_cannot_be_copied_and_says_so()
    {
        var shop = await fixture.HealthyAsync();
        await shop.Shop.BreakAsync("database-down", CancellationToken.None);
        var operation = await shop.ActAsync("shop-db", "backup", new { operation_id = Id(), actor = "ana" });
        ((string)operation["state"]!, (string)operation["message"]!).ShouldBe(("failed", "The database does not run: there is nothing that could be copied."));
        await shop.Shop.HealAsync(CancellationToken.None);
    }

    private static string Id() => $"release-{Guid.NewGuid():N}";

    private static async Task<DateTimeOffset> NowAsync(RunningShop shop) => (DateTimeOffset)(await shop.StatusAsync("shop"))["observed_at"]!;

    private static Task<JsonNode> DeployAsync(RunningShop shop, string version, string strategy = "rolling", string environment = "production") =>
        shop.ActAsync("shop", "deploy", new { operation_id = Id(), actor = "ana", version, strategy }, environment);

    private static async Task<IReadOnlyList<double>> PointsAsync(RunningShop shop, string version, string name, DateTimeOffset since, string environment = "production") =>
        [.. (await shop.GetAsync($"/v1/services/shop/metrics?environment={environment}&version={version}&since={since.UtcDateTime:O}"))["series"]!.AsArray()
            .First(s => (string)s!["name"]! == name)!["points"]!.AsArray().Select(p => (double)p![1]!)];

    private static async Task HealedAsync(RunningShop shop, string fault)
    {
        shop.Shop.Snapshot().Faults.Single(f => f.Name == fault).Active.ShouldBeTrue();
        await shop.Shop.HealAsync(CancellationToken.None);
        shop.Shop.Snapshot().Faults.ShouldAllBe(f => !f.Active);
        await Until.TrueAsync(async () => (string)(await shop.StatusAsync("shop"))["state"]! == "running", "the shop runs again");
        ((string)(await shop.StatusAsync("shop"))["version"]!).ShouldBe("v41");
    }

    private static async Task<bool> SignsInAsync(Uri shop)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var answer = await http.PostAsJsonAsync(new Uri(shop, "/login"), new { user = ShopHost.ProbeUser, password = ShopHost.ProbePassword });
        return answer.StatusCode == HttpStatusCode.OK;
    }
}
