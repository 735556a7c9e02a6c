using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Diagnosis.LogPatterns;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using static ChatOps.Diagnosis.StepMessages;

namespace ChatOps.Diagnosis;

/// <summary>The results of the steps for people: the verdict first, then the facts, the likely causes with their reasons, and always what comes next. Pure.</summary>
public static class DiagnosisMessages
{
    private const int PatternsShown = 5;
    private const int EndingLength = 40;
    private const int SparklineShown = 24;

    internal static Message Assessed(StepView view, AssessResult result, IReadOnlyList<PastIncident> past)
    {
        var triage = view.Incident.Status == IncidentStatus.Triage;
        var fix = view.Hypotheses is [{ Fix: not null }, ..];
        var needed = result.AllHealthy ? "Cancel it, or say what you see."
            : triage && result.Severity is { } s ? $"Accept it as SEV{s.Severity}?"
            : fix ? "Choose a fix." : "Look at the logs.";
        List<Block> blocks = [Verdict(view, result.AllHealthy ? ":large_green_circle:" : ":red_circle:", result.Sentence, needed)];
        if (result.Severity is { } severity) blocks.Add(Text($":vertical_traffic_light: *{Escape(severity.Sentence, 300)}*"));
        if (FactLines(result.Evidence) is { Count: > 0 } facts) blocks.Add(Text(Join(facts)));
        blocks.AddRange(Causes(view.Hypotheses, most: 3));
        if (past.Count > 0)
        {
            blocks.Add(Text(Join(past.Select(p =>
                $":books: Incident {p.Number} had the same signs{(p.ResolvedAt is { } at ? $" ({Mrkdwn.Date(at, "{date_short_pretty}")})" : "")}: {Escape(p.Title, 150)}. What fixed it: {Escape(p.FixedBy ?? "nobody wrote it down", 250)}").Prepend("*Seen before*"))));
        }
        blocks.Add(Foot(view, result));
        blocks.Add(result.AllHealthy
            ? Next(view, ("Cancel: false alarm", "cancel", ""), ("Logs", "logs", ""), ("Resources", "resources", ""), ("Assess again", "assess", ""))
            : triage && result.Severity is { } suggested
                ? Next(view, ($"Accept as SEV{suggested.Severity}", "accept", $"{suggested.Severity}"), ("Logs", "logs", ""), ("Resources", "resources", ""), ("Fix", "fix", ""))
                : fix
                    ? Next(view, ("Choose a fix", "fix", ""), ("Logs", "logs", ""), ("Resources", "resources", ""))
                    : Next(view, ("Logs", "logs", ""), ("Resources", "resources", ""), ("Fix", "fix", "")));
        return new Message { Text = Headline(view, result.Sentence, needed), Blocks = blocks };
    }

    internal static Message Logs(StepView view, LogsResult result)
    {
        var fix = view.Hypotheses is [{ Fix: not null }, ..];
        var needed = fix ? "Choose a fix." : "Look at the resources.";
        List<Block> blocks = [Verdict(view, result.Findings.Any(f => f.Finding is { IsNews: true, IsTrouble: true }) ? ":red_circle:" : ":large_green_circle:", result.Sentence, needed)];
        foreach (var (alike, i) in result.Findings.GroupBy(Ending).Take(PatternsShown).Select((f, i) => (f, i)))
        {
            var found = alike.First();
            var f = found.Finding;
            var mark = f is { IsNews: true, IsTrouble: true } ? ":red_circle: NEW" : f.IsNews ? ":large_yellow_circle: MORE" : ":white_circle: USUAL";
            if (f is { IsNews: true, IsNew: false }) mark = ":large_yellow_circle: MORE";
            var sample = Mrkdwn.Cut(Timeline.Redactor.ForSlack(f.Pattern.Sample), i == 0 ? 500 : 250);
            blocks.Add(Text($"{mark} *{i + 1}. {Escape(found.Service, 60)}*: {Times(f)}{Alike(alike.Count() - 1)}\n{(f.Sparkline.Length > SparklineShown ? f.Sparkline[^SparklineShown..] : f.Sparkline)}\n{Mrkdwn.CodeBlock(sample)}"));
        }
        if (result.Findings.Count == 0) blocks.Add(Text($"No lines from {Escape(string.Join(", ", result.Looked), 300)} since {Mrkdwn.Date(result.WindowStart)}."));
        blocks.AddRange(Causes(view.Hypotheses));
        blocks.Add(new ContextBlock { Elements = [new Markdown($"{result.Lines} lines since {Mrkdwn.Date(result.WindowStart)} of {Escape(string.Join(", ", result.Looked), 300)}{(result.Lines == 0 ? "" : result.InFile < result.Lines ? $"; the newest {result.InFile} of them in the file below" : "; all of them in the file below")}") ] });
        blocks.Add(Foot(view, result));
        blocks.Add(fix
            ? Next(view, ("Choose a fix", "fix", ""), ("Resources", "resources", ""), ("Logs of 2 hours", "logs", "--since 2h"))
            : Next(view, ("Resources", "resources", ""), ("Fix", "fix", ""), ("Logs of 2 hours", "logs", "--since 2h")));
        return new Message { Text = Headline(view, result.Sentence, needed), Blocks = blocks };
    }

    internal static Message Resources(StepView view, ResourcesResult result)
    {
        var worst = result.Evidence.Where(e => e.Sign != Signs.NoAnswer).Select(e => (Weight?)e.Weight).DefaultIfEmpty(null).Min();
        const string needed = "Choose a fix.";
        List<Block> blocks = [Verdict(view, worst is Weight.Bad ? ":red_circle:" : worst is Weight.Warning ? ":large_yellow_circle:" : ":large_green_circle:", result.Sentence, needed)];
        foreach (var service in result.Looked.Take(8))
        {
            var own = result.Evidence.Where(e => e.Service == service).ToList();
            var lines = FactLines([.. own.Where(e => e.Sign != Signs.MetricNormal)], most: 8).ToList();
            // What is well stands in one line: at night nobody reads ten of them.
            var well = own.Where(e => e.Sign == Signs.MetricNormal).Select(e => e.Text.StartsWith(service + " ", StringComparison.Ordinal) ? e.Text[(service.Length + 1)..] : e.Text).Distinct().ToList();
            if (well.Count > 0) lines.Add($"{StepMessages.Mark(Weight.Good)} {Escape(string.Join(" · ", well), 900)}");
            blocks.Add(Text(Join(lines.DefaultIfEmpty("nothing is known").Prepend($"*{Escape(service, 80)}*"))));
            if (blocks.OfType<SectionBlock>().Sum(b => b.Text!.Text.Length) > 7_000) break;
        }
        blocks.AddRange(Causes(view.Hypotheses));
        blocks.Add(Foot(view, result));
        blocks.Add(Next(view, (view.Hypotheses is [{ Fix: not null }, ..] ? "Choose a fix" : "Fix", "fix", ""), ("Logs", "logs", ""), ("Assess again", "assess", "")));
        return new Message { Text = Headline(view, result.Sentence, needed), Blocks = blocks };
    }

    internal static Message Fixes(StepView view, FixResult result, ServiceCatalog catalog)
    {
        var options = result.Choice.Options;
        var onlyPage = options[0].Action == FixOption.Page;
        var needed = onlyPage ? "Ask the owner?" : "Choose one.";
        List<Block> blocks = [Verdict(view, onlyPage ? ":large_yellow_circle:" : ":wrench:", result.Sentence, $"{needed} Nothing happens before somebody presses the button on the card that follows.")];
        foreach (var (o, i) in options.Select((o, i) => (o, i)))
        {
            var owner = catalog.Services.GetValueOrDefault(o.Service)?.Owner;
            blocks.Add(Text(
                $"*{i + 1}. {Escape(Label(o), 150)}*\n:leftwards_arrow_with_hook: *Way back:* {Escape(o.WayBack, 400)}\n*Why:* {Escape(o.Why, 400)}\n*Risk:* {Escape(o.Risk, 400)}\n*Takes:* {Escape(o.Expected, 100)}"
                + (owner is null ? "" : $" · *Owner:* {Escape(owner, 80)}")));
        }
        if (result.ByHand.Count > 0) blocks.Add(Text(Join(result.ByHand.Select(b => $":hand: By hand: {Escape(b, 600)}"))));
        if (result.Choice.Notes.Count > 0) blocks.Add(Text(Join(result.Choice.Notes.Take(4).Select(n => $":no_entry_sign: {Escape(n, 400)}"))));
        blocks.AddRange(Causes(view.Hypotheses));
        blocks.Add(Foot(view, result));
        var others = onlyPage ? Next(view, ("Logs", "logs", ""), ("Resources", "resources", "")) : Next(view, ("Verify", "verify", ""), ("Logs", "logs", ""));
        blocks.Add(others with
        {
            Elements = [.. options.Select((o, i) => Choice(view.Incident, o, i)), .. others.Elements.OfType<Button>().Select(b => b with { Style = null })],
        });
        return new Message { Text = Headline(view, result.Sentence, needed), Blocks = blocks };
    }

    internal static Message Verified(StepView view, VerifyResult result)
    {
        var needed = !result.Passed ? "Choose a fix." : view.Incident.Status == IncidentStatus.Triage ? "Accept or cancel it." : "Resolve it?";
        List<Block> blocks = [Verdict(view, result.Passed ? ":large_green_circle:" : ":red_circle:", result.Sentence, result.Passed ? $"{needed} I watch it for 15 minutes and say so here if it comes back." : needed)];
        // What does not pass has a line each; what passes, one for each service.
        var open = result.Rows.Where(r => r.Verdict != Verdict.Pass).ToList();
        var lines = open.Take(24).Select(r => $"{Mark(r.Verdict)} {Escape(r.Service, 60)} *{Escape(r.What, 60)}*: {Escape(r.Detail, 160)}").ToList();
        if (open.Count > 24) lines.Add($"and {open.Count - 24} more that do not pass");
        foreach (var part in lines.Chunk(12)) blocks.Add(Text(Join(part)));
        foreach (var service in result.Rows.Where(r => r.Verdict == Verdict.Pass).GroupBy(r => r.Service, StringComparer.Ordinal).Take(8))
            blocks.Add(Text($"{Mark(Verdict.Pass)} *{Escape(service.Key, 60)}*: {string.Join(" · ", service.Take(12).Select(r => $"{Escape(r.What, 60)} {Escape(r.Detail, 100)}"))}"));
        if (!result.Passed) blocks.AddRange(Causes(view.Hypotheses));
        blocks.Add(Foot(view, result));
        blocks.Add(result.Passed && view.Incident.Status == IncidentStatus.Triage
            ? Next(view, ("Accept", "accept", ""), ("Cancel: false alarm", "cancel", ""), ("Verify again", "verify", ""))
            : result.Passed
            ? Next(view, ("Resolve", "resolve", ""), ("Verify again", "verify", ""), ("Add a note", "note", ""))
            : Next(view, ("Choose a fix", "fix", ""), ("Logs", "logs", ""), ("Verify again", "verify", "")));
        return new Message { Text = Headline(view, result.Sentence, needed), Blocks = blocks };
    }

    /// <summary>A call for help to the owner of a service.</summary>
    internal static Message PageOwner(Incident incident, Service service, string mention, string by, IReadOnlyList<Hypothesis> hypotheses)
    {
        var text = $"{mention} Incident {incident.Number}: {Escape(service.Name, 60)} needs you. {Mrkdwn.User(by)} asks.";
        List<Block> blocks = [Text($":telephone_receiver: {text}\n*{Escape(incident.Title, 300)}*{(incident.OnsetAt is { } onset ? $"\nBegan {Mrkdwn.Date(onset)}" : "")}")];
        blocks.AddRange(Causes(hypotheses, most: 3));
        blocks.Add(new ActionsBlock
        {
            Elements = [IncidentButtonHandler.For("Logs", "logs", incident.Number, service.Name, ButtonStyle.Primary), IncidentButtonHandler.For("Resources", "resources", incident.Number, service.Name), IncidentButtonHandler.For("Fix", "fix", incident.Number)],
        });
        return new Message { Text = text, Blocks = blocks };
    }

    // One dead dependency speaks through many lines that end with the same exception: the first stands for all.
    private static string Ending(ServiceFinding found) =>
        found.Finding.Pattern.Template is { Length: > EndingLength } template ? $"{found.Service} {template[^EndingLength..]}" : $"{found.Service} {found.Finding.Pattern.Template}";

    private static string Alike(int others) => others switch
    {
        0 => "",
        1 => ", and 1 other line that ends alike",
        _ => $", and {others.ToString(CultureInfo.InvariantCulture)} other lines that end alike",
    };

    // In the reader's own zone; whether it is new says the mark before it.
    private static string Times(LogFinding finding)
    {
        var (pattern, at) = (finding.Pattern, Mrkdwn.Date(finding.Pattern.FirstSeen, Mrkdwn.TimeOfDay));
        var times = pattern.Count == 1 ? $"once, at {at}" : $"{pattern.Count.ToString(CultureInfo.InvariantCulture)} times since {at}";
        return finding switch
        {
            { BaselinePerMinute: null } => $"{times}, nothing earlier to compare with",
            { IsNews: true, IsNew: false, Factor: { } factor } => string.Create(CultureInfo.InvariantCulture, $"{times}, {factor:0.#} times as often as before"),
            _ => times,
        };
    }

    private static Button Choice(Incident incident, FixOption option, int number) => new()
    {
        ActionId = $"{FixVerb.ChooseActionId}:{number + 1}",
        Text = Mrkdwn.Cut(Label(option), BlockLimits.ButtonText),
        Value = IncidentButtonHandler.ValueOf("fix", incident.Number, Mrkdwn.Cut(Arguments(option), 1_500)),
        Style = number == 0 ? ButtonStyle.Primary : null,
    };

    internal static string Label(FixOption option) => option.Action switch
    {
        FixOption.Restart => $"Restart {option.Service}",
        FixOption.Rollback => $"Roll {option.Service} back to {option.Version}",
        FixOption.Memory => $"Raise the memory limit of {option.Service} {option.Raise?.Text}",
        _ => option.Service.Length > 0 ? $"Ask the owner of {option.Service}" : "Ask for help",
    };

    private static string Arguments(FixOption option) => string.Join(' ', new[] { option.Action == FixOption.Memory ? FixVerb.Memory : option.Action, option.Service, option.Version }.Where(w => !string.IsNullOrEmpty(w)));

    private static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Pass => ":large_green_circle: PASS",
        Verdict.Fail => ":red_circle: FAIL",
        _ => ":grey_question: NOT KNOWN",
    };
}
