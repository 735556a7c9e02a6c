using ChatOps.Diagnosis;
using ChatOps.Incidents;
using static ChatOps.PostMortems.SectionText;

namespace ChatOps.PostMortems;

/// <summary>The lines that somebody reads who reads no further.</summary>
internal static class FirstLines
{
    private const int MostReasons = 3;

    public static string Impact(PostMortemFacts facts)
    {
        var incident = facts.Incident;
        var severity = incident.Severity is not { } level ? "No severity was set."
            : incident.SeverityRule is { } rule && rule.StartsWith(Severities.Name(level), StringComparison.Ordinal) ? SaidWithin(rule) + "."
            : $"{Severities.Name(level)}: {Severities.All[level - 1].Meaning}.";
        var broken = facts.Evidence.Where(e => e.Weight == Weight.Bad && e.Sign is Signs.ProbeFailed or Signs.CertificateExpiring or Signs.TargetDown)
            .GroupBy(e => e.Service).Select(g => $"{Said(g.Key)} ({string.Join(", ", g.Select(What).Distinct())})").ToList();
        var failing = broken.Count > 0 ? $" Failing: {string.Join(", ", broken)}." : "";
        return $"{severity}{failing} Nobody has counted yet how many people felt it.";

        static string What(Evidence e) => e.Sign == Signs.TargetDown ? "not running" : Said(e.Data.GetValueOrDefault("probe") ?? "health");
    }

    public static string Cause(PostMortemFacts facts)
    {
        var incident = facts.Incident;
        if (incident is { Cause: { } cause, CauseConfirmedBy: { } by, CauseConfirmedAt: { } at })
            return $"{SaidWithin(cause)} (confirmed by {Who(by)} on {Time(at)} UTC).";
        var leading = facts.Leading;
        if (incident.Cause is null && leading is null) return "not known: no step found one with reasons, and nobody has named one.";
        var title = incident.Cause ?? leading!.Title;
        var reasons = leading is not null && leading.Title == title ? leading.For.Where(f => f != title).Take(MostReasons).Select(SaidWithin).ToList() : [];
        return $"suspected by ChatOps: {SaidWithin(title)}{(reasons.Count > 0 ? $", because {string.Join("; ", reasons)}" : "")}.";
    }

    public static string Fix(PostMortemFacts facts)
    {
        var incident = facts.Incident;
        var done = facts.Remedy is { } remedy
            ? $"{Said(remedy.Kind)} of {Said(remedy.Target)}, pressed by {Who(remedy.ConfirmedBy)}{(remedy.FinishedAt is { } at ? $", done {Time(at)} UTC" : "")}."
            : null;
        var said = incident.Resolution is { } resolution ? $"{Who(incident.ResolvedBy ?? incident.DeclaredBy)} wrote: {SaidWithin(resolution)}." : null;
        return (done, said) switch
        {
            (null, null) => "not recorded: no action was done through ChatOps, and nobody wrote what helped.",
            _ => string.Join(' ', new[] { done, said }.OfType<string>()),
        };
    }

    public static string Downtime(PostMortemFacts facts)
    {
        var incident = facts.Incident;
        var handled = incident.ResolvedAt is { } resolved ? $"Detected to resolved: {Between(incident.DeclaredAt, resolved)}." : "It is not resolved yet.";
        if (incident.OnsetAt is not { } onset)
            return $"not known: nothing recorded says when it began. {handled}";
        var began = $"it began {Time(onset)} UTC ({SaidWithin(incident.OnsetSource ?? "estimated")})";
        if (incident.MitigatedAt is { } end)
        {
            var gap = Incidents.Downtime.Measure(onset, facts.Probes).LargestGap;
            var exact = gap > TimeSpan.Zero ? $"; the longest time between two probes was {Math.Ceiling(gap.TotalSeconds):0} s" : "";
            return $"{Between(onset, end)}: {began} and was over {TimeAfter(end, onset)} UTC (start of five healthy minutes, measured by probes{exact}). {handled}";
        }
        var healthy = Incidents.Downtime.Measure(onset, facts.Probes).HealthySince;
        return $"not measured yet: {began}; {(healthy is { } since ? $"healthy since {TimeAfter(since, onset)} UTC, and five minutes of that must pass" : "no probe has seen everything healthy since")}. {handled}";
    }
}
