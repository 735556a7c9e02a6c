using System.Globalization;
using ChatOps.Platforms;
using ChatOps.Telemetry;

namespace ChatOps.Diagnosis;

/// <summary>What figures say: against their limit, and against themselves before the trouble. Pure.</summary>
internal static class MetricReading
{
    /// <summary>A usual level is the median of at least so many points.</summary>
    private const int FewestPoints = 3;

    /// <summary>Memory that would fill its limit only later than this is no matter of tonight.</summary>
    private static readonly TimeSpan UntilFull = TimeSpan.FromHours(2);

    private const double KiB = 1_024;
    private const double MiB = KiB * 1_024;
    private const double GiB = MiB * 1_024;

    /// <summary>What the figures of a source say; of one that is in doubt, only why.</summary>
    public static IEnumerable<Evidence> ReadAll(string service, IEnumerable<MetricSeries> series, string source, DateTimeOffset? usualUntil, DateTimeOffset now) =>
        series.Select(s => s.Doubt is { } doubt ? Observations.NoAnswer(service, doubt, source, now) : Read(service, s, source, usualUntil)).OfType<Evidence>();

    /// <summary>One fact per series; null where it has no usable point.</summary>
    /// <param name="usualUntil">Points before this are the usual level; null: the first half of them.</param>
    public static Evidence? Read(string service, MetricSeries series, string source, DateTimeOffset? usualUntil)
    {
        var points = series.Points.Where(p => double.IsFinite(p.Value)).ToList();
        if (points.Count == 0) return null;
        var value = points[^1].Value;
        var usual = Usual(points, usualUntil);
        var percent = series.Limit is > 0 and { } limit ? value / limit * 100 : series.Unit == "percent" ? value : series.Unit == "ratio" && series.Name != "error_rate" ? value * 100 : (double?)null;
        var data = new Dictionary<string, string> { ["metric"] = series.Name, ["value"] = Number(value) };
        if (series.Limit is { } l) data["limit"] = Number(l);
        if (percent is { } p) data["percent"] = Number(p);
        if (usual is { } u)
        {
            data["usual"] = Number(u);
            if (u > 0) data["ratio"] = Number(value / u);
        }
        var fact = new Evidence
        {
            Sign = Signs.MetricNormal, Service = service, Weight = Weight.Good, At = points[^1].At, Source = source, Data = data,
            Text = $"{service} {Label(series.Name)} {Amount(value, series.Unit)}{Of(series, percent)}{Compared(series, usual)}",
        };
        Evidence Breach(string sign, Weight weight, Func<double, bool> over) => fact with { Sign = sign, Weight = weight, At = Since(points, over) };
        double At(double share) => series.Limit is > 0 and { } max ? max * share : series.Unit == "ratio" ? share : share * 100;

        return series.Name switch
        {
            "memory" when percent >= 90 => Breach(Signs.MemoryHigh, percent >= 98 ? Weight.Bad : Weight.Warning, v => v >= At(0.9)),
            "memory" when Growth(points, series.Limit) is { } from => fact with
            {
                Sign = Signs.MemoryGrowing, Weight = Weight.Warning, At = points[0].At,
                Text = $"{fact.Text}, growing: {Amount(from, series.Unit)} {Minutes(points)} before", Data = new Dictionary<string, string>(data) { ["from"] = Number(from) },
            },
            "cpu" when percent >= 90 => Breach(Signs.CpuHigh, Weight.Warning, v => v >= At(0.9)),
            "saturation" when percent >= 90 => Breach(Signs.SaturationHigh, Weight.Warning, v => v >= At(0.9)),
            "disk" when percent >= 85 => Breach(Signs.DiskFull, percent >= 95 ? Weight.Bad : Weight.Warning, v => v >= At(0.85)),
            "connections" when percent >= 80 => Breach(Signs.ConnectionsHigh, percent >= 95 ? Weight.Bad : Weight.Warning, v => v >= At(0.8)),
            "error_rate" when IsErrorRate(value, series.Unit, usual) => Breach(Signs.ErrorRateHigh, Share(value, series.Unit) >= 0.05 ? Weight.Bad : Weight.Warning, v => IsErrorRate(v, series.Unit, usual)),
            // Worse by more than half is where a person would begin to ask. A few milliseconds more are not, and one slow interval is none.
            "latency_p50" or "latency_p99" when usual is > 0 and { } before && IsSlow(series.Name, value, before) && (points.Count < 2 || IsSlow(series.Name, points[^2].Value, before)) =>
                Breach(Signs.LatencyHigh, points.Count > 2 && points.TakeLast(3).All(p => IsVerySlow(p.Value, before)) ? Weight.Bad : Weight.Warning, v => IsSlow(series.Name, v, before)),
            "requests" when usual is > 0 and { } rate && value >= rate * 2 && value >= 1 => Breach(Signs.TrafficHigh, Weight.Warning, v => v >= rate * 2),
            "restarts" when points.Count > 1 && value > points[0].Value => Breach(Signs.Restarted, Weight.Warning, v => v > points[0].Value),
            _ => fact,
        };
    }

    /// <summary>A database's own count of its clients, as one figure against its limit.</summary>
    public static Evidence Connections(string service, ConnectionsUsed used, DateTimeOffset at, string source) =>
        Read(service, new MetricSeries("connections", "count", used.Allowed, [new(at, used.Used)]), source, null)!;

    /// <summary>The median before the trouble; null where too little was measured then.</summary>
    internal static double? Usual(IReadOnlyList<MetricPoint> points, DateTimeOffset? until)
    {
        var before = until is { } end ? points.Where(p => p.At < end && double.IsFinite(p.Value)).ToList() : [.. points.Where(p => double.IsFinite(p.Value)).Take(points.Count / 2)];
        return before.Count < FewestPoints ? null : Median(before.Select(p => p.Value));
    }

    internal static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>For people: "512 MiB", "3.2 %", "140 ms".</summary>
    internal static string Amount(double value, string unit) => unit switch
    {
        // Binary, as limits of memory are set: 256Mi reads 256 MiB.
        "bytes" => value >= GiB ? $"{Number(value / GiB)} GiB" : value >= MiB ? $"{Number(value / MiB)} MiB" : $"{Number(value / KiB)} KiB",
        "percent" => $"{Number(value)} %",
        "ratio" => $"{Number(value * 100)} %",
        "ms" => $"{Number(value)} ms",
        "per_second" => $"{Number(value)}/s",
        _ => Number(value),
    };

    internal static string Label(string name) => name switch
    {
        "error_rate" => "error rate",
        "latency_p50" => "latency (median)",
        "latency_p99" => "latency (p99)",
        "cpu" => "CPU",
        _ => name.Replace('_', ' '),
    };

    private static bool IsErrorRate(double value, string unit, double? usual) =>
        Share(value, unit) is var share && share >= 0.02 && share > Share(usual ?? 0, unit) * 2;

    internal static bool IsSlow(string name, double value, double usual) => value > usual * 1.5 && value - usual >= (name == "latency_p99" ? 100 : 50);

    /// <summary>So that people wait. Over three intervals it counts as trouble of its own, and as its beginning.</summary>
    private static bool IsVerySlow(double value, double usual) => value > usual * 3 && value - usual >= 500;

    private static double Share(double value, string unit) => unit == "percent" ? value / 100 : value;

    /// <summary>When the run of points over the limit that lasts until now began.</summary>
    private static DateTimeOffset Since(List<MetricPoint> points, Func<double, bool> over)
    {
        var at = points[^1].At;
        for (var i = points.Count - 1; i >= 0 && over(points[i].Value); i--) at = points[i].At;
        return at;
    }

    /// <summary>
    /// The first value where memory rose by a third or more, hardly ever fell, and rises on: a process that has just started fills its caches and then stays;
    /// one that leaks goes on, and would reach its limit within hours. Null otherwise.
    /// </summary>
    private static double? Growth(List<MetricPoint> points, double? limit)
    {
        if (points.Count < 5 || points[0].Value <= 0) return null;
        var (first, before, last) = (points[0], points[points.Count * 3 / 4], points[^1]);
        var rises = points.Zip(points.Skip(1)).Count(p => p.Second.Value >= p.First.Value);
        if (last.Value < first.Value * 1.33 || rises < (points.Count - 1) * 0.8) return null;
        // The pace of the last quarter of the time: what grows now, whatever it did before.
        var lately = last.Value - before.Value;
        var risesOn = limit is > 0 and { } most ? lately > 0 && (most - last.Value) / lately * (last.At - before.At) <= UntilFull : lately >= (last.Value - first.Value) / 8;
        return risesOn ? first.Value : null;
    }

    private static string Of(MetricSeries series, double? percent) =>
        series.Limit is { } limit && series.Unit != "percent" ? $" of {Amount(limit, series.Unit)}{(percent is { } p ? $" ({Number(p)} %)" : "")}" : "";

    private static string Compared(MetricSeries series, double? usual) =>
        usual is { } u && series.Name is "error_rate" or "latency_p50" or "latency_p99" or "requests" && usual is not null ? $" (usual {Amount(usual.Value, series.Unit)})" : "";

    private static string Minutes(List<MetricPoint> points) =>
        (points[^1].At - points[0].At) is { TotalMinutes: >= 2 } span ? $"{Number(Math.Round(span.TotalMinutes))} min" : $"{Number(Math.Round((points[^1].At - points[0].At).TotalSeconds))} s";

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture);
}
