using System.Globalization;

namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>
/// Puts first what is new or much more frequent than before, and among that what is grave and what names a cause. Pure: the same patterns give the same order.
/// What a nightly job says, in a burst, is no news where yesterday's or last week's lines were given too: the busiest baseline counts.
/// </summary>
public static class LogRanking
{
    /// <summary>Rarer than this many times the baseline is not called more frequent.</summary>
    private const double MuchMore = 3;

    /// <summary>A rate needs at least this stretch, or three lines right after the onset look like a flood.</summary>
    private static readonly TimeSpan ShortestStretch = TimeSpan.FromMinutes(1);

    private static readonly LogPeriod[] Baselines = [LogPeriod.HourBefore, LogPeriod.Yesterday, LogPeriod.LastWeek];

    /// <summary>Every pattern that the window has, the most telling first.</summary>
    public static IReadOnlyList<LogFinding> Rank(IReadOnlyList<LogPattern> patterns, LogSpans spans) =>
        [.. patterns
            .Where(p => p.Count > 0)
            .Select(p => Judge(p, spans))
            .OrderByDescending(f => f.Score)
            .ThenBy(f => f.Pattern.FirstSeen)
            .ThenBy(f => f.Pattern.Template, StringComparer.Ordinal)
            .ThenBy(f => f.Pattern.Sample, StringComparer.Ordinal)];

    private static LogFinding Judge(LogPattern pattern, LogSpans spans)
    {
        var window = Longer(spans.WindowEnd - spans.WindowStart);
        var rate = pattern.Count / window.TotalMinutes;
        var expectedOver = window;
        var seen = pattern.Count;
        if (spans.Onset is { } onset && onset > spans.WindowStart && onset < spans.WindowEnd)
        {
            var since = Longer(spans.WindowEnd - onset);
            var after = CountSince(pattern, onset);
            if (after / since.TotalMinutes > rate) (rate, expectedOver, seen) = (after / since.TotalMinutes, since, after);
        }

        double? baseline = null;
        var burst = 0L;
        foreach (var period in Baselines)
        {
            if (spans.LengthOf(period) is not { } length) continue;
            baseline = Math.Max(baseline ?? 0, pattern.CountIn(period) / Longer(length).TotalMinutes);
            burst = Math.Max(burst, pattern.MostWithin(expectedOver, period));
        }

        var isNew = baseline is 0;
        double? factor = baseline > 0 ? rate / baseline.Value : null;
        var expected = (baseline ?? 0) * expectedOver.TotalMinutes;
        var surges = factor >= MuchMore && seen > 2 * burst && seen > expected + (3 * Math.Sqrt(expected + 1));
        var trouble = Wording.Trouble(pattern.Sample);
        var isTrouble = pattern.Level == LineLevel.Error || (pattern.Level is LineLevel.Warn or LineLevel.Unknown && trouble > 0);
        return new LogFinding
        {
            Pattern = pattern,
            RatePerMinute = rate,
            BaselinePerMinute = baseline,
            IsNew = isNew,
            Factor = factor,
            IsNews = isNew || surges,
            IsTrouble = isTrouble,
            Score = Score(pattern, isNew, surges, factor, baseline is null, trouble),
            Sparkline = Telemetry.Sparkline.Render(pattern.Buckets),
            Why = Why(pattern, isNew, surges, factor, baseline),
        };
    }

    /// <summary>News outweighs severity, severity outweighs frequency; how exactly a line names a cause decides between equals.</summary>
    private static double Score(LogPattern pattern, bool isNew, bool surges, double? factor, bool nothingToCompare, int trouble)
    {
        var severity = pattern.Level switch
        {
            LineLevel.Error => 3.0,
            LineLevel.Warn => 1.5 + (trouble * 0.25),
            LineLevel.Info => 0,
            _ => trouble > 0 ? 2.2 : 0.3,
        };
        if (pattern.Level != LineLevel.Info) severity += (trouble == 2 ? 0.6 : 0) + (0.5 * Wording.Specificity(pattern.Sample));
        else if (trouble == 2) severity += 0.5;

        var news = isNew ? 4.0
            : surges ? 2.5 + Math.Min(1.2, Math.Log10(factor!.Value / MuchMore))
            : nothingToCompare ? 1.0 : 0;
        var frequency = 0.5 * Math.Min(4, Math.Log10(pattern.Count));
        return news > 0 ? news + severity + frequency : (0.3 * severity) + (0.1 * frequency);
    }

    private static string Why(LogPattern pattern, bool isNew, bool surges, double? factor, double? baseline)
    {
        var since = pattern.FirstSeen.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var times = pattern.Count == 1 ? $"once, at {since}" : string.Create(CultureInfo.InvariantCulture, $"{pattern.Count} times since {since}");
        if (isNew) return $"new; {times}";
        if (baseline is null) return $"{times}; nothing earlier to compare with";
        if (surges) return string.Create(CultureInfo.InvariantCulture, $"{Round(factor!.Value)} times as frequent as before; {times}");
        return factor < 1 / MuchMore ? $"rarer than before; {times}" : $"as frequent as before; {times}";
    }

    private static string Round(double factor) => factor.ToString(factor >= 10 ? "0" : "0.#", CultureInfo.InvariantCulture);

    private static long CountSince(LogPattern pattern, DateTimeOffset onset)
    {
        if (pattern.FirstSeen >= onset) return pattern.Count;
        var sum = 0L;
        for (var i = 0; i < pattern.Buckets.Count; i++)
        {
            if (pattern.BucketsStart + (pattern.BucketWidth * i) >= onset) sum += pattern.Buckets[i];
        }

        return sum;
    }

    private static TimeSpan Longer(TimeSpan stretch) => stretch > ShortestStretch ? stretch : ShortestStretch;
}
