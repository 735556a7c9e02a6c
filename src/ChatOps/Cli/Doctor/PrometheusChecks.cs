using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry.Prometheus;

namespace ChatOps.Cli.Doctor;

/// <summary>Every Prometheus of the catalog: reached or not, its version, and whether each query that is configured is understood and answered with a number.</summary>
internal sealed class PrometheusChecks(ServiceCatalog catalog, PrometheusSources sources, TimeProvider time)
{
    private const string Reach = "Look whether it runs, whether this machine may reach it, and whether its address, token and authorities in chatops.yaml are right.";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(65);

    /// <summary>One question for each: where there is no answer, its queries are not asked one after the other.</summary>
    private readonly Dictionary<string, Lazy<Task<(string? Version, string? Failure)>>> reached = sources.Clients.ToDictionary(
        c => c.Key, c => new Lazy<Task<(string?, string?)>>(() => VersionAsync(c.Value)), StringComparer.Ordinal);

    public IEnumerable<Check> All()
    {
        foreach (var client in sources.Clients) yield return new($"metrics {client.Value.Name}", Limit, _ => SourceAsync(client.Key, client.Value));
        foreach (var service in catalog.Services.Values)
        {
            foreach (var (environment, its) in service.Environments)
            {
                if (its.Prometheus is { } use) yield return new($"{service.Name}@{environment} metrics, {sources.Clients[use.Source].Name}", Limit, token => TargetAsync(new(service.Name, environment), use, token));
            }
        }
    }

    private async Task<IReadOnlyList<Finding>> SourceAsync(string name, PrometheusClient client)
    {
        var (version, failure) = await reached[name].Value;
        return [failure is null ? Finding.Ok($"metrics {client.Name}", version is null ? "answers; it tells no version" : $"answers, version {version}") : Finding.Fail($"metrics {client.Name}", failure, Reach)];
    }

    private async Task<IReadOnlyList<Finding>> TargetAsync(Target target, PrometheusUse use, CancellationToken cancellationToken)
    {
        var client = sources.Clients[use.Source];
        var what = $"{target} metrics, {client.Name}";
        if ((await reached[use.Source].Value).Failure is not null) return [Finding.Fail(what, $"not asked, since {client.Name} does not answer", $"Mend {client.Name} first.")];
        return await Task.WhenAll(
        [
            .. use.Queries.Select(q => AskAsync($"{what}: {q.Name}", client, q, PrometheusMetricSource.Render(target, use, q), cancellationToken)),
            // With any version at all: the one that is to come has served nothing yet.
            .. use.VersionQueries.Select(q => AskAsync($"{what}: {q.Name} by {use.VersionLabel}", client, q, PrometheusVersions.Render(target, use, q, version: null, use.Window), cancellationToken)),
        ]);
    }

    private async Task<Finding> AskAsync(string what, PrometheusClient client, PrometheusQuery query, string text, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.QueryAsync(query.Name, text, time.GetUtcNow(), cancellationToken);
            if (answer.Warnings.Count > 0) return Finding.Warn(what, $"answered in part: {client.Clean(answer.Warnings[0])}", "Such a figure counts as not measured. Look at what stands behind it.");
            return answer.Series switch
            {
                [] => Finding.Warn(what, "nothing comes back", "Look whether 'labels' fit what it scrapes and the names of the metrics are these, and whether 'window' holds two scrapes; or give the query of your own names, or 'off'."),
                [[{ Value: var value }]] when double.IsFinite(value) => Finding.Ok(what, $"{value.ToString("0.####", CultureInfo.InvariantCulture)} {query.Unit.Replace('_', ' ')}"),
                [_] => Finding.Ok(what, "understood; no number just now, as where there are no requests"),
                _ => Finding.Fail(what, $"{answer.Series.Count} series come back, and one is needed", "Put sum() or max() around the query."),
            };
        }
        catch (PlatformException e)
        {
            return Finding.Fail(what, e.Message, e.Code is null ? Reach : $"Mend the query in chatops.yaml. It was asked as: {text}");
        }
    }

    private static async Task<(string? Version, string? Failure)> VersionAsync(PrometheusClient client)
    {
        try
        {
            return (await client.VersionAsync(CancellationToken.None), null);
        }
        catch (PlatformException e)
        {
            return (null, e.Message);
        }
    }
}
