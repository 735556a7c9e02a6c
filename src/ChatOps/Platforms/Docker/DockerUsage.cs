using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Docker;

/// <summary>What the Engine measures of a service's containers now, against what they may use: of each quantity the container that is nearest to its limit. Pure.</summary>
internal static class DockerUsage
{
    /// <summary>The Engine measures for about a second, so that its answer is a little younger than the question.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    /// <param name="stats">Of each container that runs, as <c>/stats?stream=false</c> has them.</param>
    public static IReadOnlyList<MetricSeries> Read(DockerTarget target, IReadOnlyList<(DockerContainer Container, JsonNode Stats)> stats, DateTimeOffset since, DateTimeOffset until)
    {
        var measured = stats.Select(s => (s.Container, s.Stats, At: s.Stats.Time("read"))).Where(s => s.At >= since && s.At <= until + Late).ToList();
        var cpu = measured.Select(s => (At: Within(s.At!.Value), Value: Cpu(s.Stats, s.Container.CpuLimit ?? 1))).Where(p => !double.IsNaN(p.Value)).OrderByDescending(p => p.Value).Take(1);
        var memory = measured.Select(s => (At: Within(s.At!.Value), Value: Memory(s.Stats), s.Container.MemoryLimit)).Where(p => p.Value is not null).OrderByDescending(p => p.Value / (double)(p.MemoryLimit ?? long.MaxValue)).Take(1).ToList();
        return
        [
            // Without a limit, of one core.
            new("cpu", "percent", target.Current.Any(c => c.CpuLimit is not null) ? 100 : null, [.. cpu.Select(p => new MetricPoint(p.At, p.Value))]),
            new("memory", "bytes", target.Current.Min(c => c.MemoryLimit), [.. memory.Select(p => new MetricPoint(p.At, p.Value!.Value))]),
            new("restarts", "count", null, [.. measured.Take(1).Select(s => new MetricPoint(Within(s.At!.Value), target.Current.Sum(c => c.RestartCount)))]),
        ];

        DateTimeOffset Within(DateTimeOffset at) => at > until ? until : at;
    }

    /// <summary>Percent of so many cores, between the two samples.</summary>
    private static double Cpu(JsonNode stats, double cores)
    {
        var used = stats.Number("cpu_stats", "cpu_usage", "total_usage") - stats.Number("precpu_stats", "cpu_usage", "total_usage");
        var all = stats.Number("cpu_stats", "system_cpu_usage") - stats.Number("precpu_stats", "system_cpu_usage");
        if (all <= 0 || stats.At("precpu_stats").NumberOrNull("system_cpu_usage") is null) return double.NaN;
        var online = stats.NumberOrNull("cpu_stats", "online_cpus") ?? stats.Items("cpu_stats", "cpu_usage", "percpu_usage").Count();
        return 100.0 * used / all * online / cores;
    }

    /// <summary>Without the page cache that the kernel gives back when it must, as <c>docker stats</c> counts.</summary>
    private static long? Memory(JsonNode stats) =>
        stats.NumberOrNull("memory_stats", "usage") is { } usage
            ? usage - (stats.NumberOrNull("memory_stats", "stats", "total_inactive_file") ?? stats.Number("memory_stats", "stats", "inactive_file")) : null;
}
