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

    /// <summary>Both, asked at the same time.</summary>
    public async Task<IReadOnlyList<ProbeResult>> AllProbesAsync(Target target, CancellationToken cancellationToken)
    {
        var health = ProbeAsync(target, false, cancellationToken);
        var checks = ProbeAsync(target, true, cancellationToken);
        return [.. await health, .. await checks];
    }

    /// <summary>How the target is; null: its platform does not answer, which proves nothing of the target.</summary>
    public async Task<TargetStatus?> StatusOrNullAsync(Target target, CancellationToken cancellationToken)
    {
        var (platform, its) = PlatformOf(target);
        try
        {
            return await platform.StatusAsync(its, cancellationToken);
        }
        catch (PlatformException)
        {
            return null;
        }
    }
}
