using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Alerts;

/// <summary>What is said about alerts. Pure; whatever sources wrote is redacted, escaped and cut here.</summary>
internal static class AlertMessages
{
    /// <summary>The buttons' stable words.</summary>
    public const string StartActionId = "alert.start";
    public const string DismissActionId = "alert.dismiss";
    public const string SilenceActionId = "alert.silence";

    public static string BoardKey(int incident) => $"incident {incident} alerts";

    public static string OverKey(int incident) => $"incident {incident} alerts over";

    public static string WorseKey(int incident, int severity) => $"incident {incident} alerts sev{severity}";

    public static string SuggestionKey(long id) => $"alert suggestion {id}";

    /// <summary>The one message of an incident that lists its alerts; edited in place.</summary>
    /// <param name="canSilence">One of the sources takes silences.</param>
    public static Message Board(Incident incident, AlertView view, bool canSilence)
    {
        var head = $"{IncidentMessages.Head(incident)}: {Count(view.Total)}, {(view.Firing == 0 ? "none fires" : view.Firing == view.Total ? "all firing" : $"{view.Firing} firing")}";
        List<Block> blocks = [Section($"{(view.Firing > 0 ? ":rotating_light:" : ":white_check_mark:")} *{head}*"), .. Groups(view)];
        if (incident.IsOpen)
        {
            List<BlockElement> buttons = [];
            if (incident.Lead is null) buttons.Add(IncidentButtonHandler.For("I take it", "accept", incident.Number, style: ButtonStyle.Primary));
            if (canSilence && view.Firing > 0) buttons.Add(SilenceButton("Silence…", $"i{incident.Number}"));
            if (incident.Lead is null) buttons.Add(IncidentButtonHandler.For("Cancel: false alarm", "cancel", incident.Number));
            if (buttons.Count > 0) blocks.Add(new ActionsBlock { BlockId = $"alerts {incident.Number}", Elements = [.. buttons] });
        }
        return new Message { Text = $"{head}: {string.Join(", ", view.Groups.Take(5).Select(g => Said(g.Name, 60)))}", Blocks = [.. blocks] };
    }

    /// <summary>No alert of the incident fires any more: a question, once; and what became of it.</summary>
    public static Message Over(Incident incident, AlertView view)
    {
        var lead = Lead(incident);
        if (view.Firing > 0)
            return IncidentMessages.Plain($"{lead}Incident {incident.Number}: {(view.Firing == 1 ? "an alert fires" : $"{view.Firing} alerts fire")} again. It is not over.");
        var sentence = $"{lead}Incident {incident.Number}: {(view.Total == 1 ? "its alert is" : $"all {view.Total} alerts are")} resolved. Is it over? Verify it.";
        return IncidentMessages.WithButton(sentence, IncidentButtonHandler.For("Verify", "verify", incident.Number, style: ButtonStyle.Primary), IncidentButtonHandler.For("Assess", "assess", incident.Number));
    }

    /// <summary>An alert's rule calls it worse than the incident is: a question, once for each severity.</summary>
    public static Message Worse(Incident incident, ChangedAlert alert) => IncidentMessages.WithButton(
        $"{Lead(incident)}Incident {incident.Number} is {Severities.Name(incident.Severity)}, and the alert *{Said(alert.Name, 80)}* fires, which is {Severities.Name(alert.Severity)} by the rule \"{Said(alert.Rule, 80)}\". Is it that bad?",
        IncidentButtonHandler.For($"Make it {Severities.Name(alert.Severity)}", "severity", incident.Number, $"{alert.Severity}", ButtonStyle.Primary),
        IncidentButtonHandler.For("Assess", "assess", incident.Number));

    /// <summary>What became of that question.</summary>
    public static Message NoLongerWorse(Incident incident, int severity) =>
        IncidentMessages.Plain($"{IncidentMessages.Head(incident)}: an alert's rule called it {Severities.Name(severity)}. There is nothing to decide about that any more.");

    /// <summary>The question in the incidents channel, and what became of it.</summary>
    /// <param name="place">The incident's channel as a mention where it was started and everybody may know; else null.</param>
    public static Message Suggestion(Suggestion suggestion, AlertView view, string? place, bool canSilence)
    {
        var about = suggestion.Service is { } service ? Said(service, 80) : $"what {Said(suggestion.Source, 80)} watches";
        var what = view.Groups is [var first, ..] ? $"{Said(first.Name, 80)}{(view.Rules > 1 ? $" and {view.Rules - 1} more" : "")}" : "alerts";
        var (mark, head) = suggestion.State switch
        {
            "started" when suggestion.Incident is { } number && place is not null => (":arrow_right:", $"{about}: {what}. Incident {number}{By(" started by ", suggestion)}: work goes on in {place}."),
            "started" => (":arrow_right:", $"{about}: {what}. It is being worked on."),
            "dismissed" => (":no_bell:", $"{about}: {what}. A false alarm{By(", says ", suggestion)}. Nothing to do."),
            _ when view.Firing == 0 => (":white_check_mark:", $"{about}: {what} was resolved by itself{(suggestion.ResolvedAt is { } at ? $" {Mrkdwn.Date(at)}" : "")}. Nothing to do."),
            _ => (":warning:", $"{about}: {what}. Is this an incident?"),
        };
        List<Block> blocks = [Section($"{mark} *{head}*")];
        if (suggestion.State == "open") blocks.AddRange(Groups(view));
        // What was resolved by itself asks nothing; should it fire again, the question is back.
        if (suggestion.State == "open" && view.Firing > 0)
        {
            var value = $"{suggestion.Id}";
            List<BlockElement> buttons =
            [
                new Button { ActionId = StartActionId, Text = "Start incident", Value = value, Style = ButtonStyle.Primary },
                new Button { ActionId = DismissActionId, Text = "Ignore, false alarm", Value = value },
            ];
            if (canSilence) buttons.Add(SilenceButton("Silence…", $"s{value}"));
            blocks.Add(new ActionsBlock { BlockId = $"suggestion {value}", Elements = [.. buttons] });
        }
        return new Message { Text = head, Blocks = [.. blocks] };
    }

    /// <summary>Which of several alerts is to be silenced?</summary>
    /// <param name="scope">As <see cref="SilenceScope"/> writes it.</param>
    public static Message WhichToSilence(string scope, IReadOnlyList<AlertGroup> groups) => IncidentMessages.WithButton(
        "Which alert is to be silenced, for an hour? A card asks before anything is done.",
        [.. groups.Take(10).Select((g, i) => SilenceButton(Mrkdwn.Cut(g.Name, 60), $"{scope}|{g.Source}|{g.Name}", i))]);

    /// <summary>"4 of its last 10 were false alarms".</summary>
    public static string FalseAlarms(Tally tally) =>
        tally.Of == 1 ? "this rule: its last one was a false alarm" : $"this rule: {tally.False} of its last {tally.Of} were false alarms";

    /// <summary>What a source wrote, as it may stand in a message.</summary>
    public static string Said(string text, int max) => Mrkdwn.Escape(Redactor.ForSlack(text).ReplaceLineEndings(" "), max);

    private static Button SilenceButton(string text, string value, int? index = null) =>
        new() { ActionId = index is { } i ? $"{SilenceActionId}:{i}" : SilenceActionId, Text = text, Value = Mrkdwn.Cut(value, BlockLimits.ButtonValue) };

    private static IEnumerable<Block> Groups(AlertView view)
    {
        var lines = view.Groups.Select(g => Line(g, view.FalseAlarms.GetValueOrDefault((g.Source, g.Name)))).ToList();
        // Three to a section: each stays far below what a section and a message hold.
        foreach (var three in lines.Chunk(3)) yield return Section(string.Join('\n', three));
        if (view.Rules > view.Groups.Count) yield return new ContextBlock { Elements = [new Markdown($"and {view.Rules - view.Groups.Count} more rules; the timeline has them all.")] };
    }

    private static string Line(AlertGroup group, Tally? tally)
    {
        var mark = group.Firing == 0 ? ":white_check_mark:" : group.Level == (int)AlertLevel.Critical ? ":red_circle:" : group.Level == (int)AlertLevel.Info ? ":white_circle:" : ":large_yellow_circle:";
        var name = group.Url is { } url && url.Length <= 200 ? Mrkdwn.Link(url, Mrkdwn.Cut(Redactor.ForSlack(group.Name), 80)) : Said(group.Name, 80);
        var title = group.Title == group.Name ? group.Summary : group.Title;
        var state = group.Firing == 0
            ? $"resolved{(group.Ended is { } at ? $" {Mrkdwn.Date(at)}" : "")}"
            : $"{AlertLevels.Word((AlertLevel)group.Level)} since {Mrkdwn.Date(group.Since)}{(group.Total > 1 ? $", {group.Firing} of {group.Total} firing" : "")}";
        var silence = group.SilencedUntil is { } until && group.SilencedBy is { } by ? $"; silenced until {Mrkdwn.Date(until, Mrkdwn.TimeOfDay)} by {Mrkdwn.User(by)}" : "";
        return $"{mark} *{name}*{(title.Length > 0 ? $": {Said(title, 220)}" : "")}\n      {state}{silence}{(tally is null ? "" : $"; _{FalseAlarms(tally)}_")}";
    }

    private static string Lead(Incident incident) => incident.Lead is { } person ? $"{Mrkdwn.User(person)} " : "";

    private static string By(string words, Suggestion suggestion) => suggestion.DecidedBy is { } by && by != TimelineEntry.Bot ? words + Mrkdwn.User(by) : "";

    private static string Count(int alerts) => alerts == 1 ? "1 alert" : $"{alerts} alerts";

    private static SectionBlock Section(string text) => new() { Text = new Markdown(Mrkdwn.Cut(text, BlockLimits.SectionText)), Expand = true };
}
