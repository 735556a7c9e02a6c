using System.Globalization;
using System.Text;
using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;

namespace ChatOps.Reports;

/// <summary>The report: one message that never grows past its limits, and a file with all of it. Pure.</summary>
public static class ReportMessages
{
    private const int MostIncidents = 10;
    private const int MostOwners = 8;
    private const int TasksOfAnOwner = 3;
    private const int MostCauses = 5;
    private const int MostUnreviewed = 10;
    private const int TitleLength = 90;

    /// <summary>True: the message does not say everything, and a file should.</summary>
    public static bool IsCut(Figures f) =>
        f.Listed.Count > MostIncidents || f.Overdue.Count > MostOwners || f.Overdue.Any(o => o.Count > TasksOfAnOwner) || f.Repeats.Count > MostCauses || f.Unreviewed.Count > MostUnreviewed;

    public static Message Report(Figures f, bool withFile) => new()
    {
        Text = $"{f.Period.Name}: {Count(f.Incidents, "incident")}, {Minutes(f.Downtime)} of downtime, {Count(f.Overdue.Sum(o => o.Count), "task")} overdue, {Rate(f)} false alarms.",
        Blocks =
        [
            new HeaderBlock(f.Period.Name),
            Numbers(f),
            .. Part("Incidents", f.Listed.Select(Line), MostIncidents, f.Listed.Count, f.Private > 0 ? $"{f.Private} private, not named here" : null),
            .. Part("The same cause again", f.Repeats.Select(Line), MostCauses, f.Repeats.Count),
            .. Part("Tasks overdue", f.Overdue.Select(Line), MostOwners, f.Overdue.Count),
            .. Part("Post-mortems nobody reviewed", f.Unreviewed.Select(Line), MostUnreviewed, f.Unreviewed.Count),
            .. Part("Rules that cry wolf", f.Wolves.Select(w => $"• {Mrkdwn.Escape(w.Rule, TitleLength)}: {w.FalseAlarms} of {w.Raised} were false alarms"), MostCauses, f.Wolves.Count),
            new ContextBlock { Elements = [new Markdown(How + (withFile ? " The whole list is the file in the thread." : ""))] },
        ],
    };

    /// <summary>The numbers alone, for the Home tab too.</summary>
    public static SectionBlock Numbers(Figures f) => new()
    {
        Fields =
        [
            Field("Incidents", f.Incidents == 0 ? "none" : $"{f.Incidents} ({BySeverity(f)})"),
            Field("Downtime", f.Incidents > 0 && f.Unmeasured == f.Incidents ? "not measured" : $"{Minutes(f.Downtime)}{(f.Unmeasured > 0 ? $"; {f.Unmeasured} not measured" : "")}"),
            Field("Mean time to acknowledge", Length(f.ToAcknowledge)),
            Field("Mean time to mitigate", Length(f.ToMitigate)),
            Field("Mean time to resolve", Length(f.ToResolve)),
            Field("False alarms", f.FalseAlarmRate is null ? "none" : $"{f.FalseAlarms} of {f.Incidents + f.FalseAlarms} ({Rate(f)})"),
            Field("Causes that came again", $"{f.Repeats.Count}"),
            Field("Tasks overdue", $"{f.Overdue.Sum(o => o.Count)}"),
        ],
    };

    /// <summary>How the figures are computed, in a line.</summary>
    public static string How { get; } =
        "Counted by when they were declared; drills and merged incidents are left out, cancelled ones count as false alarms alone, private ones are counted and not named. "
        + "Downtime: onset to the start of five healthy minutes, added up. Acknowledge and resolve: from the declaration; mitigate: from the onset. "
        + $"Same cause: within {ReadFigures.DaysOfRepeats} days.";

    /// <summary>Everything, as Markdown.</summary>
    public static string File(Figures f)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {f.Period.Name}\n\n{Count(f.Incidents, "incident")} ({BySeverity(f)}), {f.Private} of them private. Downtime {Minutes(f.Downtime)}, {f.Unmeasured} not measured. ")
            .Append(CultureInfo.InvariantCulture, $"Mean time to acknowledge {Length(f.ToAcknowledge)}, to mitigate {Length(f.ToMitigate)}, to resolve {Length(f.ToResolve)}. False alarms: {f.FalseAlarms}.\n");
        Add("Incidents", f.Listed.Select(Plain));
        Add("The same cause again", f.Repeats.Select(r => $"{r.Times} times: {r.Cause ?? "(private)"} ({Numbers(r)})"));
        Add("Tasks overdue", f.Overdue.SelectMany(o => o.Tasks.Select(t => $"{t.Number}, {o.Owner ?? "nobody's"}: {t.Text}")));
        Add("Post-mortems nobody reviewed", f.Unreviewed.Select(Plain));
        Add("Rules that cry wolf", f.Wolves.Select(w => $"{w.Rule}: {w.FalseAlarms} of {w.Raised}"));
        return text.Append('\n').Append(How.Replace("*", "", StringComparison.Ordinal)).Append('\n').ToString();

        void Add(string title, IEnumerable<string> lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
            var any = false;
            foreach (var line in lines)
            {
                any = true;
                text.Append("- ").Append(line.ReplaceLineEndings(" ")).Append('\n');
            }
            if (!any) text.Append("None.\n");
        }
    }

    private static IEnumerable<Block> Part(string title, IEnumerable<string> lines, int most, int count, string? remark = null)
    {
        if (count == 0 && remark is null) yield break;
        var shown = lines.Take(most).ToList();
        if (count > most) shown.Add($"_and {count - most} more_");
        if (remark is not null) shown.Add($"_{remark}_");
        yield return new SectionBlock { Text = new Markdown(Mrkdwn.Cut($"*{title}*\n{string.Join('\n', shown)}", BlockLimits.SectionText)) };
    }

    private static string Line(ListedIncident i) =>
        $"• *{i.Number}* {Severities.Name(i.Severity)}, {i.Status}: {Mrkdwn.Escape(i.Title, TitleLength)}{(i.DowntimeSeconds is { } s ? $", {Minutes(TimeSpan.FromSeconds(s))} down" : "")}";

    private static string Plain(ListedIncident i) =>
        $"{i.Number} {Severities.Name(i.Severity)}, {i.Status}, {i.DeclaredAt:yyyy-MM-dd HH:mm} UTC: {i.Title}{(i.DowntimeSeconds is { } s ? $" ({Minutes(TimeSpan.FromSeconds(s))} down)" : "")}";

    private static string Line(RepeatedCause r) => r.Cause is null ? $"• {r.Times} times in {ReadFigures.DaysOfRepeats} days: private incidents" : $"• {r.Times} times in {ReadFigures.DaysOfRepeats} days: {Mrkdwn.Escape(r.Cause, 140)} ({Numbers(r)})";

    private static string Line(OverdueTasks o)
    {
        var tasks = string.Join("; ", o.Tasks.Take(TasksOfAnOwner).Select(t => $"{t.Number} {Mrkdwn.Escape(t.Text, 50)}"));
        var rest = o.Count - Math.Min(TasksOfAnOwner, o.Tasks.Count);
        return $"• {(o.Owner is { } owner ? Mrkdwn.User(owner) : "Nobody's")}: {o.Count}, the oldest due {Mrkdwn.Date(o.Oldest, "{date_short_pretty}")}"
            + (tasks.Length > 0 ? $": {tasks}{(rest > 0 ? $"; {rest} more" : "")}" : "");
    }

    private static string Numbers(RepeatedCause r) => r.Incidents switch
    {
        [] => "private",
        { Count: > 8 } => $"{string.Join(", ", r.Incidents.Take(8))} and {r.Incidents.Count - 8} more",
        _ => string.Join(", ", r.Incidents),
    };

    private static string BySeverity(Figures f) =>
        string.Join(", ", f.BySeverity.Select((count, i) => (count, Name: i < 4 ? $"SEV{i + 1}" : "triage")).Where(s => s.count > 0).Select(s => $"{s.count} {s.Name}"));

    private static string Rate(Figures f) => f.FalseAlarmRate is { } rate ? rate.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal) : "no";

    private static string Minutes(TimeSpan length) => $"{Math.Round(length.TotalMinutes).ToString(CultureInfo.InvariantCulture)} min";

    private static string Length(TimeSpan? length) => length switch
    {
        null => "not known",
        { TotalMinutes: < 1 } => "under a minute",
        { TotalMinutes: < 120 } l => Minutes(l),
        { } l => Durations.Text(l),
    };

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static Markdown Field(string name, string value) => new($"*{name}*\n{value}");
}
