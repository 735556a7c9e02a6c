using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Telemetry.Prometheus;

/// <summary>The figures of a target over time: one query each. A query that fails costs its own figure and says so there; only where none succeeds has the source no answer.</summary>
public sealed class PrometheusMetricSource(Target target, PrometheusUse use, PrometheusClient client) : IMetricSource
{
    /// <summary>Points enough to see a beginning to the minute in a few hours, and few enough for a source under load.</summary>
    private const int MostPoints = 240;

    private static readonly TimeSpan ShortestStep = TimeSpan.FromSeconds(15);

    public string Name => client.Name;

    public async Task<IReadOnlyList<MetricSeries>> ReadAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(use.Queries.Select(q => OneAsync(q, since, until, cancellationToken)));
        if (answers.Length > 0 && Array.TrueForAll(answers, a => a.Failure is not null))
            throw (answers.FirstOrDefault(a => a.Failure is { Code: null, InnerException: not Polly.CircuitBreaker.BrokenCircuitException }).Failure ?? answers[0].Failure)!;
        return [.. answers.Select(a => a.Series)];
    }

    /// <summary>The query with its places filled, for a rate over the usual window.</summary>
    internal static string Render(Target target, PrometheusUse use, PrometheusQuery query) =>
        Template(query).Render(new(target.Service, target.Environment, use.Labels, VersionLabel: null, Version: null, use.Window));

    internal static PromTemplate Template(PrometheusQuery query) =>
        PromTemplate.TryParse(query.Template, out var mistake) ?? throw new InvalidOperationException($"The query of {query.Name}: {mistake}; the configuration reader should have refused it.");

    private async Task<(MetricSeries Series, PlatformException? Failure)> OneAsync(PrometheusQuery query, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var series = new MetricSeries(query.Name, query.Unit, query.Limit, []) { Over = use.Window };
        var what = $"{query.Name} of {target.Service}";
        try
        {
            var answer = await client.RangeAsync(what, Render(target, use, query), since, until, Step(until - since), cancellationToken);
            if (answer.Series.Count > 1) return (series with { Doubt = $"{Name} has {answer.Series.Count} series for {what}: put sum() or max() around its query" }, null);
            var doubt = answer.Warnings.Count > 0 ? $"{Name} answered in part for {what}: {client.Clean(answer.Warnings[0])}" : null;
            return (series with { Points = answer.Series.Count == 0 ? [] : answer.Series[0], Doubt = doubt }, null);
        }
        catch (PlatformException e)
        {
            return (series with { Doubt = e.Message }, e);
        }
    }

    private static TimeSpan Step(TimeSpan span) => TimeSpan.FromSeconds(Math.Max(ShortestStep.TotalSeconds, Math.Ceiling(span.TotalSeconds / MostPoints)));
}
