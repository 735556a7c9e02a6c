using System.Globalization;
using System.Text;
using ChatOps.Timeline;
using static ChatOps.PostMortems.SectionText;

namespace ChatOps.PostMortems;

/// <summary>What happened when, and the times between.</summary>
internal static class Chronicle
{
    /// <summary>Written down later than this: both times are shown.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(30);

    public static string Timeline(PostMortemFacts facts)
    {
        // A run of a step is one line, from its own row; that it began is no news of its own.
        var steps = facts.Steps.Select(s => (s.StartedAt, RecordedAt: s.StartedAt, s.RequestedBy, $"**{Said(s.Step)}**: {Outcome(s)}"));
        var entries = facts.Timeline
            .Where(e => e.Kind is not (TimelineKinds.PostMortem or TimelineKinds.StepStarted) && !(e.Kind == TimelineKinds.StepFinished && facts.Steps.Count > 0))
            .Select(e => (e.At, e.RecordedAt, e.Actor, $"{(e.Incident is { } of && of != facts.Incident.Number ? $"(incident {of}) " : "")}{Said(e.Text)}"));
        // OrderBy keeps the order of what happened at the same time.
        var lines = entries.Concat(steps).OrderBy(x => x.Item1)
            .Select(x => $"- {Time(x.Item1)}{(x.Item2 - x.Item1 > Late ? $" (written down {TimeAfter(x.Item2, x.Item1)})" : "")} · {Who(x.Item3)} · {x.Item4}");
        return Lines(lines, "Nothing is recorded.");
    }

    public static string Times(PostMortemFacts facts)
    {
        var i = facts.Incident;
        var text = new StringBuilder("| Moment | Time | Source |\n|---|---|---|\n");
        Moment("Onset", i.OnsetAt, SaidWithin(i.OnsetSource ?? "estimated"));
        Moment("Detected", i.DeclaredAt, $"declared by {Who(i.DeclaredBy)}");
        Moment("Acknowledged", i.AcknowledgedAt, i.Lead is { } lead ? $"{Who(lead)} leads" : "accepted");
        Moment("Mitigated", i.MitigatedAt, "start of five healthy minutes, measured by probes");
        Moment("Resolved", i.ResolvedAt, i.ResolvedBy is { } by ? $"said by {Who(by)}" : "");

        text.Append("\n| From | To | Length |\n|---|---|---|\n");
        Interval("Onset", i.OnsetAt, "detected", i.DeclaredAt, "");
        Interval("Detected", i.DeclaredAt, "acknowledged", i.AcknowledgedAt, "");
        Interval("Acknowledged", i.AcknowledgedAt, "mitigated", i.MitigatedAt, "");
        Interval("Mitigated", i.MitigatedAt, "resolved", i.ResolvedAt, "");
        Interval("Onset", i.OnsetAt, "mitigated", i.MitigatedAt, "**downtime**: ");
        Interval("Detected", i.DeclaredAt, "resolved", i.ResolvedAt, "");
        return text.ToString().TrimEnd();

        void Moment(string name, DateTimeOffset? at, string source) =>
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {(at is { } t ? Time(t) : name is "Mitigated" ? "not measured yet" : name is "Onset" ? "not known" : "not yet")} | {(at is null ? "" : source)} |\n");

        void Interval(string from, DateTimeOffset? start, string to, DateTimeOffset? end, string mark)
        {
            var length = (start, end) switch
            {
                ({ } s, { } e) when e < s => $"{to} {Between(e, s)} before",
                ({ } s, { } e) => Between(s, e),
                _ => "not known yet",
            };
            text.Append(CultureInfo.InvariantCulture, $"| {from} | {to} | {mark}{length} |\n");
        }
    }

    private static string Outcome(StepFact step)
    {
        if (step.FinishedAt is not { } finished) return "begun, and no end of it is recorded";
        return $"{SaidWithin(step.Outcome ?? (step.Passed == false ? "did not pass" : "done"))} (took {Between(step.StartedAt, finished)})";
    }

    internal static string Lines(IEnumerable<string> lines, string none)
    {
        var text = string.Join('\n', lines);
        return text.Length == 0 ? none : text;
    }
}
