using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace ChatOps.Tests.Sandbox.Shop;

[Collection("shop")]
public sealed class PlatformApiTests(ShopFixture fixture)
{
    [Fact]
    public async Task The_same_operation_id_many_times_restarts_once_and_answers_the_same()
    {
        var shop = await fixture.HealthyAsync();
        var before = await shop.StatusAsync("inventory");
        var body = new { operation_id = $"restart-{Guid.NewGuid():N}", actor = "ana", reason = "twice" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => shop.PostAsync("/v1/services/inventory/restart", body)));
        answers.ShouldAllBe(a => a.Status == HttpStatusCode.Accepted && (string)a.Body["operation_id"]! == body.operation_id);
        await RunningShop.UntilAsync(() => shop.GetAsync($"/v1/operations/{body.operation_id}"), o => (string)o["state"]! == "succeeded");
        ((string)(await shop.PostAsync("/v1/services/inventory/restart", body)).Body["state"]!).ShouldBe("succeeded");

        var after = await shop.StatusAsync("inventory");
        ((int)after["restarts"]!).ShouldBe((int)before["restarts"]! + 1);
        ((int)after["generation"]!).ShouldBe((int)before["generation"]! + 1);
        ((int)after["instances"]![0]!["pid"]!).ShouldNotBe((int)before["instances"]![0]!["pid"]!);
        (await shop.PostAsync("/v1/services/shop/restart?environment=production", body)).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("/v1/services/cart/restart", """{"operation_id":"a","actor":"ana"}""", 404, "service_unknown")]
    [InlineData("/v1/services/inventory/restart?environment=staging", """{"operation_id":"a","actor":"ana"}""", 404, "environment_unknown")]
    [InlineData("/v1/services/shop/restart?environment=production", """{"actor":"ana"}""", 400, "bad_request")]
    [InlineData("/v1/services/shop/restart?environment=production", """{"operation_id":"a"}""", 400, "bad_request")]
    [InlineData("/v1/services/shop/restart?environment=production", "{", 400, "bad_request")]
    [InlineData("/v1/services/shop/rollback?environment=production", """{"operation_id":"a","actor":"ana"}""", 400, "bad_request")]
    [InlineData("/v1/services/shop/rollback?environment=production", """{"operation_id":"a","actor":"ana","to_version":"v99"}""", 422, "version_unknown")]
    [InlineData("/v1/services/shop/rollback?environment=production", """{"operation_id":"a","actor":"ana","to_version":"v41"}""", 409, "already_current")]
    [InlineData("/v1/services/shop/restart?environment=production", """{"operation_id":"a","actor":"ana","if_generation":-1}""", 409, "generation_changed")]
    [InlineData("/v1/services/shop/restart", """{"operation_id":"a","actor":"ana"}""", 400, "bad_request")]
    [InlineData("/v1/services/shop/deploy?environment=production", """{"operation_id":"a","actor":"ana"}""", 400, "bad_request")]
    [InlineData("/v1/services/shop/deploy?environment=production", """{"operation_id":"a","actor":"ana","version":"v43","strategy":"big-bang"}""", 422, "unsupported")]
    [InlineData("/v1/services/shop/candidate?environment=production", """{"operation_id":"a","actor":"ana","version":"v41"}""", 409, "already_current")]
    [InlineData("/v1/services/shop/candidate?environment=production", """{"operation_id":"a","actor":"ana","version":"v99"}""", 422, "version_unknown")]
    [InlineData("/v1/services/shop/weight?environment=production", """{"operation_id":"a","actor":"ana","percent":5}""", 409, "no_candidate")]
    [InlineData("/v1/services/shop/weight?environment=production", """{"operation_id":"a","actor":"ana","percent":101}""", 400, "bad_request")]
    [InlineData("/v1/services/shop/promote?environment=production", """{"operation_id":"a","actor":"ana"}""", 409, "no_candidate")]
    [InlineData("/v1/services/shop/drop-candidate?environment=production", """{"operation_id":"a","actor":"ana"}""", 409, "no_candidate")]
    [InlineData("/v1/services/inventory/candidate", """{"operation_id":"a","actor":"ana","version":"v17"}""", 422, "unsupported")]
    [InlineData("/v1/services/inventory/backup", """{"operation_id":"a","actor":"ana"}""", 422, "unsupported")]
    [InlineData("/v1/services/shop-db/rollback", """{"operation_id":"a","actor":"ana","to_version":"v1"}""", 422, "unsupported")]
    [InlineData("/v1/services/shop/scale?environment=production", """{"operation_id":"a","actor":"ana","replicas":2}""", 422, "unsupported")]
    public async Task What_cannot_be_done_is_refused_with_a_stable_code_and_leaves_no_operation(string path, string body, int status, string code)
    {
        var shop = await fixture.HealthyAsync();
        using var response = await shop.Http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body));
        ((int)response.StatusCode).ShouldBe(status);
        ((string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["code"]!).ShouldBe(code);
        using var operation = await shop.Http.GetAsync(new Uri("/v1/operations/a", UriKind.Relative));
        operation.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("guess")]
    public async Task Without_the_token_nothing_is_told(string? token)
    {
        var shop = await fixture.HealthyAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(shop.Http.BaseAddress!, "/v1/services/shop?environment=production"));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var http = new HttpClient(new SocketsHttpHandler());
        using var response = await http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_cursor_goes_on_where_the_lines_ended_and_a_tail_is_the_end_of_the_range()
    {
        var shop = await fixture.HealthyAsync();
        var since = ((DateTimeOffset)(await shop.StatusAsync("shop"))["observed_at"]!).AddMinutes(-10);
        var until = since.AddMinutes(5);
        var range = $"until={until.UtcDateTime:O}";
        var all = await RecordsAsync(shop, $"since={since.UtcDateTime:O}&{range}");
        all.Count.ShouldBeGreaterThan(20);
        all.Select(r => (DateTimeOffset)r["at"]!).ShouldBeInOrder();
        all.ShouldAllBe(r => (DateTimeOffset)r["at"]! >= since && (DateTimeOffset)r["at"]! < until);

        var paged = new List<JsonNode>();
        var cursor = $"since={since.UtcDateTime:O}";
        for (var page = await RawAsync(shop, $"{cursor}&{range}&limit=7"); page.Count > 1; page = await RawAsync(shop, $"{cursor}&{range}&limit=7"))
        {
            paged.AddRange(page.SkipLast(1));
            cursor = "cursor=" + (string)page[^1]["next_cursor"]!;
        }
        paged.Select(r => r.ToJsonString()).ShouldBe(all.Select(r => r.ToJsonString()));
        (await RecordsAsync(shop, $"since={since.UtcDateTime:O}&{range}&tail=5")).Select(r => r.ToJsonString()).ShouldBe(all.TakeLast(5).Select(r => r.ToJsonString()));
    }

    [Fact]
    public async Task Capabilities_and_releases_say_what_is_there()
    {
        var shop = await fixture.HealthyAsync();
        var capabilities = await shop.GetAsync("/v1/capabilities");
        capabilities["services"]!.AsArray().Select(s => (string)s!["service"]!).ShouldBe(["shop", "inventory", "shop-db"]);
        var releases = (await shop.GetAsync("/v1/services/shop/releases?environment=production"))["releases"]!.AsArray();
        releases.Select(r => (string)r!["version"]!).ShouldBe(["v50", "v49", "v48", "v47", "v46", "v45", "v44", "v43", "v42", "v41", "v40"]);
        releases.Single(r => (bool)r!["current"]!)!["version"]!.GetValue<string>().ShouldBe("v41");
    }

    private static async Task<IReadOnlyList<JsonNode>> RecordsAsync(RunningShop shop, string query) => [.. (await RawAsync(shop, query)).SkipLast(1)];

    private static async Task<List<JsonNode>> RawAsync(RunningShop shop, string query)
    {
        var text = await shop.Http.GetStringAsync(new Uri($"/v1/services/shop/logs?environment=production&{query}", UriKind.Relative));
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
    }
}
