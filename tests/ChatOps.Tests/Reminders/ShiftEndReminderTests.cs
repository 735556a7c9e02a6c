using System.Globalization;
using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.OnCall;
using ChatOps.Reminders;
using static ChatOps.Tests.Reminders.ReminderExamples;

namespace ChatOps.Tests.Reminders;

/// <summary>When the one who leads is told that their shift ends.</summary>
public sealed class ShiftEndReminderTests
{
    private const string Ana = "U0ANA00001";
    private const string Ben = "U0BEN00001";

    private static readonly Dictionary<string, string> Handles = new(StringComparer.Ordinal) { ["ana"] = Ana, ["ben"] = Ben, ["carla"] = "U0CARLA001", [Ana] = Ana, [Ben] = Ben };

    private static readonly Incident Led = Open with { Severity = 4 };

    [Fact]
    public void Half_an_hour_before_the_shift_of_the_lead_ends_and_not_before()
    {
        var facts = Busy() with { Shifts = [Until(At(60))] };
        Kinds(facts, At(29.99)).ShouldBeEmpty();
        Kinds(facts, At(30)).ShouldBe([ReminderKinds.Shift]);
        DueReminders.NextAt(facts, Usual, At(5)).ShouldBe(At(30));
    }

    [Fact]
    public void Each_end_of_a_shift_is_one_occasion_and_so_is_each_lead()
    {
        var first = Only(Busy() with { Shifts = [Until(At(60))] }, At(31));
        Only(Busy() with { Shifts = [Until(At(60))] }, At(59)).Occurrence.ShouldBe(first.Occurrence);
        Only(Busy() with { Shifts = [Until(At(60)) with { Until = At(50) }] }, At(31)).Occurrence.ShouldNotBe(first.Occurrence);
        var bens = Only(Facts(Led with { Lead = Ben }) with { Busy = true, Shifts = [Until(At(60)) with { Person = Ben }] }, At(31));
        bens.Subject.ShouldNotBe(first.Subject);
    }

    [Fact]
    public void Who_leads_without_being_on_call_is_not_asked_and_neither_is_nobody_nor_the_bot()
    {
        var facts = Busy() with { Shifts = [Until(At(60)) with { Person = Ben }] };
        Kinds(facts, At(45)).ShouldBeEmpty();
        Kinds(facts, At(65)).ShouldBeEmpty();
        foreach (var lead in (string?[])[null, "chatops"])
            Kinds(Facts(Led with { Lead = lead }) with { Busy = true, LeadChangedAt = At(44), Shifts = [Until(At(60))] }, At(45)).ShouldBeEmpty();
    }

    [Fact]
    public void Whose_shift_goes_on_or_has_not_begun_is_not_asked()
    {
        Kinds(Busy() with { Shifts = [Until(At(60)) with { Until = null }] }, At(45)).ShouldBeEmpty();
        Kinds(Busy() with { Shifts = [Until(At(60)) with { From = At(50) }] }, At(45)).ShouldBeEmpty();
    }

    [Fact]
    public void The_schedule_of_the_service_counts_before_the_others()
    {
        var facts = Busy() with { Shifts = [Until(At(60)) with { Until = null }, Until(At(60)) with { Schedule = "other" }] };
        Kinds(facts, At(45)).ShouldBeEmpty("for this service they are on call for longer");
    }

    [Fact]
    public void Once_it_is_offered_to_somebody_or_over_nobody_is_asked()
    {
        var facts = Busy() with { Shifts = [Until(At(60))] };
        Kinds(facts with { HandoverOffered = true }, At(45)).ShouldBeEmpty();
        Kinds(Resolved(At(40)) with { PostMortemReviewed = true, Shifts = facts.Shifts }, At(45)).ShouldBeEmpty();
    }

    [Fact]
    public void What_was_snoozed_past_the_end_still_comes_to_the_one_who_led_all_the_time()
    {
        var facts = Busy() with { Shifts = [Until(At(60))] };
        var late = Only(facts, At(90));
        (late.Occurrence, late.ShiftIsOver).ShouldBe((Only(facts, At(31)).Occurrence, true));
        Kinds(facts, At(180)).ShouldBeEmpty();
        Kinds(facts with { LeadChangedAt = At(61) }, At(90)).ShouldBeEmpty("they took the lead without being on call");
    }

    [Theory]
    // Clocks go forward on 29 March 2026 and back on 25 October 2026, both in the night before a handover at nine.
    [InlineData("2026-03-29T06:30Z", "2026-03-29T07:00Z")]
    [InlineData("2026-10-25T07:30Z", "2026-10-25T08:00Z")]
    // The day before, for comparison: the same local time.
    [InlineData("2026-03-28T07:30Z", "2026-03-28T08:00Z")]
    [InlineData("2026-10-24T06:30Z", "2026-10-24T07:00Z")]
    public void In_the_night_in_which_clocks_change_it_is_half_an_hour_before_the_local_time(string due, string end)
    {
        var (asked, ends) = (Time(due), Time(end));
        var facts = Seen(Daily, [], asked, ends);
        var reminder = Only(facts, asked);
        (reminder.DueAt, reminder.Shift!.Until).ShouldBe((asked, ends));
        Kinds(Seen(Daily, [], asked.AddSeconds(-1), ends), asked.AddSeconds(-1)).ShouldBeEmpty();
    }

    [Fact]
    public void An_override_ends_the_shift_and_names_who_comes()
    {
        var taken = new ShiftOverride { Id = 1, Schedule = "shop-team", Person = Ben, From = Time("2026-06-01T12:00Z"), Until = Time("2026-06-01T15:00Z"), State = OverrideState.Active };
        var now = Time("2026-06-01T11:30Z");
        var lead = Handles[new OnCallSchedule(Daily).At(now, []).Person];
        lead.ShouldNotBe(Ben);
        var shift = Only(Seen(Daily, [taken], now, now, lead), now).Shift!;
        (shift.Until, shift.Next).ShouldBe((taken.From, Ben));
        Kinds(Seen(Daily, [], now, now, lead), now).ShouldBeEmpty("without it the shift goes on until the next morning");
    }

    [Fact]
    public void Whoever_follows_themselves_goes_on()
    {
        var now = Time("2026-06-01T06:45Z");
        ShiftEnds.Of("shop-team", new OnCallSchedule(Daily with { People = ["ana"] }).From(now, []), now + ShiftEnds.Notice, Id).ShouldHaveSingleItem().Until.ShouldBeNull();
        // By their handle in the rotation, by their id where they took over.
        var own = new OnCallSchedule(Daily).At(now, []);
        var swap = new ShiftOverride { Id = 1, Person = Handles[own.Person], From = own.Until, Until = own.Until.AddDays(1), State = OverrideState.Active };
        ShiftEnds.Of("shop-team", new OnCallSchedule(Daily).From(now, [swap]), now + ShiftEnds.Notice, Id).ShouldHaveSingleItem().Until.ShouldBeNull();
    }

    [Fact]
    public void Who_is_nobody_in_Slack_is_neither_told_nor_named()
    {
        var now = Time("2026-06-01T06:45Z");
        var times = ShiftEnds.Of("shop-team", new OnCallSchedule(Daily with { People = ["gone", "ana"] }).From(now, []), now + TimeSpan.FromDays(3), Id);
        times.ShouldAllBe(t => t.Person == Ana);
        times[0].Next.ShouldBeNull();
    }

    private static readonly Rotation Daily = new()
    {
        Name = "shop-team", People = ["ana", "carla"], Handover = new TimeOnly(9, 0), Days = 1, Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna"), Start = new DateOnly(2026, 1, 1),
    };

    /// <summary>A schedule as it is looked at in an incident that is led by whoever is on call just before a moment.</summary>
    private static ReminderFacts Seen(Rotation rotation, ShiftOverride[] overrides, DateTimeOffset now, DateTimeOffset end, string? lead = null)
    {
        var schedule = new OnCallSchedule(rotation);
        return Facts(Led with { Lead = lead ?? Handles[schedule.At(end.AddTicks(-1), overrides).Person] }) with
        {
            Busy = true, OpenedAt = now.AddHours(-3), Shifts = ShiftEnds.Of(rotation.Name, schedule.From(now - ShiftEnds.Late, overrides), now + ShiftEnds.Notice, Id),
        };
    }

    private static ReminderFacts Busy() => Facts(Led) with { Busy = true };

    private static OnCallUntil Until(DateTimeOffset end) => new("shop-team", Ana, Start.AddHours(-8), end, Ben);

    private static Reminder Only(ReminderFacts facts, DateTimeOffset now) => DueReminders.Of(facts, Usual, now).ShouldHaveSingleItem();

    private static string? Id(string name) => Handles.GetValueOrDefault(name);

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
