using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Telemetry.Prometheus;

/// <summary>The Prometheus servers of the catalog, and what each knows of a target; one client each, for the life of the process.</summary>
public sealed class PrometheusSources : IDisposable
{
    private readonly ServiceCatalog catalog;
    private readonly Dictionary<string, PrometheusClient> clients;

    public PrometheusSources(ServiceCatalog catalog, TimeProvider time)
    {
        this.catalog = catalog;
        clients = catalog.Prometheus.Values.ToDictionary(p => p.Name, p => new PrometheusClient(p, time), StringComparer.Ordinal);
    }

    /// <summary>By the name in the catalog.</summary>
    public IReadOnlyDictionary<string, PrometheusClient> Clients => clients;

    /// <summary>Its figures over time; null: the catalog names no Prometheus for it.</summary>
    public PrometheusMetricSource? MetricsOf(Target target) =>
        catalog.Find(target)?.Prometheus is { Queries.Count: > 0 } use ? new(target, use, clients[use.Source]) : null;

    /// <summary>What measures one version of it; null: nothing does.</summary>
    public MeasureVersion? VersionsOf(Target target) =>
        catalog.Find(target)?.Prometheus is { VersionQueries.Count: > 0 } use ? new PrometheusVersions(target, use, clients[use.Source]).ReadAsync : null;

    public void Dispose()
    {
        foreach (var client in clients.Values) client.Dispose();
    }
}
