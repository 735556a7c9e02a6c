using ChatOps.Configuration;
using ChatOps.Deployments;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Deployments;

public sealed class FreezeCalendarTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private static readonly FreezeWindow Weekend = new() { Reason = "nobody is there", TimeZone = Berlin, From = new(DayOfWeek.Friday, new(16, 0)), To = new(DayOfWeek.Monday, new(8, 0)), Environments = ["production"] };

    private static FreezeFact? At(FreezeWindow window, string instant, string environment = "production") =>
        FreezeCalendar.InForce([window], new("shop", environment), DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture)).SingleOrDefault();

    [Theory]
    [InlineData("2026-11-06T14:59:59Z", false)]
    [InlineData("2026-11-06T15:00:00Z", true)]
    [InlineData("2026-11-08T12:00:00Z", true)]
    [InlineData("2026-11-09T06:59:59Z", true)]
    [InlineData("2026-11-09T07:00:00Z", false)]
    // In summer the same clock is another instant.
    [InlineData("2026-07-03T13:59:59Z", false)]
    [InlineData("2026-07-03T14:00:00Z", true)]
    public void A_weekly_freeze_goes_by_the_clock_on_the_wall(string instant, bool frozen) => (At(Weekend, instant) is not null).ShouldBe(frozen);

    [Fact]
    public void It_is_known_when_it_began_and_ends_also_over_a_change_of_the_clock()
    {
        // The night of 25 October 2026 has an hour more.
        var freeze = At(Weekend, "2026-10-25T12:00:00Z").ShouldNotBeNull();

        freeze.Since.ShouldBe(DateTimeOffset.Parse("2026-10-23T14:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        freeze.Until.ShouldBe(DateTimeOffset.Parse("2026-10-26T07:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Only_the_named_environments_are_frozen() => At(Weekend, "2026-11-08T12:00:00Z", "staging").ShouldBeNull();

    [Theory]
    [InlineData("2026-03-29T00:59:00Z", false)]
    // 02:30 is jumped over: the freeze begins with the jump at 01:00 UTC.
    [InlineData("2026-03-29T01:00:00Z", true)]
    [InlineData("2026-10-25T00:29:00Z", false)]
    // 02:30 is there twice: the first counts.
    [InlineData("2026-10-25T00:30:00Z", true)]
    public void A_freeze_that_begins_in_the_hour_that_changes_begins_once(string instant, bool frozen) =>
        (At(Weekend with { From = new(DayOfWeek.Sunday, new(2, 30)), To = new(DayOfWeek.Sunday, new(12, 0)) }, instant) is not null).ShouldBe(frozen);

    [Fact]
    public void A_window_of_a_whole_week_is_always_in_force_but_for_its_gap()
    {
        var almost = Weekend with { From = new(DayOfWeek.Wednesday, new(10, 0)), To = new(DayOfWeek.Wednesday, new(9, 0)), TimeZone = TimeZoneInfo.Utc };
        At(almost, "2026-11-04T09:30:00Z").ShouldBeNull();
        At(almost, "2026-11-04T08:59:00Z").ShouldNotBeNull();
        At(almost, "2026-11-03T12:00:00Z").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("2026-11-23T22:59:59Z", false)]
    [InlineData("2026-11-23T23:00:00Z", true)]
    [InlineData("2026-11-30T22:59:59Z", true)]
    [InlineData("2026-11-30T23:00:00Z", false)]
    public void A_dated_freeze_is_once(string instant, bool frozen) =>
        (At(new() { Reason = "the sale", TimeZone = Berlin, Begins = new(2026, 11, 24), Ends = new(2026, 12, 1) }, instant) is not null).ShouldBe(frozen);

    [Fact]
    public void What_is_in_force_began_before_and_ends_after() => Prop.ForAll(
        (from day in Gen.Choose(0, 6) from hour in Gen.Choose(0, 23) from end in Gen.Choose(0, 6) from endHour in Gen.Choose(0, 23) from minutes in Gen.Choose(0, 60 * 24 * 730) select (day, hour, end, endHour, minutes)).ToArbitrary(), c =>
        {
            var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(c.minutes);
            var window = Weekend with { From = new((DayOfWeek)c.day, new(c.hour, 30)), To = new((DayOfWeek)c.end, new(c.endHour, 15)) };
            var found = FreezeCalendar.InForce([window], new("shop", "production"), at);
            // The opposite window is in force exactly when this one is not: a week has no hole.
            var opposite = FreezeCalendar.InForce([window with { From = window.To, To = window.From }], new("shop", "production"), at);
            return found.All(f => f.Since <= at && f.Until > at && f.Until - f.Since <= TimeSpan.FromDays(7.05)) && (found.Count == 1) != (opposite.Count == 1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
}
