using ChatOps.Telemetry.Probes;
using ChatOps.Telemetry.Prometheus;
using ChatOps.Telemetry.Scrape;

namespace ChatOps.Telemetry;

public static class TelemetrySetup
{
    /// <summary>Needs the catalog, the platforms and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services) => services
        .AddSingleton<ScrapeClient>()
        .AddSingleton<PrometheusSources>()
        .AddSingleton<LogSources>()
        .AddSingleton<TargetSources>()
        .AddSingleton<Prober>();
}
