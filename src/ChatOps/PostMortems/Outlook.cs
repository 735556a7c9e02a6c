using ChatOps.Catalog;
using ChatOps.Diagnosis;
using ChatOps.Incidents;
using ChatOps.Timeline;
using static ChatOps.PostMortems.SectionText;

namespace ChatOps.PostMortems;

/// <summary>What keeps it from happening again, who took part, what is to be done.</summary>
internal static class Outlook
{
    /// <summary>Noticed later than this, an alert would have helped.</summary>
    private static readonly TimeSpan NoticedLate = TimeSpan.FromMinutes(5);

    public static string PreventionLine(PostMortemFacts facts)
    {
        var lines = Preventions(facts);
        return lines.Count switch
        {
            0 => "nothing is proposed yet.",
            1 => lines[0].Text,
            var n => $"{lines[0].Text} ({n - 1} more below)",
        };
    }

    public static string Prevention(PostMortemFacts facts) =>
        Chronicle.Lines(Preventions(facts).Select(p => $"- {p.Text} ({p.Why})"), "Nothing is proposed: no runbook knows this, and nothing was found missing.");

    /// <summary>The tasks that people set, with owner and state, then what ChatOps proposes beyond them.</summary>
    public static string Actions(PostMortemFacts facts) => Chronicle.Lines(
    [
        .. facts.Tasks.Select(Task),
        .. Preventions(facts).Where(p => facts.Tasks.All(t => !SaidWithin(t.Text).Equals(p.Text.TrimEnd('.'), StringComparison.OrdinalIgnoreCase))).Select(p => $"- [ ] {p.Text} Owner: nobody yet (proposed by ChatOps)."),
    ], "None yet.");

    private static string Task(IncidentTask task)
    {
        var owner = task.Owner is { } who ? Who(who) : "nobody yet";
        var state = task.State switch
        {
            TaskState.Done => $", done{(task.ClosedBy is { } by ? $" by {Who(by)}" : "")}",
            TaskState.Dropped => $", dropped{(task.ClosedBy is { } by ? $" by {Who(by)}" : "")}",
            _ when task.DueAt is { } due => $", due {due.UtcDateTime:yyyy-MM-dd}",
            _ => ", open",
        };
        return $"- [{(task.State == TaskState.Open ? " " : "x")}] {SaidWithin(task.Text)}. Owner: {owner}{state} (task {task.Number}).";
    }

    public static string People(PostMortemFacts facts)
    {
        var i = facts.Incident;
        var pressed = facts.Operations.Select(o => o.ConfirmedBy).Concat(facts.Timeline.Where(e => e.Kind is TimelineKinds.ActionConfirmed or TimelineKinds.ActionDeclined).Select(e => e.Actor));
        var looked = facts.Steps.Select(s => s.RequestedBy);
        var noted = facts.Timeline.Where(e => e.Kind == TimelineKinds.Note).Select(e => e.Actor);
        var came = facts.Timeline.Where(e => e.Kind == TimelineKinds.Joined).Select(Joined);
        return Chronicle.Lines(
        [
            .. Line("Declared", [i.DeclaredBy]),
            .. Line("Led", facts.Timeline.Where(e => e.Kind == TimelineKinds.Handover && e.Text.StartsWith("Accepted", StringComparison.Ordinal)).Select(e => e.Actor).Concat(i.Lead is { } lead ? [lead] : [])),
            .. Line("Told those outside", facts.Timeline.Where(e => e.Kind == TimelineKinds.Update).Select(e => e.Actor).Concat(i.Comms is { } comms ? [comms] : [])),
            .. Line("Wrote it down", i.Scribe is { } scribe ? [scribe] : []),
            .. Line("Looked (assess, logs, resources, fix, verify)", looked),
            .. Line("Pressed", pressed),
            .. Line("Noted", noted),
            .. Line("Joined", came),
            .. Line("Resolved", i.ResolvedBy is { } resolved ? [resolved] : []),
            .. Line("Confirmed the cause", i.CauseConfirmedBy is { } confirmed ? [confirmed] : []),
        ], "Nobody.");

        // Who came is the last word of the entry's part; the actor may be whoever invited them.
        static string Joined(TimelineEntry entry) => entry.Part.Split(' ') is [.., { Length: > 0 } person] ? person : entry.Actor;

        static IEnumerable<string> Line(string did, IEnumerable<string> who)
        {
            var people = who.Where(w => w != TimelineEntry.Bot).Distinct().Select(Who).ToList();
            return people.Count == 0 ? [] : [$"- {did}: {string.Join(", ", people)}"];
        }
    }

    /// <summary>From the runbook of the likeliest cause, then from what was missing. Each a sentence with its full stop.</summary>
    private static List<(string Text, string Why)> Preventions(PostMortemFacts facts)
    {
        var found = new List<(string, string)>();
        if (facts.Leading is { } leading)
        {
            if (facts.RunbookOfLeading is { } runbook)
                found.AddRange(runbook.Prevent.Select(p => ($"{SaidWithin(p.Replace("{service}", leading.Service, StringComparison.Ordinal))}.", $"runbook {Said(runbook.Name)}")));
            else
                found.Add(($"Write a runbook for this: {SaidWithin(leading.Title)}.", "no runbook matched"));
        }
        else
        {
            found.Add(("Write a runbook with the signs that this one showed.", "no step found a cause"));
        }
        foreach (var service in Unwatched(facts))
            found.Add(($"Give {Said(service)} a check in chatops.yaml.", "it has none, so nothing but its process could be looked at"));
        foreach (var source in facts.Evidence.Where(e => e.Sign == Signs.NoAnswer).Select(e => e.Source).Distinct())
            found.Add(($"Find out why {Said(source)} was silent.", "it did not answer when it was needed"));
        if (facts.Incident.OnsetAt is { } onset && facts.Incident.DeclaredAt - onset > NoticedLate)
            found.Add(("Add an alert that tells people sooner.", $"somebody declared it {Between(onset, facts.Incident.DeclaredAt)} after it began"));
        return found;
    }

    /// <summary>The service and what it needs, as far as nothing asks them whether they work.</summary>
    private static IEnumerable<string> Unwatched(PostMortemFacts facts)
    {
        var concerned = facts.Incident.Service is { } service
            ? facts.Catalog.DependenciesOf(service).Select(d => d.Name).Prepend(service)
            : facts.Evidence.Where(e => e.Weight == Weight.Bad).Select(e => e.Service).Distinct();
        return concerned.Where(s => facts.Catalog.Find(new Target(s, facts.Incident.Environment)) is { Health.Count: 0, Checks.Count: 0 });
    }
}
