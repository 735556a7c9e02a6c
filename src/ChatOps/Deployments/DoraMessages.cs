using System.Globalization;
using ChatOps.Configuration;
using ChatOps.Slack.Blocks;
using ChatOps.Telemetry;
using static ChatOps.Deployments.DeployText;

namespace ChatOps.Deployments;

/// <summary>The four DORA figures as text, with a sparkline of 13 weeks each and how they were computed. Pure.</summary>
public static class DoraMessages
{
    public static Message Figures(IReadOnlyList<DoraReport> reports) => new()
    {
        Text = $"{Escape(reports[0].Name, 100)}: {Rate(reports[0].Month)}, {Failures(reports[0].Month)} of its deploys failed in 30 days",
        Blocks =
        [
            .. reports.Select(r => Section(One(r))),
            Context("30 days, 90 days, 13 weeks. *Deploys*: those that reached the environment, without rollbacks. *To live*: median from commit or build to the end of the deploy. "
                + "*Failed*: ended badly, taken back, or an incident followed that is linked to it. *To restore*: median from the begin of the incident until it worked again; without one from the deploy to the end of the rollback or of the deploy that mended it."),
        ],
    };

    private static string One(DoraReport report)
    {
        var (month, quarter, weeks) = (report.Month, report.Quarter, report.Weeks);
        var lines = new List<string>
        {
            $"*{Escape(report.Name, 100)}* in {Escape(report.Environment, 100)}",
            Line("Deploys", Rate(month), Rate(quarter), weeks.Select(w => w.Deploys)),
            Line("To live", Span(month.LeadTime), Span(quarter.LeadTime), weeks.Select(w => Minutes(w.LeadTime))) + (quarter.Commits > quarter.CommitsWithTime ? $"  ({quarter.CommitsWithTime} of {quarter.Commits} commits have a time)" : ""),
            Line("Failed", Failures(month), Failures(quarter), weeks.Select(w => w.Failures)),
            Line("To restore", Span(month.TimeToRestore), Span(quarter.TimeToRestore), weeks.Select(w => Minutes(w.TimeToRestore))) + (quarter.NotRestored > 0 ? $"  ({quarter.NotRestored} not known)" : ""),
        };
        return string.Join('\n', lines);
    }

    private static string Line(string name, string month, string quarter, IEnumerable<int> weeks) => $"`{name,-10}`  {month}  ·  {quarter}  {Sparkline.Render([.. weeks])}";

    /// <summary>"12 (0.4 a day)"; rarer than daily by the week.</summary>
    private static string Rate(DoraFigures figures) => figures.Deploys == 0 ? "none"
        : $"{figures.Deploys} ({(figures.PerDay >= 1 ? $"{Number(figures.PerDay)} a day" : $"{Number(figures.PerDay * 7)} a week")})";

    private static string Failures(DoraFigures figures) => figures.FailureRate is { } rate ? $"{Number(Math.Round(rate * 100))} % ({figures.Failures} of {figures.Deploys})" : "—";

    private static string Span(TimeSpan? span) => span is { } s ? Durations.Text(s) : "—";

    private static int Minutes(TimeSpan? span) => span is { } s ? (int)Math.Clamp(Math.Ceiling(s.TotalMinutes), 0, int.MaxValue) : 0;

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
