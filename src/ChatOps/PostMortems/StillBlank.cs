using static ChatOps.PostMortems.SectionText;

namespace ChatOps.PostMortems;

/// <summary>What nobody has filled in, and where a person's text and the facts have parted since.</summary>
internal static class StillBlank
{
    public static string Of(PostMortemFacts facts, IReadOnlyList<Section> sections, IReadOnlyList<Section> generated) =>
        Chronicle.Lines([.. Blanks(facts, sections).Select(b => "- " + b), .. Parted(sections, generated)], "Nothing.");

    private static IEnumerable<string> Blanks(PostMortemFacts facts, IReadOnlyList<Section> sections)
    {
        var i = facts.Incident;
        if (!Edited(Sections.Impact)) yield return "Impact: how many people felt it, and what it cost them.";
        if (i.Cause is null && facts.Leading is null) yield return "Cause: nobody has named one.";
        else if (i.CauseConfirmedBy is null) yield return "Cause: nobody has confirmed it.";
        if (facts.Remedy is null && i.Resolution is null && !Edited(Sections.Fix)) yield return "Fix: what helped.";
        if (i.OnsetAt is null && !Edited(Sections.Downtime)) yield return "Onset: when it began.";
        else if (i.MitigatedAt is null && !Edited(Sections.Downtime)) yield return "Downtime: it is not measured yet.";
        if (i.Lead is null) yield return "Lead: nobody accepted it.";
        if (i.ResolvedAt is null) yield return "End: it is not resolved yet.";
        foreach (var o in facts.Operations.Where(o => o.State == "unknown")) yield return $"Operation {o.Number}: whether the {Said(o.Kind)} of {Said(o.Target)} happened.";
        if (!Edited(Sections.Actions) && facts.Tasks.Count == 0) yield return "Action items: they have no owners.";
        else if (facts.Tasks.Count(t => t is { State: Incidents.TaskState.Open, Owner: null }) is > 0 and var ownerless) yield return $"Action items: {ownerless} {(ownerless == 1 ? "has" : "have")} no owner.";

        bool Edited(string name) => sections.Any(s => s.Name == name && s.EditedBy is not null);
    }

    private static IEnumerable<string> Parted(IReadOnlyList<Section> sections, IReadOnlyList<Section> generated) =>
        from section in sections
        where section.EditedBy is not null
        where generated.First(g => g.Name == section.Name).Text != section.Replaced
        select $"- {Sections.Label(section.Name)} was edited by {Who(section.EditedBy!)}; what I would write now differs. To see mine, edit it and leave it empty.";
}
