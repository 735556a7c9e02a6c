using System.Globalization;
using ChatOps.Configuration;
using ChatOps.OnCall;
using FsCheck;
using FsCheck.Fluent;
using ChatOps.Scheduling;

namespace ChatOps.Tests.OnCall;

/// <summary>Schedules against tables that were worked out by hand: local handovers in UTC.</summary>
public sealed class OnCallScheduleTests
{
    private static readonly string[] Three = ["ana", "ben", "carla"];
    private static readonly string[] Two = ["ana", "ben"];

    [Fact]
    public void In_Vienna_a_weekly_handover_stays_at_nine_across_both_changes_of_the_clocks()
    {
        // Clocks go forward on 29 March 2026, back on 25 October 2026.
        var schedule = Weekly("Europe/Vienna", "2026-03-16", "09:00", Three);
        Shows(schedule,
            ("2026-03-16T08:00Z", "ana"), ("2026-03-23T08:00Z", "ben"), ("2026-03-30T07:00Z", "carla"), ("2026-04-06T07:00Z", "ana"));
        Shows(schedule, ("2026-10-19T07:00Z", "ben"), ("2026-10-26T08:00Z", "carla"), ("2026-11-02T08:00Z", "ana"));
    }

    [Fact]
    public void In_New_York_a_daily_handover_stays_at_eight_across_both_changes_of_the_clocks()
    {
        // Forward on 8 March 2026, back on 1 November 2026.
        var schedule = Daily("America/New_York", "2026-03-06", "08:00", Two);
        Shows(schedule, ("2026-03-06T13:00Z", "ana"), ("2026-03-07T13:00Z", "ben"), ("2026-03-08T12:00Z", "ana"), ("2026-03-09T12:00Z", "ben"));
        Shows(schedule, ("2026-10-31T12:00Z", "ben"), ("2026-11-01T13:00Z", "ana"), ("2026-11-02T13:00Z", "ben"));
    }

    [Fact]
    public void On_Lord_Howe_the_clocks_change_by_half_an_hour_and_the_handover_stays_at_nine()
    {
        // From +11:00 to +10:30 on 5 April 2026, and again to +11:00 on 4 October 2026.
        var schedule = Daily("Australia/Lord_Howe", "2026-04-03", "09:00", Two);
        Shows(schedule, ("2026-04-02T22:00Z", "ana"), ("2026-04-03T22:00Z", "ben"), ("2026-04-04T22:30Z", "ana"), ("2026-04-05T22:30Z", "ben"));
        Shows(schedule, ("2026-10-02T22:30Z", "ben"), ("2026-10-03T22:00Z", "ana"), ("2026-10-04T22:00Z", "ben"));
    }

    [Theory]
    // The clock jumps from 02:00 to 03:00: half past two is the moment of the jump.
    [InlineData("Europe/Vienna", "2026-03-28", "02:30", "2026-03-28T01:30Z")]
    [InlineData("Europe/Vienna", "2026-03-29", "02:30", "2026-03-29T01:00Z")]
    [InlineData("Europe/Vienna", "2026-03-30", "02:30", "2026-03-30T00:30Z")]
    // It shows half past two twice: the first one counts.
    [InlineData("Europe/Vienna", "2026-10-24", "02:30", "2026-10-24T00:30Z")]
    [InlineData("Europe/Vienna", "2026-10-25", "02:30", "2026-10-25T00:30Z")]
    [InlineData("Europe/Vienna", "2026-10-26", "02:30", "2026-10-26T01:30Z")]
    // Half an hour that is left out, and half an hour that comes twice.
    [InlineData("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30Z")]
    [InlineData("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45Z")]
    // Samoa left out 30 December 2011 altogether.
    [InlineData("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30T10:00Z")]
    [InlineData("Pacific/Apia", "2011-12-31", "09:00", "2011-12-30T19:00Z")]
    public void A_local_time_that_does_not_exist_or_comes_twice_has_one_meaning(string zone, string date, string time, string instant) =>
        LocalTime.At(DateOnly.Parse(date, CultureInfo.InvariantCulture), TimeOnly.Parse(time, CultureInfo.InvariantCulture), TimeZoneInfo.FindSystemTimeZoneById(zone)).ShouldBe(At(instant));

    [Fact]
    public void Years_and_leap_days_do_not_disturb_the_order()
    {
        var daily = Daily("UTC", "2027-12-30", "00:00", Three);
        Shows(daily, ("2027-12-30T00:00Z", "ana"), ("2027-12-31T00:00Z", "ben"), ("2028-01-01T00:00Z", "carla"), ("2028-01-02T00:00Z", "ana"));
        Shows(daily, ("2028-02-28T00:00Z", "ana"), ("2028-02-29T00:00Z", "ben"), ("2028-03-01T00:00Z", "carla"), ("2028-03-02T00:00Z", "ana"));
        Shows(Weekly("Europe/Vienna", "2025-12-22", "09:00", Three), ("2025-12-22T08:00Z", "ana"), ("2025-12-29T08:00Z", "ben"), ("2026-01-05T08:00Z", "carla"), ("2026-01-12T08:00Z", "ana"));
    }

    [Fact]
    public void Before_its_first_day_the_rotation_reads_backwards() =>
        Shows(Weekly("UTC", "2026-01-05", "09:00", Three), ("2025-12-22T09:00Z", "ben"), ("2025-12-29T09:00Z", "carla"), ("2026-01-05T09:00Z", "ana"));

    [Fact]
    public void Overrides_cut_pieces_out_of_the_shifts_and_the_newest_counts()
    {
        var schedule = Weekly("Europe/Vienna", "2026-03-16", "09:00", Three);
        ShiftOverride[] overrides =
        [
            Override(1, "dmitri", "2026-03-28T12:00Z", "2026-03-31T12:00Z"),
            Override(2, "eve", "2026-03-29T00:00Z", "2026-03-29T06:00Z"),
            // Below the first in part: only what stands out shows.
            Override(0, "frank", "2026-03-31T00:00Z", "2026-04-01T00:00Z"),
        ];
        Shows(schedule, overrides,
            ("2026-03-23T08:00Z", "ben"), ("2026-03-28T12:00Z", "dmitri"), ("2026-03-29T00:00Z", "eve"), ("2026-03-29T06:00Z", "dmitri"),
            ("2026-03-31T12:00Z", "frank"), ("2026-04-01T00:00Z", "carla"), ("2026-04-06T07:00Z", "ana"));
    }

    [Fact]
    public void Whose_turn_is_next_is_told_in_the_order_of_the_rotation()
    {
        var schedule = Weekly("UTC", "2026-01-05", "09:00", Three);
        schedule.NextInRotation(At("2026-01-13T00:00Z")).ShouldBe(["carla", "ana"]);
        Weekly("UTC", "2026-01-05", "09:00", ["ana"]).NextInRotation(At("2026-01-13T00:00Z")).ShouldBeEmpty();
    }

    [Fact]
    public void At_every_instant_exactly_one_person_is_on_call_and_the_shifts_leave_no_gap_and_no_overlap()
    {
        var cases =
            from zone in Gen.Elements("Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC", "Africa/Casablanca", "America/St_Johns")
            from hour in Gen.Choose(0, 23)
            from minute in Gen.Elements(0, 15, 30, 45)
            from days in Gen.Elements(1, 2, 7, 14)
            from people in Gen.Choose(1, 5)
            from instant in Gen.Choose(0, 40 * 366 * 24 * 60)
            from pieces in Gen.Choose(0, 4)
            from begins in Gen.Choose(-20_000, 20_000).ArrayOf(pieces)
            from lengths in Gen.Choose(1, 20_000).ArrayOf(pieces)
            select (zone, hour, minute, days, people, instant, begins, lengths);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var schedule = new OnCallSchedule(new Rotation
            {
                Name = "s", People = [.. Enumerable.Range(0, c.people).Select(i => $"p{i}")], Handover = new TimeOnly(c.hour, c.minute), Days = c.days,
                Zone = TimeZoneInfo.FindSystemTimeZoneById(c.zone), Start = new DateOnly(2020, 6, 1),
            });
            var instant = At("2000-01-01T00:00Z").AddMinutes(c.instant);
            ShiftOverride[] overrides = [.. c.begins.Zip(c.lengths).Select((o, i) => new ShiftOverride { Id = i, Person = $"o{i}", From = instant.AddMinutes(o.First), Until = instant.AddMinutes(o.First + o.Second) })];

            var shift = schedule.At(instant, overrides);
            shift.From.ShouldBeLessThanOrEqualTo(instant);
            shift.Until.ShouldBeGreaterThan(instant);
            foreach (var next in schedule.From(instant, overrides).Skip(1).Take(6))
            {
                next.From.ShouldBe(shift.Until);
                schedule.At(next.Until.AddTicks(-1), overrides).ShouldBe(next);
                schedule.At(next.From.AddTicks(-1), overrides).ShouldBe(shift);
                shift = next;
            }
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static void Shows(OnCallSchedule schedule, params (string From, string Person)[] table) => Shows(schedule, [], table);

    private static void Shows(OnCallSchedule schedule, ShiftOverride[] overrides, params (string From, string Person)[] table)
    {
        var shifts = schedule.From(At(table[0].From), overrides).Take(table.Length).ToList();
        shifts.Select(s => (s.From, s.Person)).ShouldBe(table.Select(t => (At(t.From), t.Person)));
        foreach (var (shift, next) in shifts.Zip(shifts.Skip(1))) shift.Until.ShouldBe(next.From);
    }

    private static OnCallSchedule Weekly(string zone, string start, string time, string[] people) => Schedule(zone, start, time, 7, people);

    private static OnCallSchedule Daily(string zone, string start, string time, string[] people) => Schedule(zone, start, time, 1, people);

    private static OnCallSchedule Schedule(string zone, string start, string time, int days, string[] people) => new(new Rotation
    {
        Name = "shop-team",
        People = people,
        Handover = TimeOnly.Parse(time, CultureInfo.InvariantCulture),
        Days = days,
        Zone = TimeZoneInfo.FindSystemTimeZoneById(zone),
        Start = DateOnly.Parse(start, CultureInfo.InvariantCulture),
    });

    private static ShiftOverride Override(long id, string person, string from, string until) => new() { Id = id, Schedule = "shop-team", Person = person, From = At(from), Until = At(until), State = OverrideState.Active };

    private static DateTimeOffset At(string text) => DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
