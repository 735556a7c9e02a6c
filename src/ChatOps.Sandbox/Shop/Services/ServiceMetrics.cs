using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>Counters of one process in the Prometheus text format.</summary>
internal sealed class ServiceMetrics(string version)
{
    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly ConcurrentDictionary<(string Route, int Code), StrongCount> requests = new();
    private readonly ConcurrentDictionary<string, Histogram> durations = new(StringComparer.Ordinal);

    /// <summary>Connections of the database pool that are in use, and its size; null for a process without a pool.</summary>
    public Func<(int InUse, int Max)>? Pool { get; set; }

    public void Request(string route, int code, TimeSpan took)
    {
        Interlocked.Increment(ref requests.GetOrAdd((route, code), _ => new StrongCount()).Value);
        durations.GetOrAdd(route, _ => new Histogram()).Observe(took.TotalSeconds);
    }

    public string Render()
    {
        var text = new StringBuilder();
        Line(text, "# TYPE http_requests_total counter");
        foreach (var ((route, code), count) in requests)
            Line(text, $"http_requests_total{{route=\"{route}\",code=\"{code}\"}} {Interlocked.Read(ref count.Value)}");
        Line(text, "# TYPE http_request_duration_seconds histogram");
        foreach (var (route, histogram) in durations) histogram.Render(text, route);
        Line(text, "# TYPE process_resident_memory_bytes gauge");
        Line(text, $"process_resident_memory_bytes {Environment.WorkingSet}");
        if (Pool?.Invoke() is { } pool)
        {
            Line(text, "# TYPE db_pool_connections gauge");
            Line(text, $"db_pool_connections{{state=\"in_use\"}} {pool.InUse}");
            Line(text, $"db_pool_connections{{state=\"max\"}} {pool.Max}");
        }
        Line(text, "# TYPE build_info gauge");
        Line(text, $"build_info{{version=\"{version}\"}} 1");
        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    private sealed class StrongCount
    {
        public long Value;
    }

    private sealed class Histogram
    {
        private readonly long[] buckets = new long[Bounds.Length + 1];
        private double sum;

        public void Observe(double seconds)
        {
            var at = Array.FindIndex(Bounds, b => seconds <= b);
            lock (buckets)
            {
                buckets[at < 0 ? Bounds.Length : at]++;
                sum += seconds;
            }
        }

        public void Render(StringBuilder text, string route)
        {
            lock (buckets)
            {
                long running = 0;
                for (var i = 0; i < buckets.Length; i++)
                {
                    running += buckets[i];
                    var bound = i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                    Line(text, $"http_request_duration_seconds_bucket{{route=\"{route}\",le=\"{bound}\"}} {running}");
                }
                Line(text, $"http_request_duration_seconds_sum{{route=\"{route}\"}} {sum}");
                Line(text, $"http_request_duration_seconds_count{{route=\"{route}\"}} {running}");
            }
        }
    }
}
