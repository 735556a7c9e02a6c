using ChatOps.Configuration;
using ChatOps.Operations;

namespace ChatOps.Deployments;

/// <summary>How long such a thing took before. Pure.</summary>
public static class ExpectedDuration
{
    /// <summary>From the call of the platform to the end; null while it has none.</summary>
    public static TimeSpan? Of(Operation operation) => operation.FinishedAt - (operation.CalledAt ?? operation.StartedAt ?? operation.RequestedAt);

    /// <summary>"usually 4 s (median of 3)"; "no history" where nothing is known.</summary>
    public static string Text(IReadOnlyList<TimeSpan> before)
    {
        if (before.Count == 0) return "no history";
        var sorted = before.Order().ToList();
        var median = sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
        var rounded = median.TotalSeconds >= 10 ? TimeSpan.FromSeconds(Math.Round(median.TotalSeconds)) : TimeSpan.FromMilliseconds(Math.Round(median.TotalMilliseconds / 100) * 100);
        return $"usually {Durations.Text(rounded)} ({(before.Count == 1 ? "once before" : $"median of {before.Count}")})";
    }
}
