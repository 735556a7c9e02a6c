using System.Text.Json.Nodes;

namespace ChatOps.Tests.Sandbox.Shop;

/// <summary>A version beside the one that runs, in the real shop: traffic shifted for customers who must not notice.</summary>
[Collection("shop")]
public sealed class CandidateTests(ShopFixture fixture)
{
    [Fact]
    public async Task A_candidate_gets_no_traffic_then_its_share_then_all_and_no_customer_notices_the_promotion()
    {
        var shop = await fixture.HealthyAsync();
        var since = await NowAsync(shop);
        await ActAsync(shop, "candidate", new { version = "v43" });
        var status = await RunningShop.UntilAsync(() => shop.StatusAsync("shop"), s => (string?)s["candidate"]?["state"] == "running");
        ((string)status["version"]!, (string)status["candidate"]!["version"]!, (int)status["candidate"]!["percent"]!).ShouldBe(("v41", "v43", 0));
        status["instances"]!.AsArray().Select(i => (string)i!["version"]!).ShouldBe(["v41", "v43"]);
        (await CountAsync(shop, "v43", "requests_total", since)).ShouldBe(0);
        (await shop.PostAsync("/v1/services/shop/deploy?environment=production", new { operation_id = Id(), actor = "ana", version = "v44" })).Body["error"]!["code"]!.GetValue<string>().ShouldBe("candidate_exists");

        await ActAsync(shop, "weight", new { percent = 25 });
        var shifted = await NowAsync(shop);
        await RunningShop.UntilAsync(() => CountAsync(shop, "v43", "requests_total", shifted), n => n >= 20);
        var (candidate, stable) = (await CountAsync(shop, "v43", "requests_total", shifted), await CountAsync(shop, "v41", "requests_total", shifted));
        (candidate / (candidate + stable)).ShouldBe(0.25, 0.06);

        await ActAsync(shop, "promote", new { });
        status = await shop.StatusAsync("shop");
        ((string)status["version"]!, status["candidate"], (string)status["deployed_by"]!).ShouldBe(("v43", null, "ana"));
        status["instances"]!.AsArray().Count.ShouldBe(1);
        var promoted = await NowAsync(shop);
        await RunningShop.UntilAsync(() => CountAsync(shop, "v43", "requests_total", promoted), n => n >= 20);
        (await CountAsync(shop, "v41", "requests_total", promoted)).ShouldBe(0);
        foreach (var version in (string[])["v41", "v43"]) (await CountAsync(shop, version, "errors_total", since)).ShouldBe(0, version);

        var changes = (await shop.GetAsync($"/v1/services/shop/changes?environment=production&since={since.UtcDateTime:O}"))["changes"]!.AsArray();
        changes.Select(c => ((string)c!["kind"]!, (string?)c["to_version"])).ShouldBe([("deploy", "v43"), ("config", null), ("config", null)]);
        await ActAsync(shop, "rollback", new { to_version = "v41" });
    }

    [Fact]
    public async Task A_blue_green_switch_is_one_weight_and_the_switch_back_another_and_no_customer_notices_either()
    {
        var shop = await fixture.HealthyAsync();
        var since = await NowAsync(shop);
        await ActAsync(shop, "candidate", new { version = "v43" });
        await ActAsync(shop, "weight", new { percent = 100 });
        var green = await NowAsync(shop);
        await RunningShop.UntilAsync(() => CountAsync(shop, "v43", "requests_total", green), n => n >= 20);
        (await CountAsync(shop, "v41", "requests_total", green.AddSeconds(0.3))).ShouldBe(0);
        await ActAsync(shop, "weight", new { percent = 0 });
        var blue = await NowAsync(shop);
        await RunningShop.UntilAsync(() => CountAsync(shop, "v41", "requests_total", blue), n => n >= 20);
        await ActAsync(shop, "drop-candidate", new { });
        var status = await shop.StatusAsync("shop");
        ((string)status["version"]!, status["candidate"]).ShouldBe(("v41", null));
        foreach (var version in (string[])["v41", "v43"]) (await CountAsync(shop, version, "errors_total", since)).ShouldBe(0, version);
    }

    [Fact]
    public async Task A_bad_candidate_shows_in_its_own_errors_and_logins_and_not_in_those_of_the_version_that_runs()
    {
        var shop = await fixture.HealthyAsync();
        await ActAsync(shop, "candidate", new { version = "v42" });
        await ActAsync(shop, "weight", new { percent = 25 });
        var since = await NowAsync(shop);
        await RunningShop.UntilAsync(() => CountAsync(shop, "v42", "logins_total", since), n => n >= 8);
        var (logins, failed) = (await CountAsync(shop, "v42", "logins_total", since), await CountAsync(shop, "v42", "logins_failed_total", since));
        (failed / logins).ShouldBeGreaterThan(0.8);
        (await CountAsync(shop, "v42", "errors_total", since)).ShouldBeGreaterThan(5);
        (await CountAsync(shop, "v41", "errors_total", since)).ShouldBe(0);
        (await SeriesAsync(shop, "v41", "latency_p99_ms", since))!.AsArray().Count.ShouldBe(1);
        shop.Shop.Snapshot().Faults.ShouldContain(f => f.Name == "bad-release" && f.Active);

        await shop.Shop.HealAsync(CancellationToken.None);
        (await shop.StatusAsync("shop"))["candidate"].ShouldBeNull();
    }

    [Fact]
    public async Task A_candidate_that_cannot_start_leaves_no_candidate_and_says_where_to_look()
    {
        var shop = await fixture.HealthyAsync();
        var operation = await shop.ActAsync("shop", "candidate", new { operation_id = Id(), actor = "ana", version = "v46" });
        ((string)operation["state"]!).ShouldBe("failed");
        ((string)operation["message"]!).ShouldContain("ended with 70 before it answered its health check");
        var status = await shop.StatusAsync("shop");
        ((string)status["version"]!, (string)status["state"]!, status["candidate"]).ShouldBe(("v41", "running", null));
    }

    [Fact]
    public async Task A_candidate_that_dies_stays_dead_and_can_be_taken_out_but_not_promoted()
    {
        var shop = await fixture.HealthyAsync();
        var since = await NowAsync(shop);
        await ActAsync(shop, "candidate", new { version = "v43" });
        await ActAsync(shop, "weight", new { percent = 50 });
        var pid = (int)(await shop.StatusAsync("shop"))["instances"]!.AsArray().Single(i => (string)i!["version"]! == "v43")!["pid"]!;
        using (var process = System.Diagnostics.Process.GetProcessById(pid)) process.Kill();

        var status = await RunningShop.UntilAsync(() => shop.StatusAsync("shop"), s => (string?)s["candidate"]?["state"] == "crashed");
        ((string)status["candidate"]!["detail"]!).ShouldContain("ended by signal 9");
        ((string)status["state"]!).ShouldBe("running");
        await RunningShop.UntilAsync(() => CountAsync(shop, "v43", "errors_total", since), n => n > 0);
        var promoted = await shop.ActAsync("shop", "promote", new { operation_id = Id(), actor = "ana" });
        ((string)promoted["state"]!).ShouldBe("failed");
        await ActAsync(shop, "weight", new { percent = 0 });
        await ActAsync(shop, "drop-candidate", new { });
        (await CountAsync(shop, "v41", "errors_total", since)).ShouldBe(0);
    }

    [Fact]
    public async Task A_rollback_in_a_hurry_drops_the_candidate()
    {
        var shop = await fixture.HealthyAsync();
        await ActAsync(shop, "candidate", new { version = "v43" });
        await ActAsync(shop, "weight", new { percent = 50 });
        await ActAsync(shop, "rollback", new { to_version = "v40" });
        var status = await shop.StatusAsync("shop");
        ((string)status["version"]!, status["candidate"]).ShouldBe(("v40", null));
        await ActAsync(shop, "deploy", new { version = "v41" });
    }

    [Fact]
    public async Task The_same_weight_twice_by_one_id_is_one_and_another_share_by_that_id_is_refused()
    {
        var shop = await fixture.HealthyAsync();
        await ActAsync(shop, "candidate", new { version = "v43" });
        var generation = (int)(await shop.StatusAsync("shop"))["generation"]!;
        var body = new { operation_id = Id(), actor = "ana", percent = 25, if_generation = generation };
        await shop.ActAsync("shop", "weight", body);
        // Though the generation is another by now: it is the same request.
        ((string)(await shop.ActAsync("shop", "weight", body))["state"]!).ShouldBe("succeeded");
        ((int)(await shop.StatusAsync("shop"))["generation"]!).ShouldBe(generation + 1);
        (await shop.PostAsync("/v1/services/shop/weight?environment=production", new { body.operation_id, actor = "ana", percent = 50 })).Body["error"]!["code"]!.GetValue<string>().ShouldBe("operation_id_reused");
        ((int)(await shop.StatusAsync("shop"))["candidate"]!["percent"]!).ShouldBe(25);
        await ActAsync(shop, "drop-candidate", new { });
    }

    private static string Id() => $"candidate-{Guid.NewGuid():N}";

    private static async Task<DateTimeOffset> NowAsync(RunningShop shop) => (DateTimeOffset)(await shop.StatusAsync("shop"))["observed_at"]!;

    /// <summary>An action that must succeed.</summary>
    private static async Task ActAsync(RunningShop shop, string kind, object body)
    {
        var asked = System.Text.Json.JsonSerializer.SerializeToNode(body)!.AsObject();
        asked["operation_id"] = Id();
        asked["actor"] = "ana";
        var operation = await shop.ActAsync("shop", kind, asked);
        ((string)operation["state"]!).ShouldBe("succeeded", operation.ToJsonString());
    }

    private static async Task<double> CountAsync(RunningShop shop, string version, string name, DateTimeOffset since)
    {
        var points = (await SeriesAsync(shop, version, name, since)).ShouldNotBeNull().AsArray();
        return (double)points[^1]![1]! - (double)points[0]![1]!;
    }

    private static async Task<JsonNode?> SeriesAsync(RunningShop shop, string version, string name, DateTimeOffset since) =>
        (await shop.GetAsync($"/v1/services/shop/metrics?environment=production&version={version}&since={since.UtcDateTime:O}"))["series"]!.AsArray().First(s => (string)s!["name"]! == name)!["points"];
}
