using System.Globalization;
using ChatOps.Reports;
using ChatOps.Scheduling;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Reports;

public sealed class PeriodsTests
{
    private static readonly TimeZoneInfo Vienna = LocalTime.Find("Europe/Vienna")!;

    [Theory]
    [InlineData("2027-03-22", "2027-03-22T08:00:00Z")]
    [InlineData("2027-03-29", "2027-03-29T07:00:00Z")]
    [InlineData("2027-10-25", "2027-10-25T07:00:00Z")]
    [InlineData("2027-11-01", "2027-11-01T08:00:00Z")]
    public void The_report_comes_at_nine_o_clock_in_summer_and_in_winter(string monday, string due) =>
        Periods.DueAt(DateOnly.Parse(monday, CultureInfo.InvariantCulture), Vienna).ShouldBe(Time(due));

    [Theory]
    [InlineData("2027-03-29T06:59:59Z", "2027-03-22")]
    [InlineData("2027-03-29T07:00:00Z", "2027-03-29")]
    [InlineData("2027-04-04T21:00:00Z", "2027-03-29")]
    public void Monday_s_report_is_due_from_nine_on(string now, string monday) =>
        Periods.LastMonday(Time(now), Vienna).ShouldBe(DateOnly.Parse(monday, CultureInfo.InvariantCulture));

    [Fact]
    public void The_week_in_which_clocks_are_put_forward_has_167_hours()
    {
        var week = Periods.WeekBefore(new DateOnly(2027, 3, 29), Vienna);
        (week.From, week.To).ShouldBe((Time("2027-03-21T23:00:00Z"), Time("2027-03-28T22:00:00Z")));
        (week.To - week.From).TotalHours.ShouldBe(167);
    }

    [Fact]
    public void This_month_begins_on_its_first_in_the_configured_zone()
    {
        var month = Periods.ThisMonth(Time("2027-03-31T22:30:00Z"), Vienna);
        month.From.ShouldBe(Time("2027-03-31T22:00:00Z"));
    }

    [Fact]
    public void Weeks_follow_each_other_without_gap_or_overlap()
    {
        var days = Gen.Choose(0, 4_000).Select(w => new DateOnly(2020, 1, 6).AddDays(w * 7)).ToArbitrary();
        Prop.ForAll(days, monday => Periods.WeekBefore(monday, Vienna).To == Periods.WeekBefore(monday.AddDays(7), Vienna).From
            && Periods.LastMonday(Periods.DueAt(monday, Vienna), Vienna) == monday && Periods.LastMonday(Periods.DueAt(monday, Vienna).AddSeconds(-1), Vienna) == monday.AddDays(-7)).QuickCheckThrowOnFailure();
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
