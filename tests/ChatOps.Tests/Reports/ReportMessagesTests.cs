using ChatOps.Reports;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tests.Reports;

public sealed class ReportMessagesTests
{
    private const string Hostile = "*_~`<!channel> & <@U0BEN00001> 決済が失敗する、誰もログインできない、在庫が減らない";
    private static readonly DateTimeOffset At = new(2027, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Eighty_incidents_and_three_hundred_tasks_are_one_message_and_a_file()
    {
        var figures = Crowded();
        var message = ReportMessages.Report(figures, withFile: true);
        BlockValidation.Check(message).ShouldBeEmpty();
        message.Blocks!.Count.ShouldBeLessThanOrEqualTo(50);
        var shown = string.Join('\n', message.Blocks!.OfType<SectionBlock>().Select(b => b.Text?.Text));
        shown.ShouldContain("and 70 more");
        shown.ShouldNotContain("<!channel>");
        message.Blocks!.OfType<SectionBlock>().Where(b => b.Text is not null).ShouldAllBe(b => !b.Text!.Text.EndsWith('…'), "whole lines are left out, none is cut through");
        ReportMessages.IsCut(figures).ShouldBeTrue();
        var file = ReportMessages.File(figures);
        file.Split('\n').Count(l => l.StartsWith("- ", StringComparison.Ordinal)).ShouldBeGreaterThan(80 + 300);
    }

    [Fact]
    public void It_says_how_its_figures_are_computed() =>
        ReportMessages.Report(Quiet, withFile: false).Blocks!.OfType<ContextBlock>().Single().Elements.OfType<Markdown>().Single().Text.ShouldContain("onset to the start of five healthy minutes");

    [Fact]
    public void What_is_short_needs_no_file() => ReportMessages.IsCut(Quiet).ShouldBeFalse();

    [Fact]
    public void The_notification_says_the_numbers() =>
        ReportMessages.Report(Crowded(), withFile: true).Text.ShouldBe("the week: 80 incidents, 61 min of downtime, 300 tasks overdue, 20% false alarms.");

    private static Figures Quiet => new() { Period = new(At, At.AddDays(7), "the week") };

    private static Figures Crowded() => Quiet with
    {
        BySeverity = [20, 20, 20, 20, 0],
        Private = 3,
        FalseAlarms = 20,
        Downtime = TimeSpan.FromMinutes(61),
        Listed = [.. Enumerable.Range(1, 80).Select(i => new ListedIncident { Number = i, Title = Hostile, Severity = 1, Status = "resolved", DeclaredAt = At, DowntimeSeconds = 60 })],
        Overdue = [.. Enumerable.Range(1, 30).Select(o => new OverdueTasks($"U{o:0000000}", 10, At, [.. Enumerable.Range(1, 10).Select(t => ((long)t, Hostile + Hostile))]))],
        Repeats = [.. Enumerable.Range(1, 20).Select(i => new RepeatedCause(Hostile, 30, [.. Enumerable.Range(1, 30)]))],
        Unreviewed = [.. Enumerable.Range(1, 80).Select(i => new ListedIncident { Number = i, Title = Hostile, Status = "resolved", DeclaredAt = At })],
        Wolves = [.. Enumerable.Range(1, 50).Select(i => new WolfRule(Hostile, i, 60))],
    };
}
