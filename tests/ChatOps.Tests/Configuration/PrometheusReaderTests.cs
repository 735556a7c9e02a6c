using ChatOps.Catalog;
using ChatOps.Tests.Telemetry.Probes;

namespace ChatOps.Tests.Configuration;

public sealed class PrometheusReaderTests : IDisposable
{
    private readonly ConfigFile file = new();

    public void Dispose() => file.Dispose();

    [Fact]
    public void A_name_alone_brings_the_usual_queries_for_a_web_service()
    {
        var use = Use("main");
        (use.Source, use.VersionLabel, use.Window).ShouldBe(("main", null, TimeSpan.FromMinutes(2)));
        use.Labels.ShouldBe(new Dictionary<string, string> { ["job"] = "{service}" });
        use.Queries.Select(q => (q.Name, q.Unit)).ShouldBe([("error_rate", "ratio"), ("latency_p50", "ms"), ("latency_p99", "ms"), ("requests", "per_second")]);
        use.VersionQueries.ShouldBeEmpty();
    }

    [Fact]
    public void What_a_source_says_holds_for_its_services_unless_they_say_otherwise()
    {
        var use = Use("main", source: "labels: { app: '{service}', env: '{environment}' }, version_label: release, window: 5m");
        (use.VersionLabel, use.Window, use.Labels.Count).ShouldBe(("release", TimeSpan.FromMinutes(5), 2));
        use.VersionQueries.Select(q => q.Name).ShouldBe(["requests_total", "errors_total", "latency_p50", "latency_p99"]);
        use = Use("{ source: main, labels: { job: checkout }, version_label: version, window: 30s }", source: "labels: { app: '{service}' }, version_label: release");
        (use.VersionLabel, use.Window, use.Labels.Single().Value).ShouldBe(("version", TimeSpan.FromSeconds(30), "checkout"));
    }

    [Fact]
    public void Queries_replace_the_usual_ones_or_turn_them_off_and_more_may_be_named()
    {
        var use = Use("{ source: main, version_label: v, queries: { latency_p99: 'p99{{labels}}', requests: off, requests_total: 'n{{labels}}', saturation: 's{{labels}}', queue: { query: 'q{{labels}}', unit: count, limit: 1e3 } } }");
        use.Queries.Select(q => (q.Name, q.Unit, q.Limit)).ShouldBe([("error_rate", "ratio", null), ("latency_p50", "ms", null), ("latency_p99", "ms", null), ("saturation", "ratio", null), ("queue", "count", 1000.0)]);
        use.Queries[2].Template.ShouldBe("p99{{labels}}");
        use.VersionQueries.Select(q => q.Template[..2]).ShouldBe(["n{", "su", "10", "p9"]);
    }

    [Fact]
    public void A_business_metric_is_a_counter_or_a_query_of_its_own()
    {
        Use("{ source: main, version_label: v }", "deploy: { business_metric: { name: orders } }").VersionQueries[^1].ShouldBe(new PrometheusQuery("orders", "sum(increase(orders{{labels}}[{window}]))", "count"));
        Use("{ source: main, version_label: v }", "deploy: { business_metric: { name: orders, query: 'sum(increase(o{{labels},paid=\"1\"}[{window}]))' } }").VersionQueries[^1].Template.ShouldContain("paid");
    }

    [Fact]
    public void Credentials_and_authorities_come_from_variables_and_files_and_are_not_printed()
    {
        using var authority = new TestAuthority();
        File.WriteAllText(Path.Combine(file.Folder, "ca.pem"), authority.Pem);
        file.Variables["PROM_TOKEN"] = "tok-4711";
        var config = file.Read(Text("main", "", "token: '${PROM_TOKEN}', ca: ca.pem, timeout: 2s")).Config.ShouldNotBeNull();
        var main = config.Catalog.Prometheus["main"];
        (main.Token, main.Authorities!.Count, main.Timeout).ShouldBe(("tok-4711", 1, TimeSpan.FromSeconds(2)));
        $"{config} {main} {config.Catalog.Services["shop"].Environments["production"]}".ShouldNotContain("4711");
        file.Read(Text("main", "", "username: bot, password: '${PROM_TOKEN}'")).Config.ShouldNotBeNull().Catalog.Prometheus["main"].Username.ShouldBe("bot");
    }

    [Theory]
    [InlineData("mian", "", "unknown prometheus 'mian' in service 'shop' in production; did you mean 'main'?")]
    [InlineData("{ labels: { job: x } }", "", "'source' is missing")]
    [InlineData("{ source: main, labels: {} }", "", "'labels' is empty")]
    [InlineData("{ source: main, labels: { a-b: x } }", "", "'a-b' is no name of a label")]
    [InlineData("{ source: main, version_label: 'a b' }", "", "'version_label' is no name of a label")]
    [InlineData("{ source: main, queries: { error_rate: '{service}_errors' } }", "", "the query 'error_rate' cannot be used: {service} stands outside of quotes")]
    [InlineData("{ source: main, queries: { queue: { query: 'x', unit: apples } } }", "", "unknown unit 'apples'")]
    [InlineData("{ source: main, queries: { queue: { query: 'x', limit: -1 } } }", "", "'limit' is no number above 0")]
    [InlineData("{ source: main, version_label: v, queries: { requests_total: 'sum(n)' } }", "", "the query of requests_total cannot tell versions apart")]
    [InlineData("{ source: main, version_label: v, queries: { latency_p50: off } }", "", "by version there must be requests, errors and both latencies")]
    [InlineData("{ source: main, quieries: {} }", "", "unknown key 'quieries'")]
    [InlineData("main", "token: x, username: a, password: b", "a token and a password are given")]
    [InlineData("main", "username: a", "one of 'username' and 'password' is missing")]
    [InlineData("main", "ca: nowhere.pem", "cannot be read as certificates")]
    [InlineData("main", "window: 2d", "'window' is '2d'")]
    public void A_mistake_is_told(string use, string source, string told) => file.Mistake(file.Read(Text(use, "", source))).ShouldContain(told);

    [Fact]
    public void What_is_no_web_service_names_its_own_queries()
    {
        file.Mistake(file.Read(Text("main", "", "").Replace("kind: web", "kind: worker", StringComparison.Ordinal))).ShouldContain("nothing is asked of Prometheus");
        file.Read(Text("{ source: main, queries: { queue: 'x{{labels}}' } }", "", "").Replace("kind: web", "kind: worker", StringComparison.Ordinal)).Config.ShouldNotBeNull()
            .Catalog.Services["shop"].Environments["production"].Prometheus!.Queries.ShouldHaveSingleItem().Name.ShouldBe("queue");
    }

    private PrometheusUse Use(string use, string more = "", string source = "")
    {
        var read = file.Read(Text(use, more, source));
        return read.Config.ShouldNotBeNull(string.Join('\n', read.Mistakes)).Catalog.Services["shop"].Environments["production"].Prometheus.ShouldNotBeNull();
    }

    private static string Text(string use, string more, string source) => $$"""
        environments: [production]
        platforms: { p: { type: http, url: "http://127.0.0.1:1" } }
        prometheus:
          main: { url: "http://127.0.0.1:9090", {{source}} }
        services:
          shop:
            kind: web
            tier: 2
            {{more}}
            environments:
              production:
                platform: p
                prometheus: {{use}}
        """;
}
