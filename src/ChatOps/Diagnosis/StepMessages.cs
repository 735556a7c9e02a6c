using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Diagnosis;

/// <summary>What all steps' messages share. Pure. What people, platforms and logs wrote is redacted and escaped here.</summary>
public static class StepMessages
{
    private const int FactLength = 300;
    private const int FactsShown = 8;
    private const int GoodShown = 6;

    public static string KeyOf(long stepId) => $"step {stepId}";

    public static string ResultKeyOf(long stepId) => $"step {stepId} result";

    /// <summary>While sources answer: how many did, and what they said so far.</summary>
    public static Message Working(Incident incident, string doing, StepProgress? progress)
    {
        var count = progress is null ? "asking all sources at once" : $"{progress.Answered} of {progress.Asked} sources answered";
        List<Block> blocks = [Text($":hourglass_flowing_sand: *Incident {incident.Number}: {Escape(doing, 200)}*\n{count}")];
        if (progress is not null && FactLines(progress.Facts) is { Count: > 0 } facts) blocks.Add(Text(Join(facts)));
        return new Message { Text = $"Incident {incident.Number}: {Escape(doing, 200)}, {count}", Blocks = blocks };
    }

    /// <summary>What the working message becomes when the result stands below it.</summary>
    internal static Message Done(StepView view, StepResult result, string doing)
    {
        var text = $"Incident {view.Incident.Number}: {Escape(doing, 200)}: {Sources(result)}. Result below.";
        List<Block> blocks = [new ContextBlock { Elements = [new Markdown($":white_check_mark: {text}")] }];
        return new Message { Text = text, Blocks = blocks };
    }

    /// <summary>The first 120 characters say which incident, the verdict and what is needed: that is what a phone shows.</summary>
    internal static string Headline(StepView view, string verdict, string needed)
    {
        var head = $"{Lead(view)}Incident {view.Incident.Number}: ";
        var room = Math.Max(30, 120 - head.Length - needed.Length - 2);
        return $"{head}{Escape(verdict, room)}. {needed}";
    }

    internal static string Lead(StepView view) =>
        (view.Incident.Lead ?? (view.RequestedBy == TimelineEntry.Bot ? view.Incident.DeclaredBy : view.RequestedBy)) is { Length: > 0 } lead && lead != TimelineEntry.Bot ? $"{Mrkdwn.User(lead)} " : "";

    internal static SectionBlock Verdict(StepView view, string mark, string verdict, string needed) =>
        Text($"{mark} {Lead(view)}*Incident {view.Incident.Number} · {view.Step}*\n*{Escape(verdict, 600)}*\n{needed}");

    internal static SectionBlock Text(string mrkdwn) => new() { Text = new Markdown(mrkdwn.Length <= BlockLimits.SectionText ? mrkdwn : Mrkdwn.Cut(mrkdwn, BlockLimits.SectionText)), Expand = true };

    /// <summary>Facts, what is broken first; the same thing said twice stands once.</summary>
    internal static IReadOnlyList<string> FactLines(IReadOnlyList<Evidence> facts, int most = FactsShown)
    {
        var shown = facts.Where(f => f.Sign != Signs.NoAnswer && f.Sign != Signs.PastIncident && !IsSaid(f, facts) && !SaysNothing(f, facts))
            .DistinctBy(f => (f.Service, f.Text)).OrderBy(f => f.Weight is Weight.Info ? 2.5 : (int)f.Weight).ThenBy(f => f.At).ToList();
        var trouble = shown.Where(f => f.Weight != Weight.Good).ToList();
        var lines = trouble.Take(most).Select(Fact).ToList();
        if (trouble.Count > most) lines.Add($"and {trouble.Count - most} more, all in the record");
        lines.AddRange(shown.Where(f => f.Weight == Weight.Good).GroupBy(f => f.Service, StringComparer.Ordinal).Take(most).Select(Well));
        return lines;
    }

    // "NOT RUNNING, OOM killed" needs no second line "was OOM killed".
    private static bool IsSaid(Evidence fact, IReadOnlyList<Evidence> all) =>
        fact.Sign == Signs.OomKilled && all.Any(o => o.Sign == Signs.TargetDown && o.Service == fact.Service && o.Text.Contains("OOM", StringComparison.Ordinal));

    // A process that does not run has no figures worth reading, and how many replicas are missing its state says already.
    private static bool SaysNothing(Evidence fact, IReadOnlyList<Evidence> all) => fact is { Sign: Signs.MetricNormal, Weight: Weight.Good }
        && (all.Any(o => o.Sign == Signs.TargetDown && o.Service == fact.Service)
            || (fact.Data.GetValueOrDefault("metric") == "replicas" && fact.Data.GetValueOrDefault("percent") is { } percent && percent != "100"));

    internal static string Fact(Evidence e) => $"{Mark(e.Weight)} {Escape(e.Text, FactLength)} · {Mrkdwn.Date(e.At, Mrkdwn.TimeOfDay)} · _{Escape(e.Source.StartsWith("platform ", StringComparison.Ordinal) ? e.Source[9..] : e.Source, 80)}_";

    /// <summary>What is well about one service, in one line: nobody reads ten.</summary>
    private static string Well(IGrouping<string, Evidence> facts)
    {
        var said = facts.Take(GoodShown).Select(f => Escape(f.Text.StartsWith(f.Service + " ", StringComparison.Ordinal) ? f.Text[(f.Service.Length + 1)..] : f.Text, 100));
        var rest = facts.Count() - GoodShown;
        return $"{Mark(Weight.Good)} {Escape(facts.Key, 80)}: {string.Join("; ", said)}{(rest > 0 ? $"; and {rest} more" : "")}";
    }

    /// <summary>Marks are a word and a sign: colour alone says nothing to some.</summary>
    internal static string Mark(Weight weight) => weight switch
    {
        Weight.Bad => ":red_circle: BROKEN",
        Weight.Warning => ":large_yellow_circle: ODD",
        Weight.Good => ":large_green_circle: OK",
        _ => ":information_source: NOTE",
    };

    /// <summary>The ranking with its reasons; never one without them.</summary>
    /// <param name="most">How many; null: the first alone where it can be mended by a button, else two.</param>
    internal static IEnumerable<Block> Causes(IReadOnlyList<Hypothesis> hypotheses, int? most = null)
    {
        var shown = most ?? (hypotheses is [{ Fix: not null }, ..] ? 1 : 2);
        if (hypotheses.Count == 0) yield break;
        yield return new DividerBlock();
        foreach (var (h, i) in hypotheses.Take(shown).Select((h, i) => (h, i)))
        {
            List<string> lines = [$"*{(i == 0 ? "Most likely:" : $"{i + 1}.")} {Escape(h.Title, 250)}*"];
            lines.AddRange(Latest(h.For.Where(e => !IsSaid(e, h.For))).Take(i == 0 ? 3 : 2).Select(e => $"• for: {Escape(WithoutDetail(e.Text), 140)} · {Mrkdwn.Date(e.At, Mrkdwn.TimeOfDay)}"));
            lines.AddRange(Latest(h.Against).Take(i == 0 ? 3 : 2).Select(e => $"• against: {Escape(WithoutDetail(e.Text), 140)}"));
            if (h.Against.Count == 0) lines.Add("• against: nothing seen");
            lines.Add(h.Fix is { } fix ? $"• would be mended by: {fix} of {Escape(h.Service, 80)}" : "• nothing to press for it: " + (h.Rank >= RunbookCauses.WithDirectEvidence ? "it is over, or a person must do it" : "direct evidence is missing"));
            yield return Text(Join(lines));
        }
    }

    /// <summary>What was measured again stands once, as it was measured last: "memory 116 MB", "memory 118 MB".</summary>
    private static IEnumerable<Evidence> Latest(IEnumerable<Evidence> facts) =>
        facts.GroupBy(e => (e.Service, e.Sign, Start: new string([.. e.Text.TakeWhile(c => !char.IsAsciiDigit(c))]))).Select(g => g.MaxBy(e => e.Id)!);

    // The platform's own words in brackets stand with the fact above.
    private static string WithoutDetail(string text) => text.IndexOf(" (", StringComparison.Ordinal) is > 0 and var at && text.EndsWith(')') ? text[..at] : text;

    /// <summary>Small print: who did not answer, how many did, since when.</summary>
    internal static ContextBlock Foot(StepView view, StepResult result)
    {
        List<IContextElement> elements = [new Markdown(Sources(result))];
        elements.AddRange(result.NoAnswers.Take(5).Select(n => new Markdown($":grey_question: {Escape(n.Sentence, 250)}")));
        if (result.NoAnswers.Count > 5) elements.Add(new Markdown($"and {result.NoAnswers.Count - 5} more without an answer"));
        if (view.Onset is { } onset) elements.Add(new Markdown($"Began {Mrkdwn.Date(onset.At)}: {Escape(onset.Source, 200)}"));
        return new ContextBlock { Elements = elements };
    }

    internal static string Sources(StepResult result) => $"{result.Answered} of {result.Asked} {(result.Asked == 1 ? "source" : "sources")} answered";

    /// <summary>The natural next step first, as the one primary button.</summary>
    internal static ActionsBlock Next(StepView view, params (string Text, string Verb, string Arguments)[] steps) => new()
    {
        BlockId = $"step {view.StepId}",
        Elements = steps.Select((s, i) => (BlockElement)IncidentButtonHandler.For(Mrkdwn.Cut(s.Text, BlockLimits.ButtonText), s.Verb, view.Incident.Number, Mrkdwn.Cut(s.Arguments, 1_500), i == 0 ? ButtonStyle.Primary : null)).ToList(),
    };

    internal static string Escape(string text, int max) => Mrkdwn.Escape(Redactor.ForSlack(text).ReplaceLineEndings(" "), max);

    /// <summary>As many whole lines as fit a section.</summary>
    internal static string Join(IEnumerable<string> lines)
    {
        var text = "";
        foreach (var line in lines)
        {
            if (text.Length + line.Length + 1 > BlockLimits.SectionText) break;
            text += (text.Length == 0 ? "" : "\n") + line;
        }
        return text;
    }

    internal static string Span(TimeSpan span) => Durations.Text(TimeSpan.FromSeconds(Math.Max(1, Math.Round(span.TotalSeconds))));
}
