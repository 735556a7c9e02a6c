using ChatOps.Alerts;

namespace ChatOps.Tests.Alerts;

/// <summary>What wakes nobody is told once a day.</summary>
public sealed class AlertDigestTests(AlertBot bot) : IClassFixture<AlertBot>
{
    [Fact]
    public async Task Info_is_told_at_nine_in_one_message_once()
    {
        await bot.AlertAsync(new TestAlert("DiskAt70", "shop", "info"), new TestAlert("CertIn20Days", "search", "info") { Summary = "search.example ends <!channel>" });
        (await bot.MessagesAsync("incidents", "DiskAt70")).ShouldBeEmpty();
        await Support.Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM alert_digests WHERE sent_at IS NULL") == 1, "the next digest has its time");
        var due = await bot.ValueAsync<DateTime>("SELECT due_at FROM alert_digests WHERE sent_at IS NULL");
        due.TimeOfDay.ShouldBe(new TimeSpan(9, 0, 0));
        await bot.Control.AdvanceAsync(due - bot.Workspace.Clock.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var digest = await bot.SeeAsync("incidents", "the digest", m => m.Text.StartsWith("Alerts that woke nobody: 2 rules fired", StringComparison.Ordinal));
        digest.Shown.ShouldContain("*DiskAt70* (shop), 1 still firing");
        digest.Shown.ShouldContain("search.example ends &lt;!channel&gt;");

        // The day after nothing has happened: nothing is said.
        await bot.Control.AdvanceAsync(TimeSpan.FromDays(1), TestContext.Current.CancellationToken);
        await Support.Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM alert_digests WHERE sent_at IS NOT NULL") == 2, "the second digest was due");
        await bot.IdleAsync();
        (await bot.MessagesAsync("incidents", "Alerts that woke nobody")).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-11-25T07:59:59Z", "2026-11-25T08:00:00Z")]
    [InlineData("Europe/Berlin", "2026-11-25T08:00:00Z", "2026-11-26T08:00:00Z")]
    [InlineData("Europe/Berlin", "2026-03-28T09:00:00Z", "2026-03-29T07:00:00Z")]
    [InlineData("Asia/Kathmandu", "2026-11-25T00:00:00Z", "2026-11-25T03:15:00Z")]
    [InlineData("Pacific/Auckland", "2026-11-25T19:59:00Z", "2026-11-25T20:00:00Z")]
    [InlineData("UTC", "2026-12-31T23:59:59Z", "2027-01-01T09:00:00Z")]
    public void It_is_due_by_the_clock_of_its_zone(string zone, string after, string due) => Next(after, "09:00", zone).ShouldBe(Time(due));

    [Theory]
    // The clock goes from 02:00 to 03:00: there is no half past two.
    [InlineData("2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]
    // The clock goes from 03:00 back to 02:00: half past two comes twice, and the first is meant.
    [InlineData("2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    public void A_time_of_day_that_is_not_there_or_twice_comes_once(string after, string due) => Next(after, "02:30", "Europe/Berlin").ShouldBe(Time(due));

    private static DateTimeOffset Next(string after, string at, string zone) => DigestSchedule.Next(Time(after), TimeOnly.Parse(at, null), TimeZoneInfo.FindSystemTimeZoneById(zone));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, null);
}
