using System.Globalization;
using System.Net;
using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry.Http;

namespace ChatOps.Telemetry.Prometheus;

/// <summary>
/// What is asked of one Prometheus. A <see cref="PlatformException"/> with a <see cref="PlatformException.Code"/> is about the query, one without is about the source.
/// </summary>
public sealed class PrometheusClient : IDisposable
{
    private const int LargestAnswer = 16 * 1024 * 1024;

    private readonly HttpSource source;

    public PrometheusClient(PrometheusDefinition definition, TimeProvider time) =>
        source = new(definition, new(definition, "prometheus", "Prometheus"), time, LargestAnswer);

    /// <summary>For people: "prometheus", "prometheus main".</summary>
    public string Name => source.Failures.Name;

    /// <summary>What it said on one short line, without the credentials that it was asked with.</summary>
    public string Clean(string text) => source.Failures.Clean(text);

    /// <summary>A figure at one moment.</summary>
    /// <param name="what">What is asked for, for people: "error_rate of shop".</param>
    /// <exception cref="PlatformException">It does not answer, or refuses.</exception>
    public Task<PromAnswer> QueryAsync(string what, string query, DateTimeOffset at, CancellationToken cancellationToken) =>
        AskAsync(what, HttpSource.Path("/api/v1/query", ("query", query), ("time", Time(at))), cancellationToken);

    /// <summary>A figure over time.</summary>
    /// <inheritdoc cref="QueryAsync"/>
    public Task<PromAnswer> RangeAsync(string what, string query, DateTimeOffset since, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken) =>
        AskAsync(what, HttpSource.Path("/api/v1/query_range", ("query", query), ("start", Time(since)), ("end", Time(until)), ("step", Seconds(step))), cancellationToken);

    /// <summary>Its version; null where it is something like a Prometheus that tells none.</summary>
    /// <exception cref="PlatformException">It does not answer, or refuses.</exception>
    public async Task<string?> VersionAsync(CancellationToken cancellationToken)
    {
        var answer = await source.GetAsync("/api/v1/status/buildinfo", cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.OK => PromAnswer.Version(answer.Body),
            HttpStatusCode.NotFound => null,
            _ => throw PrometheusFailures.Refused(source.Failures, answer, "its version"),
        };
    }

    public void Dispose() => source.Dispose();

    private async Task<PromAnswer> AskAsync(string what, string path, CancellationToken cancellationToken)
    {
        var answer = await source.GetAsync(path, cancellationToken);
        if (answer.Status != HttpStatusCode.OK) throw PrometheusFailures.Refused(source.Failures, answer, what);
        return PromAnswer.Read(answer.Body) ?? throw source.Failures.NotReadable();
    }

    private static string Time(DateTimeOffset at) => (at.ToUnixTimeMilliseconds() / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan step) => step.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
