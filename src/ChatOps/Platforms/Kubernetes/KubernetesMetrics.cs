using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>What metrics-server measured last of a workload's pods, against what they may use: of each quantity the pod that is nearest to its limit. Pure.</summary>
internal static class KubernetesMetrics
{
    public const string Api = "/apis/metrics.k8s.io/v1beta1";

    public static IReadOnlyList<MetricSeries> Read(Workload workload, IReadOnlyList<JsonNode> pods, JsonObject measured, DateTimeOffset since, DateTimeOffset until)
    {
        var container = workload.TheContainer();
        var name = container.Text("name");
        var ours = pods.Select(p => p.Text("metadata", "name")).ToHashSet(StringComparer.Ordinal);
        var usages = measured.Items("items").Where(i => ours.Contains(i.Text("metadata", "name")))
            .SelectMany(i => i.Items("containers").Where(c => c.Text("name") == name).Select(c => (At: i.Time("timestamp"), Usage: c.At("usage"))))
            .Where(u => u.At >= since && u.At <= until).ToList();
        var cpuLimit = Allowed("cpu");
        var series = new List<MetricSeries>
        {
            // Without a limit, of one core.
            new("cpu", "percent", cpuLimit is null ? null : 100, Highest("cpu", 100 / (cpuLimit ?? 1))),
            new("memory", "bytes", Allowed("memory"), Highest("memory", 1)),
        };
        var restarts = pods.SelectMany(p => p.Items("status", "containerStatuses")).Where(s => s.Text("name") == name).Sum(s => s.Number("restartCount"));
        if (usages.Count > 0) series.Add(new("restarts", "count", null, [new(usages.Max(u => u.At)!.Value, restarts)]));
        return series;

        // A request is what it was promised; only where there is no limit is that the measure.
        double? Allowed(string what) => Quantity.Read(container.Text("resources", "limits", what)) ?? (what == "cpu" ? Quantity.Read(container.Text("resources", "requests", what)) : null);

        IReadOnlyList<MetricPoint> Highest(string what, double factor) =>
            usages.Select(u => (u.At, Value: Quantity.Read(u.Usage.Text(what)))).Where(u => u.Value is not null).OrderByDescending(u => u.Value).Take(1)
                .Select(u => new MetricPoint(u.At!.Value, u.Value!.Value * factor)).ToList();
    }
}
