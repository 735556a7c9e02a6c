using System.Globalization;
using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>
/// How far a memory limit may be raised at a press: by half at most, to a round figure. It is a stop-gap after an OOM kill, not a plan: whoever needs more decides that by day,
/// and what leaks would eat any limit.
/// </summary>
public sealed record MemoryRaise(long From, long To)
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>What people read, in the units of <c>free -m</c>.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"from {From / Mebibyte} to {To / Mebibyte} MB");

    /// <param name="limit">In bytes.</param>
    /// <returns>Null: there is no limit, or none that half of it would raise.</returns>
    public static MemoryRaise? Of(long? limit)
    {
        if (limit is not { } from || from < 8 * Mebibyte) return null;
        var step = from switch { >= 1024 * Mebibyte => 64, >= 64 * Mebibyte => 16, _ => 1 } * Mebibyte;
        // In whole numbers, so that a round half is not missed by a rounding error.
        var to = from / 2 * 3 / step * step;
        return to > from ? new(from, to) : null;
    }

    /// <summary>What the platform could be asked for now; null: it cannot, or does not tell the limit.</summary>
    /// <exception cref="PlatformException">It does not answer.</exception>
    public static async Task<MemoryRaise?> ReadAsync(IPlatform platform, PlatformTarget target, TargetStatus status, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!(await platform.CapabilitiesAsync(cancellationToken)).Can(PlatformAction.MemoryLimit, target)) return null;
        if (status.MemoryLimit is { } told) return Of(told);
        var series = await platform.MetricsAsync(target, version: null, now.AddMinutes(-15), now, cancellationToken);
        return Of((long?)series.FirstOrDefault(s => s is { Name: "memory", Unit: "bytes" })?.Limit);
    }
}
