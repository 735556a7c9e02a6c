using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>What one version served in a window, for the judge.</summary>
public static class ReadVersionNumbers
{
    /// <summary>Null: nothing was measured, or the platform does not answer.</summary>
    public static async Task<CanarySample?> OfAsync(
        IPlatform platform, PlatformTarget target, string version, DateTimeOffset since, DateTimeOffset until, BusinessMetric? business, CancellationToken cancellationToken)
    {
        try
        {
            // The platform knows best what it routes where; what was set up beside it counts where it cannot tell versions apart.
            var measured = target.VersionMetrics is { } other && !(await platform.CapabilitiesAsync(cancellationToken)).ByVersion.Contains(target.PlatformName)
                ? other(version, since, until, cancellationToken)
                : platform.MetricsAsync(target, version, since, until, cancellationToken);
            var series = (await measured).ToDictionary(s => s.Name, StringComparer.Ordinal);
            // Requests without a word of how many failed would look like requests of which none did.
            if (Total("requests_total") is not { } requests || Total("errors_total") is not { } errors) return null;
            return new CanarySample((long)Math.Round(requests), (long)Math.Round(errors), Last("latency_p50"), Last("latency_p99"), business is null ? null : Total(business.Query ?? business.Name));

            // A total that began anew with a process that ended has no sum that could be trusted.
            double? Total(string name) => series.GetValueOrDefault(name)?.Points is { Count: > 0 } points && points[^1].Value >= points[0].Value ? points[^1].Value - points[0].Value : null;

            double Last(string name) => series.GetValueOrDefault(name)?.Points is { Count: > 0 } points ? points[^1].Value : double.NaN;
        }
        catch (PlatformException)
        {
            // No numbers: the judge says so, and asks when it lasts.
            return null;
        }
    }
}
