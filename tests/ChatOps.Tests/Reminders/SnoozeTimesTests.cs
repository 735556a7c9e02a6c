using System.Globalization;
using ChatOps.Reminders;
using ChatOps.Scheduling;

namespace ChatOps.Tests.Reminders;

public sealed class SnoozeTimesTests
{
    [Theory]
    // Tokyo is nine hours ahead: at 20:00 UTC it is five in the morning of the 26th there.
    [InlineData("Asia/Tokyo", "2026-11-25T20:00:00Z", "2026-11-27T00:00:00Z")]
    [InlineData("Asia/Tokyo", "2026-11-25T14:59:00Z", "2026-11-26T00:00:00Z")]
    [InlineData("America/New_York", "2026-11-25T04:59:00Z", "2026-11-25T14:00:00Z")]
    [InlineData("UTC", "2026-11-25T09:00:00Z", "2026-11-26T09:00:00Z")]
    // The night in which clocks are put forward, and the one in which they are put back.
    [InlineData("Europe/Vienna", "2027-03-27T20:00:00Z", "2027-03-28T07:00:00Z")]
    [InlineData("Europe/Vienna", "2027-10-30T20:00:00Z", "2027-10-31T08:00:00Z")]
    public void Tomorrow_at_nine_is_nine_o_clock_of_the_person_s_next_day(string zone, string now, string until) =>
        SnoozeTimes.Until("morning", DateTimeOffset.Parse(now, CultureInfo.InvariantCulture), LocalTime.Find(zone)!).ShouldBe(DateTimeOffset.Parse(until, CultureInfo.InvariantCulture));

    [Fact]
    public void A_quarter_of_an_hour_and_an_hour_are_what_they_say_and_nothing_else_is_known()
    {
        var now = ReminderExamples.Start;
        SnoozeTimes.Until("15m", now, TimeZoneInfo.Utc).ShouldBe(now.AddMinutes(15));
        SnoozeTimes.Until("1h", now, TimeZoneInfo.Utc).ShouldBe(now.AddHours(1));
        SnoozeTimes.Until("for ever", now, TimeZoneInfo.Utc).ShouldBeNull();
    }
}
