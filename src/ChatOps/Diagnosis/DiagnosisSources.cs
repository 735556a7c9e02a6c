using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry;

namespace ChatOps.Diagnosis;

/// <summary>Everything a step may ask of a target. Nothing here needs the bot's own database.</summary>
public sealed record DiagnosisSources
{
    public required Func<Target, (IPlatform Platform, PlatformTarget Target)> PlatformOf { get; init; }
    public required Func<Target, IReadOnlyList<ILogSource>> LogsOf { get; init; }
    public required Func<Target, IReadOnlyList<IMetricSource>> MetricsOf { get; init; }

    /// <summary>Health probes (false) or the service's own checks (true).</summary>
    public required Func<Target, bool, CancellationToken, Task<IReadOnlyList<ProbeResult>>> ProbeAsync { get; init; }
}
