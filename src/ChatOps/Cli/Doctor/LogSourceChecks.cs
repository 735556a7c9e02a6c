using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Elasticsearch;
using ChatOps.Telemetry.Loki;

namespace ChatOps.Cli.Doctor;

/// <summary>Every Loki and Elasticsearch of the catalog: reached or not, its version, and which right is missing. What it knows of each target is looked at among the target's own sources.</summary>
internal sealed class LogSourceChecks(ServiceCatalog catalog, LogSources sources, TimeProvider time)
{
    private const string Reach = "Look whether it runs, whether this machine may reach it, and whether its address, credentials, tenant and authorities in chatops.yaml are right.";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(65);

    public IEnumerable<Check> All()
    {
        foreach (var client in sources.Loki.Values) yield return new($"logs {client.Name}", Limit, token => LokiAsync(client, token));
        foreach (var (name, client) in sources.Elasticsearch) yield return new($"logs {client.Name}", Limit, token => ElasticsearchAsync(name, client, token));
    }

    private async Task<IReadOnlyList<Finding>> LokiAsync(LokiClient client, CancellationToken cancellationToken)
    {
        var what = $"logs {client.Name}";
        try
        {
            var version = await client.VersionAsync(time.GetUtcNow(), cancellationToken);
            return [Finding.Ok(what, version is null ? "answers and may be read; it tells no version" : $"answers and may be read, Loki {version}")];
        }
        catch (PlatformException e)
        {
            return [Finding.Fail(what, e.Message, Reach)];
        }
    }

    private async Task<IReadOnlyList<Finding>> ElasticsearchAsync(string name, ElasticsearchClient client, CancellationToken cancellationToken)
    {
        var what = $"logs {client.Name}";
        try
        {
            var product = await client.ProductAsync(cancellationToken);
            var indices = catalog.Services.Values
                .SelectMany(s => s.Environments.Select(e => e.Value.Logs is ElasticsearchUse use && use.Source == name ? ElasticsearchClient.Index(new(s.Name, e.Key), use) : null))
                .OfType<string>().Distinct(StringComparer.Ordinal);
            var held = await Task.WhenAll(indices.Select(async i => (Index: i, Held: await HoldsAsync(client, i, cancellationToken))));
            return
            [
                Finding.Ok(what, product is null ? "answers; its credentials may not ask for its version, which nothing needs" : $"answers, {product}"),
                .. held.Where(h => !h.Held).Select(h => Finding.Warn(what, $"gives no point in time of {h.Index}",
                    "More than 10,000 lines of one millisecond are then not all found, and that is said. Elasticsearch has them from 7.10 on, OpenSearch from 2.4 on (right indices:data/read/point_in_time/create).")),
            ];
        }
        catch (PlatformException e)
        {
            return [Finding.Fail(what, e.Message, Reach)];
        }
    }

    private static async Task<bool> HoldsAsync(ElasticsearchClient client, string index, CancellationToken cancellationToken)
    {
        if (await client.PointsInTime.OpenAsync(index, cancellationToken) is not { } id) return false;
        await client.PointsInTime.CloseAsync(id, cancellationToken);
        return true;
    }
}
