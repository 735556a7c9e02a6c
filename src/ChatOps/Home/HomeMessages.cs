using ChatOps.Catalog;
using ChatOps.Incidents;
using ChatOps.Reports;
using ChatOps.Slack.Blocks;

namespace ChatOps.Home;

/// <summary>Draws the Home tab. Pure. However much there is, it stays below Slack's 100 blocks: each part has its own limit, and says how many more there are.</summary>
public static class HomeMessages
{
    public const int MostMine = 10;
    public const int MostOthers = 15;
    public const int MostTasks = 20;
    public const int MostOperations = 8;
    public const int MostPostMortems = 8;

    private const int TitleLength = 140;
    private static readonly string[] SeverityMarks = [":red_circle:", ":large_orange_circle:", ":large_yellow_circle:", ":white_circle:"];

    public static HomeViewDefinition View(HomeFacts f, string command) => new()
    {
        Blocks =
        [
            new SectionBlock { Text = new Markdown(Summary(f)) },
            new ActionsBlock
            {
                BlockId = "home start",
                Elements =
                [
                    IncidentButtonHandler.For("Start an incident", StartVerb.Word, incident: null, style: ButtonStyle.Primary),
                    IncidentButtonHandler.For("What is open", "list", incident: null),
                    IncidentButtonHandler.For("Numbers", ReportVerb.Word, incident: null),
                    IncidentButtonHandler.For("What I can do", HelpVerb.Word, incident: null),
                ],
            },
            .. Part("You have a role in", f.Mine.Select(i => IncidentLine(i, f.Person)), f.MineCount, $"`{command} list`"),
            .. Part(f.MineCount > 0 ? "Other open incidents" : "Open incidents", f.Others.Select(i => IncidentLine(i, f.Person)), f.OthersCount, $"`{command} list`"),
            .. Part("Your tasks", f.Tasks.Select(t => TaskLine(t, f.Now)), f.TaskCount, "the most urgent ones are shown; the next come up as you do these"),
            .. Operations(f),
            .. PostMortems(f),
            .. Month(f),
            new ContextBlock { Elements = [new Markdown($"For half an hour after you open it, this page follows what changes.{(f.LeadsUnknown ? " Slack did not tell who the leads are, so this month's numbers are left out; open the page again in a minute." : "")}")] },
        ],
    };

    private static string Summary(HomeFacts f)
    {
        var open = f.MineCount + f.OthersCount;
        var incidents = open switch
        {
            0 => ":white_check_mark: *No incident is open.*",
            1 => "*1 incident is open*",
            _ => $"*{open} incidents are open*",
        };
        if (open > 0) incidents += f.MineCount > 0 ? $", and you have a role in {f.MineCount}." : "; you have no role in any.";
        var tasks = f.TaskCount switch
        {
            0 => "No task is yours.",
            1 => "1 task is yours.",
            _ => $"{f.TaskCount} tasks are yours.",
        };
        return $"{incidents}\n{tasks}{(f.TasksOverdue > 0 ? $" :warning: {f.TasksOverdue} overdue." : "")}";
    }

    private static IEnumerable<Block> Part(string title, IEnumerable<Block> lines, int count, string rest)
    {
        if (count == 0) yield break;
        yield return Title(title);
        var shown = 0;
        foreach (var line in lines)
        {
            shown++;
            yield return line;
        }
        if (count > shown) yield return new ContextBlock { Elements = [new Markdown($"and {count - shown} more: {rest}")] };
    }

    private static SectionBlock IncidentLine(HomeIncident i, string person)
    {
        var mark = i.Status == IncidentStatus.Watching ? ":eyes:" : i.Severity is { } severity ? SeverityMarks[severity - 1] : ":grey_question:";
        var kind = $"{(i.Drill ? "drill, " : "")}{(i.Private ? ":lock: private, " : "")}";
        string[] roles = [.. Role("lead", i.Lead), .. Role("comms", i.Comms), .. Role("scribe", i.Scribe)];
        var who = roles.Length > 0 ? $"you: {string.Join(", ", roles)}" : i.Lead is { } lead && lead != Timeline.TimelineEntry.Bot ? $"{Mrkdwn.User(lead)} leads" : "nobody leads yet";
        return new SectionBlock
        {
            Text = new Markdown($"{mark} *{i.Number}* {kind}{Severities.Name(i.Severity)}{(i.Severity is null ? "" : $", {IncidentMessages.StatusWord(i.Status)}")}: {Mrkdwn.Escape(i.Title, TitleLength)}\n"
                + $"<#{Incident.DestinationOf(i.Number)}> · {who} · since {Mrkdwn.Date(i.DeclaredAt, "{date_short_pretty} {time}")}"),
            Accessory = i.Member ? IncidentButtonHandler.For("Status", "status", i.Number) : IncidentButtonHandler.For("Join", "join", i.Number),
        };

        IEnumerable<string> Role(string name, string? holder) => holder == person ? [name] : [];
    }

    private static SectionBlock TaskLine(IncidentTask task, DateTimeOffset now)
    {
        var due = task.DueAt is { } at ? $"{(at < now ? ":warning: overdue since" : "due")} {Mrkdwn.Date(at, "{date_short_pretty}")}" : "no date";
        return new SectionBlock
        {
            Text = new Markdown($"*{task.Number}* {Mrkdwn.Escape(task.Text, 300)}\n{due} · from <#{Incident.DestinationOf(task.Incident)}>"),
            Accessory = IncidentButtonHandler.For("Done", "task", task.Incident, $"done {task.Number}"),
        };
    }

    private static IEnumerable<Block> Operations(HomeFacts f)
    {
        if (f.OperationCount == 0) yield break;
        yield return Title("Under way in production");
        var lines = f.Operations.Select(o =>
        {
            var target = Target.Parse(o.Target);
            var state = o.State switch { "unknown" => ":warning: nobody knows how it ended", "requested" => "about to begin", _ => "running" };
            return $"• {Mrkdwn.Escape(o.Kind)} of *{Mrkdwn.Escape(target.Service)}* in {Mrkdwn.Escape(target.Environment)}: {state}, pressed by {Mrkdwn.User(o.ConfirmedBy)} {Mrkdwn.Date(o.RequestedAt, "{date_short_pretty} {time}")}"
                + (o.Incident is { } incident ? $", <#{Incident.DestinationOf(incident)}>" : "");
        }).ToList();
        if (f.OperationCount > lines.Count) lines.Add($"and {f.OperationCount - lines.Count} more");
        yield return new SectionBlock { Text = new Markdown(Mrkdwn.Cut(string.Join('\n', lines), BlockLimits.SectionText)) };
    }

    private static IEnumerable<Block> PostMortems(HomeFacts f)
    {
        if (f.PostMortemCount == 0) yield break;
        yield return Title("Recent post-mortems");
        var lines = f.PostMortems.Select(p =>
            $"• *{p.Incident}* {Mrkdwn.Escape(p.Title, TitleLength)}: {(p.Reviewed ? "reviewed" : p.Mine ? ":memo: *draft, yours to read and review*" : "draft")}, version {p.Version}, <#{Incident.DestinationOf(p.Incident)}>").ToList();
        if (f.PostMortemCount > lines.Count) lines.Add($"and {f.PostMortemCount - lines.Count} more of the last 30 days");
        yield return new SectionBlock { Text = new Markdown(Mrkdwn.Cut(string.Join('\n', lines), BlockLimits.SectionText)) };
    }

    private static IEnumerable<Block> Month(HomeFacts f)
    {
        if (f.Month is not { } month) yield break;
        yield return Title($"This month's numbers ({month.Period.Name})");
        yield return ReportMessages.Numbers(month);
        yield return new ContextBlock { Elements = [new Markdown(ReportMessages.How)] };
    }

    private static HeaderBlock Title(string text) => new(text);
}
