namespace ChatOps.Catalog;

/// <summary>A Prometheus, or what answers like one (Thanos, Mimir, VictoriaMetrics), and how it is reached.</summary>
public sealed record PrometheusDefinition : HttpSourceDefinition;

/// <summary>What a Prometheus knows of a service in one environment.</summary>
public sealed record PrometheusUse
{
    /// <summary>Key of <see cref="ServiceCatalog.Prometheus"/>.</summary>
    public required string Source { get; init; }

    /// <summary>What <c>{labels}</c> stands for: label and value, the value with <c>{service}</c> and <c>{environment}</c>.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The label that carries the version; null: it does not measure by version.</summary>
    public string? VersionLabel { get; init; }

    /// <summary>What <c>{window}</c> stands for where a rate over time is drawn.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Over time, for the steps of an incident.</summary>
    public IReadOnlyList<PrometheusQuery> Queries { get; init; } = [];

    /// <summary>One figure for one version over a window: requests_total, errors_total, latency_p50, latency_p99 and the business metric. Empty without <see cref="VersionLabel"/>.</summary>
    public IReadOnlyList<PrometheusQuery> VersionQueries { get; init; } = [];
}

/// <param name="Name">The name of the figure, as in <c>MetricSeries</c>.</param>
/// <param name="Template">PromQL with <c>{labels}</c>, <c>{service}</c>, <c>{environment}</c>, <c>{version}</c>, <c>{window}</c>.</param>
/// <param name="Unit">percent, bytes, count, per_second, ratio, ms.</param>
/// <param name="Limit">What it must not reach, in the same unit; null: none.</param>
public sealed record PrometheusQuery(string Name, string Template, string Unit, double? Limit = null);
