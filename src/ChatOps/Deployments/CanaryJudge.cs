using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Configuration;

namespace ChatOps.Deployments;

/// <summary>What one version did in a window of time.</summary>
/// <param name="P50Ms">Median latency in milliseconds; NaN: not measured.</param>
/// <param name="P99Ms">99th percentile; NaN: not measured.</param>
/// <param name="Business">How often what the service is for happened; null or NaN: not measured.</param>
public sealed record CanarySample(long Requests, long Errors, double P50Ms, double P99Ms, double? Business = null)
{
    public double ErrorRate => Requests > 0 ? (double)Errors / Requests : double.NaN;

    /// <summary>The business metric for each request.</summary>
    public double BusinessRate => Requests > 0 ? Business / Requests ?? double.NaN : double.NaN;
}

/// <summary>Both sides over the same window, which began with the step. Null: that side gave no data.</summary>
/// <param name="Elapsed">From the begin of the step to the end of the window.</param>
public sealed record CanaryLook(TimeSpan Elapsed, CanarySample? Stable, CanarySample? Candidate);

public enum CanaryOutcome
{
    /// <summary>Not long enough, not enough requests yet, or a limit was broken once and must be broken again before anything is done.</summary>
    Wait,
    Pass,

    /// <summary>A limit was broken as often in a row as it takes.</summary>
    Breach,

    /// <summary>After the time that was given there is still no data, no number, or too few requests: a person decides, and watching goes on.</summary>
    Inconclusive,
}

/// <summary>One measure of both sides against its limit.</summary>
/// <param name="Text">For people: "error rate 4.2 % (21 of 500), stable 0.3 % (3 of 1,000); at most 1 %".</param>
public sealed record CanaryFinding(string Measure, double Stable, double Candidate, bool Broken, string Text);

/// <param name="Sentence">For people: the verdict with its numbers and, for a breach, the limit that was broken.</param>
public sealed record CanaryVerdict(CanaryOutcome Outcome, string Sentence, IReadOnlyList<CanaryFinding> Findings);

/// <summary>Compares a new version with the stable one. Pure: numbers against limits, no score.</summary>
public static class CanaryJudge
{
    private static readonly NumberFormatInfo Numbers = CultureInfo.InvariantCulture.NumberFormat;

    /// <param name="looks">Of this step alone, in any order.</param>
    /// <param name="elapsed">Since the begin of the step, by now.</param>
    /// <param name="business">What the service is for; null: it is not judged.</param>
    public static CanaryVerdict Judge(CanaryLimits limits, IReadOnlyList<CanaryLook> looks, TimeSpan elapsed, BusinessMetric? business = null)
    {
        var ordered = looks.OrderByDescending(l => l.Elapsed).ToList();
        if (ordered.Count == 0) return NoAnswer(limits, elapsed, "there are no numbers yet", []);
        var newest = ordered[0];
        var findings = Findings(limits, newest, business);
        var broken = findings.Where(f => f.Broken).ToList();
        if (broken.Count > 0)
        {
            var inARow = ordered.TakeWhile(l => Findings(limits, l, business).Exists(f => f.Broken)).Count();
            var what = string.Join("; ", broken.Select(f => f.Text));
            return inARow >= Math.Max(1, limits.ConsecutiveBreaches)
                ? new(CanaryOutcome.Breach, inARow == 1 ? $"A limit is broken: {what}." : $"Broken {inARow} times in a row: {what}.", findings)
                : new(CanaryOutcome.Wait, $"A limit is broken, {inARow} of {limits.ConsecutiveBreaches} times in a row before anything is done: {what}.", findings);
        }
        if (Missing(limits, newest, business) is { } missing) return NoAnswer(limits, elapsed, missing, findings);
        var numbers = findings.Count == 0 ? "nothing has a limit" : string.Join("; ", findings.Select(f => f.Text));
        return newest.Elapsed < limits.StepTime
            ? new(CanaryOutcome.Wait, $"Within its limits after {Durations.Text(newest.Elapsed)} of {Durations.Text(limits.StepTime)}: {numbers}.", findings)
            : new(CanaryOutcome.Pass, $"Within its limits: {numbers}.", findings);
    }

    private static CanaryVerdict NoAnswer(CanaryLimits limits, TimeSpan elapsed, string why, IReadOnlyList<CanaryFinding> findings) => elapsed >= limits.GiveUpAfter
        ? new(CanaryOutcome.Inconclusive, $"It cannot be judged after {Durations.Text(elapsed)}: {why}. Promote it, abort it, or wait: ChatOps keeps watching.", findings)
        : new(CanaryOutcome.Wait, $"It cannot be judged yet: {why}.", findings);

    /// <summary>What is lacking for a pass; null: nothing.</summary>
    private static string? Missing(CanaryLimits limits, CanaryLook look, BusinessMetric? business)
    {
        foreach (var (side, sample) in ((string, CanarySample?)[])[("the new version", look.Candidate), ("the stable version", look.Stable)])
        {
            if (sample is null) return $"{side} gives no numbers";
            if (sample.Requests < 0 || sample.Errors < 0 || sample.Errors > sample.Requests) return $"the numbers of {side} contradict each other ({Count(sample.Errors)} of {Count(sample.Requests)} requests failed)";
            if (sample.Requests < Math.Max(1, limits.MinRequests)) return $"{side} had {Count(sample.Requests)} of {Count(Math.Max(1, limits.MinRequests))} requests";
            if (!double.IsFinite(sample.P50Ms) || !double.IsFinite(sample.P99Ms)) return $"the latency of {side} is not measured";
            if (sample.Business is { } b && !double.IsFinite(b)) return $"{business?.Name ?? "the business metric"} of {side} is no number";
            if (business is not null && sample.Business is null) return $"{business.Name} of {side} is not measured";
        }
        return null;
    }

    private static List<CanaryFinding> Findings(CanaryLimits limits, CanaryLook look, BusinessMetric? business)
    {
        if (look.Candidate is not { } candidate || candidate.Requests < Math.Max(1, limits.MinRequestsToBreak) || candidate.Errors < 0 || candidate.Errors > candidate.Requests) return [];
        // Too little of stable to be compared with: what is too bad whatever stable does still counts.
        var stable = look.Stable is { } s && s.Requests >= Math.Max(1, limits.MinRequestsToBreak) && s.Errors >= 0 && s.Errors <= s.Requests ? s : null;

        var findings = new List<CanaryFinding>();
        Add("error rate", s => s.ErrorRate, Share, limits.ErrorRate, limits.ErrorRateTimes, stableRate => Math.Max(stableRate * (limits.ErrorRateTimes ?? 0), limits.ErrorRateFloor),
            s => $" ({Count(s.Errors)} of {Count(s.Requests)})");
        Add("p50", s => s.P50Ms, Milliseconds, limits.P50Ms, limits.P50Times, ms => Math.Max(ms * (limits.P50Times ?? 0), ms + limits.P50FloorMs), _ => "");
        Add("p99", s => s.P99Ms, Milliseconds, limits.P99Ms, limits.P99Times, ms => Math.Max(ms * (limits.P99Times ?? 0), ms + limits.P99FloorMs), _ => "");
        if (business is not null) AddBusiness();
        return findings;

        void Add(string measure, Func<CanarySample, double> of, Func<double, string> text, double? absolute, double? times, Func<double, double> relative, Func<CanarySample, string> counts)
        {
            var (mine, other) = (of(candidate), stable is null ? double.NaN : of(stable));
            if (!double.IsFinite(mine) || (absolute is null && (times is null || !double.IsFinite(other)))) return;
            var most = Math.Min(absolute ?? double.PositiveInfinity, times is not null && double.IsFinite(other) ? relative(other) : double.PositiveInfinity);
            findings.Add(new(measure, other, mine, mine > most, $"{measure} {text(mine)}{counts(candidate)}, stable {(double.IsFinite(other) ? text(other) + counts(stable!) : "not known")}; at most {text(most)}"));
        }

        void AddBusiness()
        {
            var (mine, other) = (candidate.BusinessRate, stable?.BusinessRate ?? double.NaN);
            if (!double.IsFinite(mine)) return;
            var relative = limits.BusinessWorse is { } worse && double.IsFinite(other) ? other * (business.LowerIsBetter ? 1 + worse : 1 - worse) : (double?)null;
            if (limits.Business is null && relative is null) return;
            var bound = business.LowerIsBetter
                ? Math.Min(limits.Business ?? double.PositiveInfinity, relative ?? double.PositiveInfinity)
                : Math.Max(limits.Business ?? double.NegativeInfinity, relative ?? double.NegativeInfinity);
            findings.Add(new(business.Name, other, mine, business.LowerIsBetter ? mine > bound : mine < bound,
                $"{business.Name} {Rate(mine)} a request, stable {(double.IsFinite(other) ? Rate(other) : "not known")}; {(business.LowerIsBetter ? "at most" : "at least")} {Rate(bound)}"));
        }
    }

    private static string Share(double value) => $"{(value * 100).ToString("0.##", Numbers)} %";

    private static string Milliseconds(double value) => $"{value.ToString(value >= 10 ? "#,0" : "0.#", Numbers)} ms";

    private static string Rate(double value) => value.ToString("0.####", Numbers);

    private static string Count(long value) => value.ToString("#,0", Numbers);
}
