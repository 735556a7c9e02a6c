using ChatOps.Catalog;

namespace ChatOps.Telemetry.Prometheus;

/// <summary>
/// Queries for the names that most client libraries use: <c>http_requests_total</c> with <c>status</c> or <c>code</c>, <c>http_request_duration_seconds_bucket</c>.
/// A ratio of 5xx has no value while there are none, hence <c>or vector(0)</c>; and as that would make a service without such a label look well,
/// only requests that carry one are counted.
/// </summary>
public static class PromDefaults
{
    private const string Requests = "http_requests_total{{labels},status=~\".+\"}";
    private const string RequestsByCode = "http_requests_total{{labels},code=~\".+\"}";
    private const string Errors = "http_requests_total{{labels},status=~\"5..\"}";
    private const string ErrorsByCode = "http_requests_total{{labels},code=~\"5..\"}";
    private const string Buckets = "http_request_duration_seconds_bucket{{labels}}";

    private static readonly PrometheusQuery P50 = new("latency_p50", Quantile("0.5"), "ms");
    private static readonly PrometheusQuery P99 = new("latency_p99", Quantile("0.99"), "ms");

    /// <summary>Over time.</summary>
    public static IReadOnlyList<PrometheusQuery> OverTime { get; } =
    [
        new("error_rate", $"({Sum("rate", Errors)} or {Sum("rate", ErrorsByCode)} or vector(0)) / ({Sum("rate", Requests)} or {Sum("rate", RequestsByCode)})", "ratio"),
        P50,
        P99,
        new("requests", $"{Sum("rate", Requests)} or {Sum("rate", RequestsByCode)}", "per_second"),
    ];

    /// <summary>Of one version, over the whole window.</summary>
    public static IReadOnlyList<PrometheusQuery> OfVersions { get; } =
    [
        new("requests_total", $"{Sum("increase", Requests)} or {Sum("increase", RequestsByCode)}", "count"),
        new("errors_total", $"{Sum("increase", Errors)} or {Sum("increase", ErrorsByCode)} or vector(0)", "count"),
        P50,
        P99,
    ];

    /// <summary>What a figure of that name is counted in unless something else is said; null: it has no usual one.</summary>
    public static string? UnitOf(string name) => name switch
    {
        "error_rate" or "saturation" => "ratio",
        "latency_p50" or "latency_p99" => "ms",
        "requests" => "per_second",
        "requests_total" or "errors_total" or "connections" or "restarts" => "count",
        "cpu" or "disk" => "percent",
        "memory" => "bytes",
        _ => null,
    };

    /// <summary>The counter of a business metric that has no query of its own.</summary>
    public static string Counter(string name) => $"sum(increase({name}{{{{labels}}}}[{{window}}]))";

    private static string Sum(string function, string selector) => $"sum({function}({selector}[{{window}}]))";

    private static string Quantile(string quantile) => $"1000 * histogram_quantile({quantile}, sum by (le) (rate({Buckets}[{{window}}])))";
}
