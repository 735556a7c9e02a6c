using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry;

namespace ChatOps.Deployments;

/// <summary>What a change needs of its target: the platform, and whether it works.</summary>
public sealed record TargetAccess
{
    /// <exception cref="PlatformException">The catalog has no such target.</exception>
    public required Func<Target, (IPlatform Platform, PlatformTarget Target)> PlatformOf { get; init; }

    /// <summary>Health probes (false) or the service's own checks (true).</summary>
    public required Func<Target, bool, CancellationToken, Task<IReadOnlyList<ProbeResult>>> ProbeAsync { get; init; }
}
