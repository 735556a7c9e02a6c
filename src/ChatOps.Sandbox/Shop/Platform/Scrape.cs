using System.Globalization;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>What one reading of a service's <c>/metrics</c> says of its users' requests; health checks are left out.</summary>
internal sealed class Scrape
{
    private static readonly string[] NotUsers = ["/health", "/ready", "/metrics", "other"];

    public long Requests { get; private set; }

    public long Errors { get; private set; }

    /// <summary>Requests that took at most so many seconds, by bound.</summary>
    public SortedDictionary<double, long> Buckets { get; } = [];

    public (double InUse, double Max)? Pool { get; private set; }

    public static Scrape Parse(string text)
    {
        var scrape = new Scrape();
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var blank = line.LastIndexOf(' ');
            var value = double.Parse(line.AsSpan(blank + 1), CultureInfo.InvariantCulture);
            if (line.StartsWith("http_requests_total{", StringComparison.Ordinal) && IsUsers(line))
            {
                scrape.Requests += (long)value;
                if (Label(line, "code")[0] == '5') scrape.Errors += (long)value;
            }
            else if (line.StartsWith("http_request_duration_seconds_bucket{", StringComparison.Ordinal) && IsUsers(line))
            {
                var bound = Label(line, "le") is var le && le == "+Inf" ? double.PositiveInfinity : double.Parse(le, CultureInfo.InvariantCulture);
                scrape.Buckets[bound] = scrape.Buckets.GetValueOrDefault(bound) + (long)value;
            }
            else if (line.StartsWith("db_pool_connections{", StringComparison.Ordinal))
            {
                scrape.Pool = Label(line, "state") == "max" ? (scrape.Pool?.InUse ?? 0, value) : (value, scrape.Pool?.Max ?? 0);
            }
        }
        return scrape;
    }

    /// <summary>The latency in milliseconds below which this share of the requests since <paramref name="before"/> stayed, or null without requests.</summary>
    public double? Percentile(double share, Scrape? before)
    {
        var total = Requests - (before?.Requests ?? 0);
        if (total <= 0 || Buckets.Count == 0) return null;
        double lower = 0;
        long below = 0;
        foreach (var (bound, count) in Buckets)
        {
            // A request may be counted and not yet timed: then not even the last bucket holds them all.
            if (double.IsPositiveInfinity(bound)) break;
            var upTo = count - (before?.Buckets.GetValueOrDefault(bound) ?? 0);
            if (upTo >= share * total) return 1000 * (lower + ((bound - lower) * ((share * total) - below) / Math.Max(1, upTo - below)));
            (lower, below) = (bound, upTo);
        }
        return lower * 1000;
    }

    private static bool IsUsers(string line) => !NotUsers.Contains(Label(line, "route"), StringComparer.Ordinal);

    private static string Label(string line, string name)
    {
        var from = line.IndexOf(name + "=\"", StringComparison.Ordinal) + name.Length + 2;
        return line[from..line.IndexOf('"', from)];
    }
}
