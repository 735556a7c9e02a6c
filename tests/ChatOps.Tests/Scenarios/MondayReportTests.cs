using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>Mondays at nine in Vienna, once; and whenever somebody asks.</summary>
public sealed class MondayReportTests(BotWithReports bot) : IClassFixture<BotWithReports>
{
    [Fact]
    public async Task It_comes_on_Monday_at_nine_once_and_again_a_week_later()
    {
        await bot.DeclareAsync("Counted in the report");
        var first = await DueAsync();
        TimeZoneInfo.ConvertTime(first, TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna")).ToString("ddd HH:mm", System.Globalization.CultureInfo.InvariantCulture).ShouldBe("Mon 09:00");
        await bot.AdvanceAsync(first - bot.Now - TimeSpan.FromMinutes(2));
        await bot.IdleAsync();
        (await ReportsAsync()).ShouldBe(0);

        await bot.AdvanceAsync(TimeSpan.FromMinutes(3));
        var report = await bot.SeeAsync("deploys", "the report", m => m.Shown.Contains("Week of ", StringComparison.Ordinal));
        report.Shown.ShouldContain("Counted in the report");
        report.Shown.ShouldContain("onset to the start of five healthy minutes");

        var second = await DueAsync();
        (second - first).TotalDays.ShouldBeInRange(6.9, 7.1);
        await bot.AdvanceAsync(second - bot.Now + TimeSpan.FromMinutes(1));
        await Until.TrueAsync(async () => await ReportsAsync() == 2, "the second report is there");
        (await bot.ValueAsync<int>("SELECT count(*) FROM weekly_reports WHERE sent_at IS NOT NULL")).ShouldBe(2);
    }

    [Fact]
    public async Task Whoever_asks_is_told_the_same_numbers_and_what_can_be_asked()
    {
        await bot.CommandAsync("ben", "general", "report");
        await bot.ToldAsync("general", "ben", "Week of ");
        await bot.CommandAsync("ben", "general", "report month");
        await bot.ToldAsync("general", "ben", "until today");
        await bot.CommandAsync("ben", "general", "report year");
        (await bot.ToldAsync("general", "ben", "There is no report `year`")).Button("incident.verb:report").ShouldNotBeNull();
    }

    private async Task<DateTimeOffset> DueAsync()
    {
        DateTime? due = null;
        await Until.TrueAsync(async () => (due = await bot.ValueAsync<DateTime?>("SELECT min(due_at) FROM weekly_reports WHERE sent_at IS NULL AND due_at > @Now", new { bot.Now })) is not null, "the next report is planned");
        return new DateTimeOffset(due!.Value, TimeSpan.Zero);
    }

    private async Task<int> ReportsAsync() => (await bot.RemindersAsync("deploys", "Week of ")).Count;
}
