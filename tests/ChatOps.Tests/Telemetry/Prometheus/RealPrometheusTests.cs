using ChatOps.Catalog;
using ChatOps.Cli.Doctor;
using ChatOps.Deployments;
using ChatOps.Diagnosis;
using ChatOps.Platforms;
using ChatOps.Telemetry.Prometheus;
using ChatOps.Tests.Configuration;
using ChatOps.Tests.Diagnosis;
using ChatOps.Tests.Support;
using Verdict = ChatOps.Diagnosis.Verdict;

namespace ChatOps.Tests.Telemetry.Prometheus;

/// <summary>The queries that nobody had to write, and those that somebody did, asked of a real Prometheus that scrapes a real page.</summary>
public sealed class RealPrometheusTests(RealPrometheus real) : IClassFixture<RealPrometheus>
{
    private static readonly Target Shop = new("shop", "production");
    private static readonly BusinessMetric Orders = new("orders", null, LowerIsBetter: false);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_needs_one_line_and_its_figures_come_over_time()
    {
        RealPrograms.Skip(real.Missing);
        using var sources = Sources(Services("shop: main"), out _);
        var source = sources.MetricsOf(Shop).ShouldNotBeNull();
        source.Name.ShouldBe("prometheus main");
        var series = await MeasuredAsync(source, "error_rate", "latency_p50", "latency_p99", "requests");
        // 11 of 1150 requests fail; all that there are took a few ms to 5 s by their buckets.
        Last(series["error_rate"]).ShouldBe(11 / 1150.0, 0.002);
        Last(series["latency_p50"]).ShouldBeInRange(50, 100);
        Last(series["latency_p99"]).ShouldBeInRange(900, 1000);
        Last(series["requests"]).ShouldBeGreaterThan(100);
        series.Values.ShouldAllBe(s => s.Doubt == null && s.Over == TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task The_steps_of_an_incident_show_them()
    {
        RealPrograms.Skip(real.Missing);
        using var sources = Sources(Services("shop: main"), out var catalog);
        await MeasuredAsync(sources.MetricsOf(Shop)!, "error_rate", "requests");
        var world = new FakeWorld();
        var diagnosis = world.Sources with { MetricsOf = t => [sources.MetricsOf(t)!] };
        var context = new StepContext { Service = "shop", Environment = "production", Onset = null, DeclaredAt = TimeProvider.System.GetUtcNow() };
        var resources = await new CheckResources(diagnosis, catalog, TimeProvider.System).RunAsync(context, null, null, Cancel);
        resources.NoAnswers.ShouldBeEmpty();
        resources.Evidence.Where(e => e.Source == "prometheus main").Select(e => e.Data["metric"]).ShouldBe(["error_rate", "latency_p50", "latency_p99", "requests"], ignoreOrder: true);
        var verify = await new Verify(diagnosis, catalog, TimeProvider.System).RunAsync(context, null, null, Cancel);
        verify.Rows.Select(r => r.What).ShouldBe(["error rate", "latency (median)", "latency (p99)", "state", "logs"], ignoreOrder: true, string.Join('\n', verify.Rows));
    }

    [Fact]
    public async Task No_errors_are_none_and_no_requests_or_no_label_that_tells_are_nothing_that_is_known()
    {
        RealPrograms.Skip(real.Missing);
        using var sources = Sources(Services("clean: main", "quiet: main", "unlabelled: main", "coded: main"), out _);
        Last((await MeasuredAsync(Of("clean"), "error_rate"))["error_rate"]).ShouldBe(0);
        Last((await MeasuredAsync(Of("coded"), "error_rate"))["error_rate"]).ShouldBe(0.1, 0.01);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var service in (string[])["quiet", "unlabelled"])
        {
            var rate = (await Of(service).ReadAsync(now.AddMinutes(-2), now, Cancel)).Single(s => s.Name == "error_rate");
            rate.Points.ShouldAllBe(p => double.IsNaN(p.Value));
            VerifyJudge.OfMetric(service, rate, now.AddHours(-1), now.AddMinutes(-2))!.Verdict.ShouldBe(Verdict.Inconclusive);
        }

        PrometheusMetricSource Of(string service) => sources.MetricsOf(new(service, "production"))!;
    }

    [Fact]
    public async Task Each_version_is_measured_by_itself_where_the_platform_cannot()
    {
        RealPrograms.Skip(real.Missing);
        using var sources = Sources(Services("shop: { source: main, version_label: version }"), out _);
        var world = new FakeWorld();
        var target = new PlatformTarget(Shop, "shop") { VersionMetrics = sources.VersionsOf(Shop) };
        (await world.CapabilitiesAsync(Cancel)).MeasuresVersions(target).ShouldBeTrue();
        (await world.CapabilitiesAsync(Cancel)).MeasuresVersions(target with { VersionMetrics = null }).ShouldBeFalse();

        CanarySample? stable = null, candidate = null;
        await Until.TrueAsync(async () =>
        {
            var now = TimeProvider.System.GetUtcNow();
            stable = await ReadVersionNumbers.OfAsync(world, target, "v41", now.AddSeconds(-10), now, Orders, Cancel);
            candidate = await ReadVersionNumbers.OfAsync(world, target, "v4.2+b", now.AddSeconds(-10), now, null, Cancel);
            return stable is { Requests: > 500, Business: > 0 } && candidate is { Requests: > 200 };
        }, "both versions are measured");
        stable!.ErrorRate.ShouldBe(0.01, 0.005);
        stable.BusinessRate.ShouldBe(0.2, 0.02);
        (stable.P50Ms, stable.P99Ms).ShouldSatisfyAllConditions(p => p.Item1.ShouldBe(50, 1), p => p.Item2.ShouldBe(99, 1));
        candidate!.ErrorRate.ShouldBe(0.2, 0.02);
        candidate.P50Ms.ShouldBe(550, 5);
        var look = new CanaryLook(TimeSpan.FromMinutes(1), stable, candidate);
        CanaryJudge.Judge(new() { ConsecutiveBreaches = 1 }, [look], look.Elapsed).Outcome.ShouldBe(CanaryOutcome.Breach);

        var later = TimeProvider.System.GetUtcNow();
        (await ReadVersionNumbers.OfAsync(world, target, "v99", later.AddSeconds(-10), later, null, Cancel)).ShouldBeNull();
        // Only a business metric that it does not count is missing, and is told as such.
        (await ReadVersionNumbers.OfAsync(world, target, "v4.2+b", later.AddSeconds(-10), later, Orders, Cancel))!.Business.ShouldBeNull();
    }

    [Fact]
    public async Task A_name_means_itself_and_nothing_else()
    {
        RealPrograms.Skip(real.Missing);
        using var client = new PrometheusClient(new() { Name = "main", Url = new(real.Url) }, TimeProvider.System);
        var values = new PromValues(RealPrometheus.Hostile, "production", new Dictionary<string, string> { ["job"] = "{service}" }, null, null, TimeSpan.FromSeconds(5));
        foreach (var text in (string[])["http_requests_total{{labels}}", "http_requests_total{job='{service}'}", "http_requests_total{job=~\"{service}\"}"])
            await AloneAsync(text, values, 1);
        await AloneAsync("http_requests_total{job=~\"shop\",version=~\"{version}\",status=\"200\"}", values with { Version = "v4.2+b" }, 1);
        await AloneAsync("http_requests_total{job=\"{service}\"}", values with { Service = "line\nbreak\t\u0001" }, 0);

        async Task AloneAsync(string text, PromValues with, int series)
        {
            var answer = await client.QueryAsync("x", PromTemplate.TryParse(text, out _)!.Render(with), TimeProvider.System.GetUtcNow(), Cancel);
            answer.Series.Count.ShouldBe(series, text);
            // A counter of the page, and not what the name would ask for outside of its quotes.
            answer.Series.ShouldAllBe(s => s[0].Value > 1000, text);
        }
    }

    [Fact]
    public async Task The_doctor_says_of_each_query_what_comes_back_and_what_to_do()
    {
        RealPrograms.Skip(real.Missing);
        using var sources = Sources(Services(
            """
            shop:
                      source: main
                      version_label: version
                      queries:
                        latency_p50: "off_by_one(({{labels}}"
                        saturation: 1 - avg(rate(node_cpu_seconds_total{mode="idle"}[{window}]))
                        memory: { query: "node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes", limit: 1e12 }
                        queue: no_such_metric
                        by_version: http_requests_total{{labels}}
            """), out var catalog);
        await MeasuredAsync(sources.MetricsOf(Shop)!, "error_rate", "saturation", "memory");
        var lines = new List<string>();
        await foreach (var finding in Checkup.RunAsync(new PrometheusChecks(catalog, sources, TimeProvider.System).All(), Cancel)) lines.Add(finding.ToString());
        var all = string.Join('\n', lines);
        lines[0].ShouldMatch(@"^ok    metrics prometheus main: answers, version [0-9.]+");
        lines.ShouldContain(l => l.StartsWith("ok    shop@production metrics, prometheus main: error_rate: 0.0", StringComparison.Ordinal), all);
        lines.ShouldContain(l => l.StartsWith("ok    shop@production metrics, prometheus main: saturation: 0", StringComparison.Ordinal) || l.StartsWith("ok    shop@production metrics, prometheus main: saturation: 1", StringComparison.Ordinal), all);
        lines.ShouldContain(l => l.StartsWith("ok    shop@production metrics, prometheus main: memory: ", StringComparison.Ordinal), all);
        lines.ShouldContain(l => l.StartsWith("ok    shop@production metrics, prometheus main: requests_total by version: ", StringComparison.Ordinal), all);
        lines.ShouldContain(l => l.StartsWith("FAIL  shop@production metrics, prometheus main: latency_p50: prometheus main refused the query of latency_p50 (bad_data): ", StringComparison.Ordinal) && l.Contains("Mend the query"), all);
        lines.ShouldContain(l => l.StartsWith("warn  shop@production metrics, prometheus main: queue: nothing comes back. Look whether", StringComparison.Ordinal), all);
        lines.ShouldContain(l => l.StartsWith("FAIL  shop@production metrics, prometheus main: by_version: 5 series come back, and one is needed. Put sum() or max() around", StringComparison.Ordinal), all);
    }

    [Fact]
    public async Task The_doctor_asks_no_query_of_one_that_does_not_answer()
    {
        using var sources = Sources(Services("shop: main"), out var catalog, "http://127.0.0.1:1");
        var lines = new List<string>();
        await foreach (var finding in Checkup.RunAsync(new PrometheusChecks(catalog, sources, TimeProvider.System).All(), Cancel)) lines.Add(finding.ToString());
        lines.Count.ShouldBe(2);
        lines[0].ShouldStartWith("FAIL  metrics prometheus main: prometheus main cannot be reached: connection refused. Look whether it runs");
        lines[1].ShouldBe("FAIL  shop@production metrics, prometheus main: not asked, since prometheus main does not answer. Mend prometheus main first.");
    }

    /// <summary>All figures, as soon as these have a number.</summary>
    private static async Task<Dictionary<string, MetricSeries>> MeasuredAsync(PrometheusMetricSource source, params string[] names)
    {
        Dictionary<string, MetricSeries> series = [];
        await Until.TrueAsync(async () =>
        {
            var now = TimeProvider.System.GetUtcNow();
            series = (await source.ReadAsync(now.AddMinutes(-2), now, Cancel)).ToDictionary(s => s.Name);
            return names.All(n => series[n].Points.Count > 0 && double.IsFinite(series[n].Points[^1].Value));
        }, $"{string.Join(", ", names)} are measured");
        return series;
    }

    private static double Last(MetricSeries series) => series.Points[^1].Value;

    /// <param name="services">Name, colon, and what stands behind <c>prometheus:</c>.</param>
    private static string Services(params string[] services) => string.Join('\n', services.Select(s => (Name: s[..s.IndexOf(':', StringComparison.Ordinal)], Use: s[(s.IndexOf(':', StringComparison.Ordinal) + 1)..])).Select(s =>
        $"  {s.Name}:\n    kind: web\n    tier: 2\n    deploy: {{ business_metric: {{ name: orders }} }}\n    environments:\n      production:\n        platform: p\n        prometheus:{s.Use}"));

    private PrometheusSources Sources(string services, out ServiceCatalog catalog, string? url = null)
    {
        using var file = new ConfigFile();
        var read = file.Read($$"""
            environments: [production]
            platforms: { p: { type: http, url: "http://127.0.0.1:1" } }
            prometheus: { main: { url: "{{url ?? real.Url}}", window: 5s } }
            services:
            {{services}}
            """);
        catalog = read.Config.ShouldNotBeNull(string.Join('\n', read.Mistakes)).Catalog;
        return new(catalog, TimeProvider.System);
    }
}
