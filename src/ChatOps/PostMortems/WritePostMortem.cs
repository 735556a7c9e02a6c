using System.Globalization;
using System.Text;
using ChatOps.Incidents;
using static ChatOps.PostMortems.SectionText;

namespace ChatOps.PostMortems;

/// <summary>Facts become sections, sections become Markdown. Pure: the same facts are the same text, at whatever time it is asked for.</summary>
public static class WritePostMortem
{
    /// <summary>What ChatOps writes by itself, and in place of it what a person wrote before: that is never overwritten.</summary>
    /// <param name="before">The newest version; null for the first.</param>
    public static IReadOnlyList<Section> From(PostMortemFacts facts, PostMortem? before)
    {
        var generated = Generate(facts);
        var sections = generated.Select(g => Sections.Editable.Contains(g.Name) && before?.Find(g.Name) is { EditedBy: not null } edited ? edited : g).ToList();
        return [.. sections, new Section { Name = Sections.Blank, Text = StillBlank.Of(facts, sections, generated) }];
    }

    /// <summary>All sections but the list of blanks, as the facts alone give them.</summary>
    internal static IReadOnlyList<Section> Generate(PostMortemFacts facts) =>
    [
        New(Sections.Impact, FirstLines.Impact(facts)),
        New(Sections.Cause, FirstLines.Cause(facts)),
        New(Sections.Fix, FirstLines.Fix(facts)),
        New(Sections.Downtime, FirstLines.Downtime(facts)),
        New(Sections.PreventionLine, Outlook.PreventionLine(facts)),
        New(Sections.Timeline, Chronicle.Timeline(facts)),
        New(Sections.Times, Chronicle.Times(facts)),
        New(Sections.Evidence, Findings.Evidence(facts)),
        New(Sections.Tried, Findings.Tried(facts)),
        New(Sections.Factors, Findings.Factors(facts)),
        New(Sections.Prevention, Outlook.Prevention(facts)),
        New(Sections.People, Outlook.People(facts)),
        New(Sections.Actions, Outlook.Actions(facts)),
    ];

    /// <summary>The whole document. It carries no number of a version: what did not change is the same file.</summary>
    /// <param name="reviewed">Who reviewed it and when; null for a draft.</param>
    /// <param name="names">Display names by Slack id.</param>
    public static string Markdown(Incident incident, IReadOnlyList<Section> sections, (string By, DateTimeOffset At)? reviewed, IReadOnlyDictionary<string, string> names)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Incident {incident.Number}: {Said(incident.Title)}\n\n{(incident.Drill ? "**This was a drill.** It stands outside every figure.\n\n" : "")}");
        foreach (var section in sections.Where(s => Sections.FirstLines.Contains(s.Name)))
            text.Append(CultureInfo.InvariantCulture, $"- **{Sections.Title(section.Name)}:** {Indented(section.Text)}{By(section)}\n");
        var service = incident.Service is { } s ? $"{Said(s)} in {Said(incident.Environment)}" : Said(incident.Environment);
        var state = reviewed is { } r ? $"reviewed by {Who(r.By)} on {Time(r.At)}" : "draft";
        text.Append(CultureInfo.InvariantCulture, $"\n{Severities.Name(incident.Severity)}, {service}, {IncidentMessages.StatusWord(incident.Status)}. {Capital(state)}. Written by ChatOps from the timeline and the evidence. All times are UTC.\n");
        foreach (var section in sections.Where(x => !Sections.FirstLines.Contains(x.Name)))
            text.Append(CultureInfo.InvariantCulture, $"\n## {Sections.Title(section.Name)}\n\n{section.Text}\n{(section.EditedBy is null ? "" : $"\n{By(section).Trim()}\n")}");
        return WithNames(text.ToString(), names);
    }

    private static Section New(string name, string text) => new() { Name = name, Text = text };

    // A further line of a list's item stands under its text, or it would end the list.
    private static string Indented(string text) => text.Replace("\n", "\n  ", StringComparison.Ordinal);

    private static string By(Section section) => section is { EditedBy: { } by, EditedAt: { } at } ? $" *(edited by {Who(by)}, {Time(at)})*" : "";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
