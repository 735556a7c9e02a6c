using ChatOps.Cli.Doctor;
using ChatOps.Platforms;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Probes;
using ChatOps.Telemetry.Prometheus;
using ChatOps.Telemetry.Scrape;
using ChatOps.Tests.Configuration;
using ChatOps.Tests.Platforms;
using ChatOps.Tests.Platforms.Described;

namespace ChatOps.Tests.Cli.Doctor;

/// <summary>What is wrong with a platform is one line with what to do next, and costs no other platform anything.</summary>
public sealed class PlatformChecksTests : IAsyncLifetime
{
    private StubDepot depot = null!;
    private StubHttpPlatform house = null!;

    public async ValueTask InitializeAsync()
    {
        depot = await StubDepot.StartAsync();
        house = await StubHttpPlatform.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await depot.DisposeAsync();
        await house.DisposeAsync();
    }

    [Fact]
    public async Task Every_platform_is_looked_at_at_once_and_each_that_is_not_reached_has_its_line()
    {
        var asked = 0;
        var both = new TaskCompletionSource();
        // Neither answers before both were asked: one after the other would never end.
        async Task<bool> TogetherAsync(HttpContext context)
        {
            if (Interlocked.Increment(ref asked) >= 2) both.TrySetResult();
            await both.Task.WaitAsync(TimeSpan.FromSeconds(60), context.RequestAborted);
            return false;
        }
        var first = 0;
        depot.Misbehave = c => Interlocked.Exchange(ref first, 1) == 0 ? TogetherAsync(c) : Task.FromResult(false);
        var second = 0;
        house.Misbehave = c => Interlocked.Exchange(ref second, 1) == 0 ? TogetherAsync(c) : Task.FromResult(false);
        var lines = await RunAsync(key: StubDepot.Key, token: StubHttpPlatform.Token);
        Line(lines, "platform depot").ShouldStartWith("ok    platform depot: answers; described: status, releases, changes, logs, metrics, ");
        Line(lines, "platform house").ShouldBe("ok    platform house: answers; restart yes, rollback yes.");
        Line(lines, "platform gone").ShouldBe("FAIL  platform gone: no answer from gone: gone cannot be reached: connection refused. Look whether it runs, whether this machine may reach it, and whether its address and token in chatops.yaml are right.");
        Line(lines, "lost@production status, logs").ShouldBe("FAIL  lost@production status, logs and metrics: not asked, since gone does not answer. Mend gone first.");
    }

    [Fact]
    public async Task A_token_that_is_refused_is_one_line_that_says_where_it_stands_and_shows_none()
    {
        var lines = await RunAsync(key: "wrong-0815", token: "wrong-4711");
        Line(lines, "platform depot").ShouldBe("FAIL  platform depot: no answer from depot: depot refused: token not accepted (401). Check the token of platform depot in chatops.yaml.");
        Line(lines, "platform house").ShouldBe("FAIL  platform house: no answer from house: house refused: token not accepted (401). Check the token of platform house in chatops.yaml.");
        lines.ShouldNotContain(l => l.Contains("wrong-"));
        // Its targets do not say it again.
        Line(lines, "shop@production status").ShouldBe("FAIL  shop@production status, logs and metrics: not asked, since depot does not answer. Mend depot first.");
    }

    [Fact]
    public async Task A_right_that_is_missing_is_named_while_the_rest_is_reached()
    {
        depot.Misbehave = async c =>
        {
            if (!c.Request.Path.Value!.EndsWith("/builds", StringComparison.Ordinal)) return false;
            await StubDepot.ProblemAsync(c, 403, "not_yours", "Builds are for builders.");
            return true;
        };
        var lines = await RunAsync(StubDepot.Key, StubHttpPlatform.Token);
        lines.Where(l => l[6..].StartsWith("platform depot:", StringComparison.Ordinal)).Skip(1).ShouldHaveSingleItem()
            .ShouldBe("FAIL  platform depot: no releases of shop: depot refused: the token may not do this (403): Builds are for builders. Let the token of platform depot read that.");
        Line(lines, "shop@production status").ShouldBe("ok    shop@production status: starting, version v42.");
    }

    [Fact]
    public async Task A_service_whose_name_the_platform_does_not_know_is_told_with_that_name()
    {
        var lines = await RunAsync(StubDepot.Key, StubHttpPlatform.Token);
        Line(lines, "platform depot").ShouldStartWith("ok");
        Line(lines, "shopp@production status").ShouldBe(
            "FAIL  shopp@production status: no answer from depot: depot refused (404): There is no such app here. depot itself answers: correct what shopp is called there, which is 'shopp/1' by chatops.yaml ('name' in production).");
        lines.Count(l => l.Contains("shopp@production", StringComparison.Ordinal)).ShouldBe(1);
        Line(lines, "old@production status").ShouldBe(
            "FAIL  old@production status: no answer from house: house refused (404): There is no such service. house itself answers: correct what old is called there, which is 'ancient' by chatops.yaml ('name' in production).");
    }

    [Fact]
    public async Task A_platform_that_hangs_is_told_with_its_time_out()
    {
        depot.Misbehave = async c =>
        {
            var aborted = new TaskCompletionSource();
            await using (c.RequestAborted.Register(aborted.SetResult)) await aborted.Task.WaitAsync(TimeSpan.FromSeconds(60));
            return true;
        };
        var lines = await RunAsync(StubDepot.Key, StubHttpPlatform.Token, timeout: "1s");
        Line(lines, "platform depot").ShouldStartWith("FAIL  platform depot: no answer from depot: depot did not answer within 1 s. Look whether it runs");
        Line(lines, "platform house").ShouldStartWith("ok");
    }

    private static string Line(List<string> lines, string what) =>
        lines.Find(l => l[6..].StartsWith(what, StringComparison.Ordinal)) ?? throw new InvalidOperationException($"No line begins with {what}:\n{string.Join('\n', lines)}");

    private async Task<List<string>> RunAsync(string key, string token, string timeout = "30s")
    {
        using var file = new ConfigFile();
        file.Variables["DEPOT_URL"] = depot.Url.AbsoluteUri;
        file.Variables["DEPOT_KEY"] = key;
        file.Variables["HOUSE_TOKEN"] = token;
        var text = DescribedExample.Text.Replace("timeout: 5s", $"timeout: {timeout}", StringComparison.Ordinal)
            .Replace("\nservices:\n", $$"""

              house: { type: http, url: "{{house.Url}}", token: "${HOUSE_TOKEN}", timeout: 30s }
              gone: { type: http, url: "http://127.0.0.1:1", token: "${HOUSE_TOKEN}", timeout: 30s }
            services:
              shopp: { kind: web, tier: 1, environments: { production: { platform: depot, name: shopp/1 } } }
              old: { kind: web, tier: 1, environments: { production: { platform: house, name: ancient } } }
              lost: { kind: web, tier: 1, environments: { production: { platform: gone } } }

            """, StringComparison.Ordinal);
        var read = file.Read(text);
        read.Mistakes.ShouldBeEmpty();
        var catalog = read.Config!.Catalog;
        using var platforms = new PlatformRegistry(catalog, TimeProvider.System);
        using var scrape = new ScrapeClient();
        using var prometheus = new PrometheusSources(catalog, TimeProvider.System);
        using var prober = new Prober(catalog, TimeProvider.System);
        var checks = new CatalogChecks(catalog, platforms, new TargetSources(catalog, platforms, scrape, prometheus, TimeProvider.System), prober, TimeProvider.System);
        return [.. await Checkup.RunAsync(checks.All(), TestContext.Current.CancellationToken).Select(f => f.ToString()).ToListAsync(TestContext.Current.CancellationToken)];
    }
}
