using System.Collections.Concurrent;
using ChatOps.Catalog;
using ChatOps.Diagnosis.LogPatterns;
using ChatOps.Telemetry;

namespace ChatOps.Diagnosis;

/// <summary>Whether it works again: health, the service's own checks, error rate and latency against before the onset, logs since the fix.</summary>
public sealed class Verify(DiagnosisSources sources, ServiceCatalog catalog, TimeProvider time)
{
    /// <summary>What was under way when the fix ended may still be written.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <summary>So old must a fix be before "not measured since" and "fails" are believed: three intervals of figures.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    /// <param name="fixedAt">When the last action of the incident ended; null: nobody did anything through the bot, the last two minutes count.</param>
    public async Task<VerifyResult> RunAsync(StepContext context, DateTimeOffset? fixedAt, Action<StepProgress>? report, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await LookAsync(context, fixedAt, report, cancellationToken);
            // Right after a fix the figures are still those of before, and a platform may not have noticed: neither is a verdict.
            var open = !result.Passed || result.Rows.Any(r => r.Verdict == Verdict.Inconclusive);
            if (!open || fixedAt is null || result.At - fixedAt >= Patience) return result;
            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }

    private async Task<VerifyResult> LookAsync(StepContext context, DateTimeOffset? fixedAt, Action<StepProgress>? report, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = (fixedAt ?? now - TimeSpan.FromMinutes(2)) + Settling;
        var onset = context.SuspectFrom();
        var targets = context.Targets(catalog);
        var asking = new Asking(report, time);
        var rows = new ConcurrentQueue<VerifyRow>();
        var probes = new ConcurrentQueue<ProbeResult>();
        await Task.WhenAll(targets.SelectMany(t => Questions(t, asking, rows, probes, onset, since, now, cancellationToken)));

        // What was asked and did not answer stands in the table too: silence must not look like a pass.
        foreach (var silent in asking.Silent) rows.Enqueue(new(silent.Target.Service, silent.Source, Verdict.Inconclusive, silent.Sentence));
        // Two sources that say the same of the same figure are one line.
        var table = rows.DistinctBy(r => (r.Service, r.What, r.Verdict)).OrderBy(r => r.Verdict switch { Verdict.Fail => 0, Verdict.Inconclusive => 1, _ => 2 })
            .ThenBy(r => targets.Select(t => t.Service).ToList().IndexOf(r.Service)).ThenBy(r => r.What, StringComparer.Ordinal).ToList();
        var answers = probes.ToList();
        var passed = VerifyJudge.Passed(table, answers);
        var clean = table.Where(r => r.What == VerifyJudge.Logs && r.Verdict == Verdict.Pass)
            .Select(r => new Evidence { Sign = Signs.LogsClean, Service = r.Service, Text = $"{r.Service}: {r.Detail}", Weight = Weight.Good, At = now, Source = $"logs of {r.Service}" });
        return new()
        {
            At = now,
            Evidence = [.. asking.Facts, .. clean],
            Probes = answers,
            Rows = table,
            Passed = passed,
            NoAnswers = asking.Silent,
            Answered = asking.Answered,
            Asked = asking.Asked,
            Sentence = Sentence(table, answers, passed),
        };
    }

    private IEnumerable<Task> Questions(
        Target target, Asking asking, ConcurrentQueue<VerifyRow> rows, ConcurrentQueue<ProbeResult> probes, DateTimeOffset onset, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (platform, its) = sources.PlatformOf(target);
        var defined = catalog.Find(target)!;
        yield return asking.AskAsync(target, $"platform {platform.Name} (state of {target.Service})", ct => platform.StatusAsync(its, ct), status =>
        {
            rows.Enqueue(VerifyJudge.OfStatus(target.Service, status));
            return Observations.OfStatus(target.Service, status, $"platform {platform.Name}", since, now);
        }, cancellationToken);
        if (defined.Health.Count > 0) yield return ProbeAsync(checks: false);
        if (defined.Checks.Count > 0) yield return ProbeAsync(checks: true);
        foreach (var metrics in sources.MetricsOf(target))
        {
            yield return asking.AskAsync(target, $"{metrics.Name} (figures of {target.Service})", ct => metrics.ReadAsync(onset - TimeSpan.FromHours(1), now, ct), series =>
            {
                foreach (var row in series.Select(s => VerifyJudge.OfMetric(target.Service, s, onset, since)).OfType<VerifyRow>()) rows.Enqueue(row);
                return [];
            }, cancellationToken);
        }
        var logs = sources.LogsOf(target);
        if (logs.Count > 0) yield return LogsAsync();

        Task ProbeAsync(bool checks) => asking.AskAsync(target, $"{(checks ? "checks" : "health")} of {target.Service}", ct => sources.ProbeAsync(target, checks, ct), results =>
        {
            foreach (var result in results)
            {
                probes.Enqueue(result);
                rows.Enqueue(VerifyJudge.OfProbe(result));
            }
            return Observations.OfProbes(results);
        }, cancellationToken);

        async Task LogsAsync()
        {
            if (now <= since)
            {
                rows.Enqueue(new(target.Service, VerifyJudge.Logs, Verdict.Inconclusive, "the fix ended just now; look again in a moment"));
                return;
            }
            var log = new TargetLog(since, now, since, logs.Count, kept: 0, Asking.Timeout);
            var answered = await Task.WhenAll(logs.Select(source => asking.AskAsync(target, $"{source.Name} (logs of {target.Service})", async ct =>
            {
                await Task.WhenAll(
                    log.ReadAsync(source, LogPeriod.Window, new(since, now, 50_000), grep: null, reached: null, ct),
                    log.ReadAsync(source, LogPeriod.HourBefore, new(onset - TimeSpan.FromHours(1), onset - TimeSpan.FromSeconds(1), 50_000), grep: null, reached: null, ct));
                return source;
            }, _ => [], cancellationToken)));
            if (answered.All(a => a is null)) return;
            rows.Enqueue(VerifyJudge.OfLogs(target.Service, log.End(), now - since));
        }
    }

    private static string Sentence(List<VerifyRow> rows, List<ProbeResult> probes, bool passed)
    {
        var open = rows.Count(r => r.Verdict == Verdict.Inconclusive);
        if (passed)
        {
            var names = string.Join(", ", probes.Where(p => p.Healthy).Select(p => p.Probe).Distinct().Take(4));
            return $"GO: {names} pass, nothing fails{(open > 0 ? $"; {open} could not be judged" : "")}";
        }
        var failed = rows.Where(r => r.Verdict == Verdict.Fail).ToList();
        return failed.Count == 0
            ? "NO-GO: no probe says that it works, so nothing is proven"
            : $"NO-GO: {string.Join(", ", failed.Take(3).Select(r => $"{r.Service} {r.What}"))} {(failed.Count == 1 ? "fails" : "fail")}";
    }
}

public sealed record VerifyResult : StepResult
{
    public required IReadOnlyList<ProbeResult> Probes { get; init; }

    /// <summary>What fails first.</summary>
    public required IReadOnlyList<VerifyRow> Rows { get; init; }
    public required bool Passed { get; init; }
}
