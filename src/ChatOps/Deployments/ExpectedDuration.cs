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
        return $"usually {Durations.Text(Rounded(Median([.. before.Order()])))} ({(before.Count == 1 ? "once before" : $"median of {before.Count}")})";
    }

    /// <summary>Median and 90th percentile; null where nothing is known.</summary>
    public static (TimeSpan? Median, TimeSpan? Most) Of(IReadOnlyList<TimeSpan> before)
    {
        if (before.Count == 0) return (null, null);
        var sorted = before.Order().ToList();
        // The smallest one that at least nine in ten do not exceed.
        return (Median(sorted), sorted[(int)Math.Ceiling(sorted.Count * 0.9) - 1]);
    }

    /// <summary>"usually 4 min, 90 % within 6 min (last 12)"; "no history" where nothing is known.</summary>
    public static string Range(IReadOnlyList<TimeSpan> before) => Of(before) switch
    {
        ({ } median, { } most) when before.Count > 1 => $"usually {Durations.Text(Rounded(median))}, 90 % within {Durations.Text(Rounded(most))} (last {before.Count})",
        ({ } median, _) => $"{Durations.Text(Rounded(median))} the only time before",
        _ => "no history",
    };

    private static TimeSpan Median(List<TimeSpan> sorted) =>
        sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;

    private static TimeSpan Rounded(TimeSpan duration) =>
        duration.TotalSeconds >= 10 ? TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds)) : TimeSpan.FromMilliseconds(Math.Round(duration.TotalMilliseconds / 100) * 100);
}
