using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry.Files;
using ChatOps.Telemetry.Scrape;

namespace ChatOps.Telemetry;

/// <summary>Where the logs and figures of a target come from, by the catalog: its platform first.</summary>
public sealed class TargetSources(ServiceCatalog catalog, PlatformRegistry platforms, ScrapeClient scrape, TimeProvider time)
{
    /// <summary>Each is asked for itself; one that fails says nothing of the others.</summary>
    public IReadOnlyList<ILogSource> LogsOf(Target target)
    {
        if (catalog.Find(target) is not { } environment) return [];
        var (platform, there) = platforms.Of(target);
        return
        [
            new PlatformLogSource(platform, there),
            .. environment.LogFiles.Count > 0 ? [new FileLogSource(environment.LogFiles, time)] : Array.Empty<ILogSource>(),
        ];
    }

    /// <inheritdoc cref="LogsOf"/>
    public IReadOnlyList<IMetricSource> MetricsOf(Target target)
    {
        if (catalog.Find(target) is not { } environment) return [];
        var (platform, there) = platforms.Of(target);
        return
        [
            new PlatformMetricSource(platform, there),
            .. environment.MetricsPage is { } page ? [new ScrapeMetricSource(page, scrape, time)] : Array.Empty<IMetricSource>(),
        ];
    }
}
