using System.Text.RegularExpressions;
using ChatOps.Diagnosis;
using ChatOps.Incidents;
using static ChatOps.PostMortems.SectionText;

namespace ChatOps.PostMortems;

/// <summary>The lines that somebody reads who reads no further.</summary>
internal static partial class FirstLines
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
        var reasons = leading is not null && leading.Title == title ? NewsBeside(title, leading.For).Take(MostReasons).Select(SaidWithin).ToList() : [];
        return $"suspected by ChatOps: {SaidWithin(title)}{(reasons.Count > 0 ? $", because {string.Join("; ", reasons)}" : "")}.";
    }

    /// <summary>
    /// Reasons that say more than the title and than one another: "shop-db is not running: OOM killed, because shop-db NOT RUNNING; shop-db was OOM killed" says one thing three times.
    /// Counts and times do not make one fact two; the steps that saw it again have other ones.
    /// </summary>
    private static IEnumerable<string> NewsBeside(string title, IReadOnlyList<string> reasons)
    {
        var said = new List<HashSet<string>> { WordsOf(title) };
        foreach (var reason in reasons)
        {
            var words = WordsOf(reason);
            if (words.Count == 0 || said.Exists(words.IsSubsetOf)) continue;
            said.Add(words);
            yield return reason;
        }
    }

    private static HashSet<string> WordsOf(string text) =>
        [.. WordForm().Matches(text).Select(m => m.Value.ToLowerInvariant()).Where(w => w is not ("is" or "was" or "the" or "a" or "an" or "of" or "at" or "on" or "in" or "since" or "utc" or "times" or "and"))];

    // A word with a digit in it is a count, a time or an address.
    [GeneratedRegex(@"(?<![\p{L}\p{N}])\p{L}+(?![\p{L}\p{N}])")]
    private static partial Regex WordForm();

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
