using ChatOps.Incidents;
using ChatOps.Slack.Blocks;

namespace ChatOps.Diagnosis;

/// <summary>What is said while the bot's own database is away. Pure.</summary>
internal static class UnrecordedMessages
{
    private const string NotRecorded = ":warning: *NOT RECORDED*: my database is away. I look and say what I see; it is taken into the record when the database is back. I change nothing meanwhile.";

    public static Message Working(string doing) => new()
    {
        Text = $"NOT RECORDED: {doing}, asking all sources at once",
        Blocks = [Section(NotRecorded), Section($":hourglass_flowing_sand: *{StepMessages.Escape(doing, 200)}*, asking all sources at once")],
    };

    public static Message Result(string step, string user, int? incident, StepResult result, IReadOnlyList<Hypothesis> hypotheses, IEnumerable<Block> details)
    {
        var head = incident is { } n ? $"Incident {n}: " : "";
        var bad = result.Evidence.Any(e => e.Weight == Weight.Bad);
        List<Block> blocks =
        [
            Section(NotRecorded),
            Section($"{(bad ? ":red_circle:" : ":large_green_circle:")} {Mrkdwn.User(user)} *{head}{step}*\n*{StepMessages.Escape(result.Sentence, 600)}*"),
            .. details,
        ];
        if (StepMessages.FactLines(result.Evidence) is { Count: > 0 } facts) blocks.Add(Section(StepMessages.Join(facts)));
        blocks.AddRange(StepMessages.Causes(hypotheses, most: 2));
        blocks.Add(new ContextBlock
        {
            Elements = [new Markdown(StepMessages.Sources(result)), .. result.NoAnswers.Take(6).Select(s => new Markdown($":grey_question: {StepMessages.Escape(s.Sentence, 250)}"))],
        });
        blocks.Add(new ActionsBlock
        {
            Elements = ((string Text, string Verb)[])[("Logs", "logs"), ("Resources", "resources"), ("Assess", "assess")] is var all
                ? all.OrderBy(b => b.Verb == step).Select((b, i) => (BlockElement)IncidentButtonHandler.For(b.Verb == step ? $"{b.Text} again" : b.Text, b.Verb, incident, style: i == 0 ? ButtonStyle.Primary : null)).ToList()
                : [],
        });
        return new Message { Text = $"{Mrkdwn.User(user)} {head}NOT RECORDED: {StepMessages.Escape(result.Sentence, 200)}", Blocks = blocks };
    }

    /// <summary>The first patterns of the logs.</summary>
    public static IEnumerable<Block> Patterns(LogsResult logs) => logs.Findings.Take(3).Select((f, i) => Section(
        $"*{i + 1}. {StepMessages.Escape(f.Service, 60)}*: {StepMessages.Escape(f.Finding.Pattern.Template, 200)}\n{StepMessages.Escape(f.Finding.Why, 200)} · {f.Finding.Sparkline}\n{Mrkdwn.CodeBlock(Mrkdwn.Cut(Timeline.Redactor.ForSlack(f.Finding.Pattern.Sample), 300))}"));

    /// <summary>Why nothing was done, and what a person can do.</summary>
    public static string Refused(string verb, IReadOnlyList<string> commands)
    {
        const string away = "My database is away, so I could not record this and nothing was done.";
        var instead = verb switch
        {
            "fix" or "action" => "A change without a record could happen twice, so I make none.",
            "start" => "Open a channel by hand, write down the times there, and declare the incident when I am back; `/incident assess`, `logs` and `resources` still look for you.",
            "note" or "update" or "task" => "Write it into the channel: its time stays, and you can add it as a note when I am back.",
            "verify" => "`/incident assess` still looks whether everything is healthy.",
            "help" or "" => "`/incident assess`, `logs` and `resources` still work; everything else must wait for the database.",
            _ => "Do it again when I am back; `/incident assess`, `logs` and `resources` still look for you.",
        };
        return $"{away} {instead}{(commands.Count == 0 ? "" : $"\nBy hand:\n{string.Join('\n', commands.Select(Mrkdwn.Code))}")}";
    }

    private static SectionBlock Section(string text) => StepMessages.Text(text);
}
