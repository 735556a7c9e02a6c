using ChatOps.Configuration;
using ChatOps.Diagnosis.LogPatterns;
using ChatOps.Platforms;
using ChatOps.Telemetry;
using ChatOps.Timeline;

namespace ChatOps.Diagnosis;

public enum Verdict
{
    Pass,
    Fail,

    /// <summary>Too little is known: neither passes nor fails, and is shown as such.</summary>
    Inconclusive,
}

/// <summary>One line of the go / no-go table.</summary>
public sealed record VerifyRow(string Service, string What, Verdict Verdict, string Detail);

/// <summary>What the lines of the table say. Pure.</summary>
internal static class VerifyJudge
{
    internal const string Logs = "logs";

    /// <summary>Clean: no error since the fix that was not there before the trouble too.</summary>
    public static VerifyRow OfLogs(string service, IReadOnlyList<LogFinding> findings, TimeSpan looked)
    {
        // Without a baseline every error counts: it is then not known to be usual.
        var worst = findings.FirstOrDefault(f => f.IsTrouble && f.Pattern.Level == LineLevel.Error && (f.IsNews || f.BaselinePerMinute is null));
        var span = Durations.Text(TimeSpan.FromSeconds(Math.Max(1, Math.Round(looked.TotalSeconds))));
        return worst is null
            ? new(service, Logs, Verdict.Pass, $"clean for {span} since the fix")
            : new(service, Logs, Verdict.Fail, $"{worst.Pattern.Count} since the fix: {LogReading.CutMiddle(Redactor.ForSlack(worst.Pattern.Sample), 120)}");
    }

    public static VerifyRow OfProbe(ProbeResult probe) =>
        new(probe.Target.Service, probe.Probe, probe.Healthy ? Verdict.Pass : Verdict.Fail, probe.Detail);

    public static VerifyRow OfStatus(string service, TargetStatus status) => new(service, "state", status.State switch
    {
        TargetState.Running when status is { ReadyReplicas: { } ready, DesiredReplicas: { } desired } && ready < desired => Verdict.Fail,
        TargetState.Running => Verdict.Pass,
        TargetState.Unknown => Verdict.Inconclusive,
        _ => Verdict.Fail,
    }, status.State == TargetState.Running ? $"runs{(status.Version is { } v ? $", version {v}" : "")}" : status.State.ToString());

    /// <summary>Error rate or latency since the fix against where it was before the onset.</summary>
    /// <param name="onset">Points before it are the usual level.</param>
    /// <param name="since">When the fix ended; only points after it count.</param>
    public static VerifyRow? OfMetric(string service, MetricSeries series, DateTimeOffset onset, DateTimeOffset since)
    {
        if (series.Name is not ("error_rate" or "latency_p50" or "latency_p99")) return null;
        var label = MetricReading.Label(series.Name);
        if (series.Doubt is { } doubt) return new(service, label, Verdict.Inconclusive, doubt);
        // A rate that reaches back to before the fix is of both times.
        var after = series.Points.Where(p => p.At - series.Over > since && double.IsFinite(p.Value)).Select(p => p.Value).ToList();
        if (after.Count == 0) return new(service, label, Verdict.Inconclusive, "not measured since the fix");
        var value = after[^1];
        var usual = MetricReading.Usual(series.Points, onset);
        var text = MetricReading.Amount(value, series.Unit) + (usual is { } u ? $", before the onset {MetricReading.Amount(u, series.Unit)}" : ", no figures from before the onset");
        if (series.Name == "error_rate")
        {
            var allowed = Math.Max((usual ?? 0) * 1.5, (usual ?? 0) + (series.Unit == "percent" ? 1 : 0.01));
            return new(service, label, value <= allowed ? Verdict.Pass : Verdict.Fail, text);
        }
        if (usual is null) return new(service, label, Verdict.Inconclusive, text);
        // One slow interval is no trend; a second one is.
        var slow = after.TakeLast(2).All(v => MetricReading.IsSlow(series.Name, v, usual.Value));
        return new(service, label, slow ? Verdict.Fail : Verdict.Pass, text);
    }

    /// <summary>Go: nothing fails, and at least one probe says that it works. Nothing but silence is no go.</summary>
    public static bool Passed(IReadOnlyList<VerifyRow> rows, IReadOnlyList<ProbeResult> probes) =>
        rows.All(r => r.Verdict != Verdict.Fail) && probes.Any(p => p.Healthy);
}
