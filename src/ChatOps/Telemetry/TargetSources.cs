using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry.Files;
using ChatOps.Telemetry.Prometheus;
using ChatOps.Telemetry.Scrape;

namespace ChatOps.Telemetry;

/// <summary>Where the logs and figures of a target come from, by the catalog: its platform first.</summary>
/// <param name="kept">Those that keep lines of targets; null: none does.</param>
public sealed class TargetSources(ServiceCatalog catalog, PlatformRegistry platforms, ScrapeClient scrape, PrometheusSources prometheus, TimeProvider time, LogSources? kept = null)
{
    /// <summary>Its platform, and beside it whoever measures its versions.</summary>
    /// <exception cref="PlatformException">The catalog has no such target.</exception>
    public (IPlatform Platform, PlatformTarget Target) PlatformOf(Target target)
    {
        var (platform, there) = platforms.Of(target);
        return (platform, there with { VersionMetrics = prometheus.VersionsOf(target) });
    }

    /// <summary>Each is asked for itself; one that fails says nothing of the others.</summary>
    public IReadOnlyList<ILogSource> LogsOf(Target target)
    {
        if (catalog.Find(target) is not { } environment) return [];
        var (platform, there) = platforms.Of(target);
        return
        [
            new PlatformLogSource(platform, there),
            .. kept?.LogsOf(target) is { } lines ? [lines] : Array.Empty<ILogSource>(),
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
            .. prometheus.MetricsOf(target) is { } measured ? [measured] : Array.Empty<IMetricSource>(),
            .. environment.MetricsPage is { } page ? [new ScrapeMetricSource(page, scrape, time)] : Array.Empty<IMetricSource>(),
        ];
    }
}
