using ChatOps.Diagnosis;
using ChatOps.Timeline;
using static ChatOps.PostMortems.SectionText;

namespace ChatOps.PostMortems;

/// <summary>What was found and what was done about it.</summary>
internal static class Findings
{
    /// <summary>A document of thousands of facts is read by nobody; the rest is counted.</summary>
    private const int MostFacts = 150;

    private static readonly TimeSpan ChangesBefore = TimeSpan.FromHours(24);

    /// <summary>What was wrong, odd or changed; what was well is said by the last check of each, since it says that it is over.</summary>
    public static string Evidence(PostMortemFacts facts)
    {
        var telling = facts.Evidence.Where(e => e.Weight != Weight.Good && e.Sign != Signs.NoAnswer).GroupBy(e => (e.Sign, e.Service, e.Text, e.Source))
            .Select(g => (First: g.First(), Count: g.Select(e => e.At).Distinct().Count()));
        var well = facts.Evidence.Where(e => e.Weight == Weight.Good).GroupBy(e => (e.Sign, e.Service, e.Source)).Select(g => (First: g.Last(), Count: 1));
        var all = telling.Concat(well).OrderBy(x => x.First.At).ToList();
        var lines = all.Take(MostFacts).Select(x => $"- {Time(x.First.At)} · {Said(x.First.Service)} · {Said(x.First.Text)}{(x.Count > 1 ? $" (seen {x.Count} times)" : "")} · {Said(x.First.Source)}{Link(x.First)}");
        return Chronicle.Lines(all.Count > MostFacts ? lines.Append($"- and {all.Count - MostFacts} more in the record") : lines, "No fact was collected.");
    }

    public static string Tried(PostMortemFacts facts)
    {
        var remedy = facts.Remedy;
        var operations = facts.Operations.Select(o => (o.RequestedAt, Text:
            $"{(o == remedy ? "**What fixed it**: " : "")}{Said(o.Kind)} of {Said(o.Target)}, pressed by {Who(o.ConfirmedBy)}: {State(o)}{(o.Outcome is { } outcome ? $". {SaidWithin(outcome)}" : "")}"));
        var refused = facts.Timeline.Where(e => e.Kind is TimelineKinds.ActionDeclined or TimelineKinds.ActionExpired or TimelineKinds.ActionRefused)
            .Select(e => (e.At, Text: $"{Who(e.Actor)}: {SaidWithin(e.Text)}"));
        var lines = operations.Concat(refused).OrderBy(x => x.Item1).Select(x => $"- {Time(x.Item1)} · {x.Text}").ToList();
        if (facts.Incident.Resolution is { } resolution) lines.Add($"- {Who(facts.Incident.ResolvedBy ?? facts.Incident.DeclaredBy)} wrote, resolving it: {SaidWithin(resolution)}");
        return Chronicle.Lines(lines, "Nothing was done through ChatOps.");

        static string State(OperationFact o) => o.State switch
        {
            "succeeded" => $"succeeded{(o.FinishedAt is { } end ? $" in {Between(o.CalledAt ?? o.RequestedAt, end)}" : "")}",
            "failed" => "did not succeed",
            "unknown" => "nobody knows whether it happened",
            _ => "under way",
        };
    }

    /// <summary>The other hypotheses with their reasons, what changed within a day before, what did not answer.</summary>
    public static string Factors(PostMortemFacts facts)
    {
        var leading = facts.Leading;
        var others = facts.Steps.AsEnumerable().Reverse().SelectMany(s => s.Suspects)
            .Where(s => leading is null || (s.Cause, s.Service) != (leading.Cause, leading.Service)).DistinctBy(s => (s.Cause, s.Service))
            .Select(s => $"- Also considered: {SaidWithin(s.Title)}. For it: {string.Join("; ", s.For.Select(SaidWithin))}.{(s.Against is { Count: > 0 } ? $" Against it: {string.Join("; ", s.Against.Select(SaidWithin))}." : "")}");
        var onset = facts.Incident.OnsetAt ?? facts.Incident.DeclaredAt;
        var changes = facts.Evidence.Where(e => e.Sign is Signs.Deployed or Signs.Changed && Hypotheses.MayFollow(onset, e.At) && onset - e.At <= ChangesBefore)
            .DistinctBy(e => (e.At, e.Text)).Select(e => $"- Changed {Between(e.At < onset ? e.At : onset, onset)} before it began: {SaidWithin(e.Text)} ({Time(e.At)}, {Said(e.Source)}).");
        var silent = facts.Evidence.Where(e => e.Sign == Signs.NoAnswer).GroupBy(e => e.Source)
            .Select(g => $"- Did not answer: {SaidWithin(g.First().Text)} ({Time(g.First().At)}{(g.Count() > 1 ? $", {g.Count()} times" : "")}).");
        return Chronicle.Lines([.. others, .. changes, .. silent], "None was found: nothing else was suspected, nothing changed in the 24 hours before, and every source answered.");
    }

    private static string Link(Evidence evidence) =>
        evidence.Link is { } link && Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? $" · [open]({Redactor.ForSlack(uri.AbsoluteUri).Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal).Replace(' ', '+')})"
            : "";
}
