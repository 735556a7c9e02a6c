using System.Net;
using ChatOps.Platforms;

namespace ChatOps.Telemetry.Scrape;

/// <summary>The connections with which metrics pages are read; one for the process.</summary>
public sealed class ScrapeClient : IDisposable
{
    private const int LargestPage = 16 * 1024 * 1024;

    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All };
    private readonly HttpClient client;

    public ScrapeClient() => client = new(handler, disposeHandler: false) { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = LargestPage };

    /// <exception cref="PlatformException">It does not answer with a page.</exception>
    public async Task<string> PageAsync(Uri page, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetAsync(page, cancellationToken);
            return response.IsSuccessStatusCode
                ? await response.Content.ReadAsStringAsync(cancellationToken)
                : throw new PlatformException($"the metrics page answered {(int)response.StatusCode}", CallOutcome.NotDone);
        }
        catch (HttpRequestException e)
        {
            throw new PlatformException(NetworkFailure.Text(e), CallOutcome.NotDone, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PlatformException("nothing within 5 s", CallOutcome.NotDone, e);
        }
    }

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }
}

/// <summary>
/// A service's own Prometheus page, read once: what it shows now. Counters are totals since the process began, under names of their own,
/// since one reading says nothing of a rate.
/// </summary>
public sealed class ScrapeMetricSource(Uri page, ScrapeClient client, TimeProvider time) : IMetricSource
{
    public string Name => $"metrics page {page.Host}:{page.Port}";

    public async Task<IReadOnlyList<MetricSeries>> ReadAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var text = await client.PageAsync(page, cancellationToken);
        return Read(text, time.GetUtcNow());
    }

    internal static IReadOnlyList<MetricSeries> Read(string text, DateTimeOffset at)
    {
        var samples = PrometheusText.Read(text).ToLookup(s => s.Name, StringComparer.Ordinal);
        var series = new List<MetricSeries>();
        Add("memory", "bytes", Sum("process_resident_memory_bytes"), Sum("process_memory_limit_bytes"));
        Add("connections", "count", Sum("db_pool_connections", "in_use") ?? Sum("pg_stat_activity_count"), Sum("db_pool_connections", "max") ?? Sum("pg_settings_max_connections"));
        Add("open_files", "count", Sum("process_open_fds"), Sum("process_max_fds"));
        Add("cpu_seconds_total", "seconds", Sum("process_cpu_seconds_total"), null);
        Add("requests_total", "count", Sum("http_requests_total"), null);
        Add("errors_total", "count", samples["http_requests_total"].Any() ? samples["http_requests_total"].Where(s => s.IsServerError).Sum(s => s.Value) : null, null);
        return series;

        void Add(string name, string unit, double? value, double? limit)
        {
            if (value is { } known) series.Add(new(name, unit, limit is > 0 ? limit : null, [new(at, known)]));
        }

        double? Sum(string name, string? state = null)
        {
            var found = samples[name].Where(s => state is null || s.Labels.GetValueOrDefault("state") == state).ToList();
            return found.Count > 0 ? found.Sum(s => s.Value) : null;
        }
    }
}
