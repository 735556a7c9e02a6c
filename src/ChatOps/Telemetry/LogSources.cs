using ChatOps.Catalog;
using ChatOps.Telemetry.Elasticsearch;
using ChatOps.Telemetry.Loki;

namespace ChatOps.Telemetry;

/// <summary>The servers of the catalog that keep lines, and those of a target in them; one client each, for the life of the process.</summary>
public sealed class LogSources : IDisposable
{
    private readonly ServiceCatalog catalog;
    private readonly TimeProvider time;

    public LogSources(ServiceCatalog catalog, TimeProvider time)
    {
        this.catalog = catalog;
        this.time = time;
        Loki = catalog.Loki.Values.ToDictionary(l => l.Name, l => new LokiClient(l, time), StringComparer.Ordinal);
        Elasticsearch = catalog.Elasticsearch.Values.ToDictionary(e => e.Name, e => new ElasticsearchClient(e, time), StringComparer.Ordinal);
    }

    /// <summary>By the name in the catalog.</summary>
    internal IReadOnlyDictionary<string, LokiClient> Loki { get; }

    /// <inheritdoc cref="Loki"/>
    internal IReadOnlyDictionary<string, ElasticsearchClient> Elasticsearch { get; }

    /// <summary>Null: the catalog names none for it.</summary>
    public ILogSource? LogsOf(Target target) => catalog.Find(target)?.Logs switch
    {
        LokiUse use => new LokiLogSource(target, use, Loki[use.Source], time),
        ElasticsearchUse use => new ElasticsearchLogSource(target, use, Elasticsearch[use.Source], time),
        _ => null,
    };

    public void Dispose()
    {
        foreach (var client in Loki.Values) client.Dispose();
        foreach (var client in Elasticsearch.Values) client.Dispose();
    }
}
