using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Telemetry.Prometheus;

/// <summary>What one version alone served in a window. Everything that is no clear number is left out, and without a count of errors nothing is told: a release must not pass for want of data.</summary>
public sealed class PrometheusVersions(Target target, PrometheusUse use, PrometheusClient client)
{
    private static readonly string[] Counts = ["requests_total", "errors_total"];

    /// <inheritdoc cref="MeasureVersion"/>
    public async Task<IReadOnlyList<MetricSeries>> ReadAsync(string version, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var figures = await Task.WhenAll(use.VersionQueries.Select(async q => (Query: q, Value: await OneAsync(q, version, since, until, cancellationToken))));
        if (Array.Exists(figures, f => f.Value is null && Counts.Contains(f.Query.Name, StringComparer.Ordinal))) return [];
        return [.. figures.Where(f => f.Value is not null).Select(f => Series(f.Query, f.Value!.Value, since, until))];
    }

    /// <summary>The query with its places filled.</summary>
    /// <param name="version">Null: any, as long as it carries one.</param>
    internal static string Render(Target target, PrometheusUse use, PrometheusQuery query, string? version, TimeSpan window) =>
        PrometheusMetricSource.Template(query).Render(new(target.Service, target.Environment, use.Labels, use.VersionLabel, version, window));

    private async Task<double?> OneAsync(PrometheusQuery query, string version, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var what = $"{query.Name} of {target.Service} {version}";
        var answer = await client.QueryAsync(what, Render(target, use, query, version, until - since), until, cancellationToken);
        if (answer.Warnings.Count > 0) throw new PlatformException($"{client.Name} answered in part for {what}: {client.Clean(answer.Warnings[0])}", CallOutcome.NotDone);
        return answer.Series is [[{ Value: var value }]] && double.IsFinite(value) ? value : null;
    }

    /// <summary>A count as a running total from zero, as platforms give it.</summary>
    private static MetricSeries Series(PrometheusQuery query, double value, DateTimeOffset since, DateTimeOffset until) =>
        new(query.Name, query.Unit, null, query.Name.StartsWith("latency_", StringComparison.Ordinal) ? [new(until, value)] : [new(since, 0), new(until, value)]);
}
