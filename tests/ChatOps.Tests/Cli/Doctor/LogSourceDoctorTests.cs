using ChatOps.Cli.Doctor;
using ChatOps.Telemetry;
using ChatOps.Tests.Configuration;
using ChatOps.Tests.Telemetry.Elasticsearch;
using ChatOps.Tests.Telemetry.Loki;

namespace ChatOps.Tests.Cli.Doctor;

/// <summary>A source of lines that cannot be read is found out here, not in an incident.</summary>
public sealed class LogSourceDoctorTests
{
    [Fact]
    public async Task Each_source_is_reached_or_not_and_a_right_that_is_missing_is_named()
    {
        await using var loki = await StubLoki.StartAsync();
        await using var search = await StubElasticsearch.StartAsync();
        search.Documents.Add(new("logs-1", 1, []));
        (await LookAsync(loki, search)).ShouldBe(["ok    logs loki main: answers and may be read, Loki 3.4.2.", "ok    logs elasticsearch search: answers, Elasticsearch 8.15.3."]);

        (loki.Tenant, search.MayHold) = ("team-a", false);
        var findings = await LookAsync(loki, search);
        findings[0].ShouldStartWith("FAIL  logs loki main: loki main has several tenants and none was named (401)");
        findings[2].ShouldStartWith("warn  logs elasticsearch search: gives no point in time of logs-*.");

        search.Authorization = "Basic eA==";
        (await LookAsync(loki, search))[1].ShouldStartWith("FAIL  logs elasticsearch search: elasticsearch search refused: its token or password is not accepted (401)");
    }

    private static async Task<List<string>> LookAsync(StubLoki loki, StubElasticsearch search)
    {
        using var file = new ConfigFile();
        var catalog = file.Read($$"""
            environments: [production]
            platforms: { p: { type: http, url: "http://127.0.0.1:1" } }
            loki: { main: { url: "{{loki.Url}}" } }
            elasticsearch: { search: { url: "{{search.Url}}" } }
            services:
              shop: { kind: web, tier: 1, environments: { production: { platform: p, logs: search } } }
            """).Config!.Catalog;
        using var sources = new LogSources(catalog, TimeProvider.System);
        var findings = new List<string>();
        foreach (var check in new LogSourceChecks(catalog, sources, TimeProvider.System).All())
            findings.AddRange((await check.LookAsync(CancellationToken.None)).Select(f => f.ToString()));
        return findings;
    }
}
