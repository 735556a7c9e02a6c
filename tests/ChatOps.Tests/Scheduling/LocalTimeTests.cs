using System.Globalization;
using ChatOps.Scheduling;

namespace ChatOps.Tests.Scheduling;

public sealed class LocalTimeTests
{
    [Theory]
    [InlineData("Europe/Vienna", "2027-01-04T09:00", "2027-01-04T08:00:00Z")]
    [InlineData("Europe/Vienna", "2027-07-05T09:00", "2027-07-05T07:00:00Z")]
    // Does not exist: clocks go from 02:00 to 03:00, at 01:00 UTC.
    [InlineData("Europe/Vienna", "2027-03-28T02:30", "2027-03-28T01:00:00Z")]
    // Comes twice: the first time, still summer.
    [InlineData("Europe/Vienna", "2027-10-31T02:30", "2027-10-31T00:30:00Z")]
    // Half an hour forward at 02:00, 15:30 UTC the day before.
    [InlineData("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30:00Z")]
    public void A_local_time_has_one_meaning(string zone, string local, string instant) =>
        LocalTime.At(DateTime.Parse(local, CultureInfo.InvariantCulture), LocalTime.Find(zone)!).ShouldBe(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture));

    [Fact]
    public void A_zone_that_does_not_exist_is_not_found() => LocalTime.Find("Europe/Wien").ShouldBeNull();
}
