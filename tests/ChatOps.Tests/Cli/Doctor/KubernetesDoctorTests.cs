using ChatOps.Cli.Doctor;
using ChatOps.Platforms;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Prometheus;
using ChatOps.Telemetry.Probes;
using ChatOps.Telemetry.Scrape;
using ChatOps.Tests.Configuration;
using ChatOps.Tests.Platforms.Kubernetes;

namespace ChatOps.Tests.Cli.Doctor;

/// <summary>An API server lets everybody in whom it knows: what they may not is found out here, not in an incident.</summary>
public sealed class KubernetesDoctorTests
{
    [Fact]
    public async Task The_version_is_told_and_each_right_that_is_missing_fails_by_itself()
    {
        await using var stub = await StubCluster.StartAsync();
        stub.Rights.Remove(new("apps", "deployments", "patch"));
        stub.Rights.Remove(new("", "pods/log", "get"));
        using var file = new ConfigFile();
        var catalog = file.Read($$$"""
            environments: [production]
            platforms:
              cluster: { type: kubernetes, namespace: {{{StubCluster.Namespace}}}, url: "{{{stub.Url}}}", token: {{{StubCluster.Token}}} }
            services:
              shop: { kind: web, tier: 1, environments: { production: { platform: cluster } } }
            """).Config!.Catalog;
        using var platforms = new PlatformRegistry(catalog, TimeProvider.System);
        using var scrape = new ScrapeClient();
        using var prometheus = new PrometheusSources(catalog, TimeProvider.System);
        using var prober = new Prober(catalog, TimeProvider.System);
        var checks = new CatalogChecks(catalog, platforms, new TargetSources(catalog, platforms, scrape, prometheus, TimeProvider.System), prober, TimeProvider.System);
        var findings = await checks.All().Single(c => c.What == "platform cluster").LookAsync(CancellationToken.None);
        findings.Select(f => (f.Verdict, f.Fact)).ShouldBe(
        [
            (Verdict.Ok, "Kubernetes v1.33.1"),
            (Verdict.Fail, "may not patch deployments.apps"),
            (Verdict.Fail, "may not get pods/log"),
        ]);
    }
}
