using ChatOps.Incidents;
using ChatOps.Reminders;
using static ChatOps.Tests.Reminders.ReminderExamples;

namespace ChatOps.Tests.Reminders;

public sealed class DueRemindersTests
{
    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 60)]
    [InlineData(3, 240)]
    public void An_update_is_due_so_long_after_the_start_as_the_severity_says(int severity, double minutes)
    {
        var facts = Facts(Open with { Severity = severity }) with { Busy = true };
        Kinds(facts, At(minutes - 0.01)).ShouldBeEmpty();
        Kinds(facts, At(minutes)).ShouldBe([ReminderKinds.Update]);
    }

    [Fact]
    public void A_review_is_asked_for_after_a_day_and_each_further_day_three_times_in_all()
    {
        var facts = Resolved(Start) with { PostMortemReviewed = true, Reviews = [Deployed(4, At(0))] };
        var occasions = Enumerable.Range(0, 24 * 10).Select(h => DueReminders.Of(facts, Usual, At(h * 60)).Where(r => r.Kind == ReminderKinds.Review).Select(r => (Hour: h, r.Occurrence)).ToList()).ToList();
        occasions[23].ShouldBeEmpty();
        occasions.SelectMany(o => o).DistinctBy(o => o.Occurrence).Select(o => o.Hour).ShouldBe([24, 48, 72]);
        DueReminders.NextAt(facts, Usual, At(60)).ShouldBe(At(24 * 60));
    }

    [Fact]
    public void A_SEV4_owes_nobody_an_update() => Kinds(Facts(Open with { Severity = 4 }) with { Busy = true }, At(100_000)).ShouldBeEmpty();

    [Fact]
    public void A_SEV4_that_promised_an_update_owes_it() =>
        Kinds(Facts(Open with { Severity = 4, LastUpdateAt = At(10), UpdateDueAt = At(200) }) with { Busy = true }, At(200)).ShouldBe([ReminderKinds.Update]);

    [Fact]
    public void What_was_promised_counts_and_not_the_severity()
    {
        var facts = Facts(Open with { LastUpdateAt = At(10), UpdateDueAt = At(100) }) with { Busy = true };
        Kinds(facts, At(99)).ShouldBeEmpty();
        Kinds(facts, At(100)).ShouldBe([ReminderKinds.Update]);
    }

    [Fact]
    public void An_update_begins_the_time_anew()
    {
        var facts = Facts(Open with { LastUpdateAt = At(25) }) with { Busy = true };
        Kinds(facts, At(54)).ShouldBeEmpty();
        Kinds(facts, At(55)).ShouldBe([ReminderKinds.Update]);
    }

    [Fact]
    public void After_five_hours_away_one_update_is_asked_for_and_not_ten()
    {
        var due = DueReminders.Of(Facts() with { Busy = true }, Usual, At(301)).Single();
        due.DueAt.ShouldBe(At(300));
    }

    [Fact]
    public void The_interval_can_be_set_and_switched_off()
    {
        var facts = Facts() with { Busy = true };
        Kinds(facts, At(10), Usual with { UpdateEvery = [TimeSpan.FromMinutes(10), null, null, null] }).ShouldBe([ReminderKinds.Update]);
        Kinds(facts, At(1_000), Usual with { UpdateEvery = [null, null, null, null] }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(IncidentStatus.Triage)]
    [InlineData(IncidentStatus.Open)]
    [InlineData(IncidentStatus.Watching)]
    public void Five_minutes_without_a_lead_are_enough(IncidentStatus status)
    {
        var facts = Facts(Open with { Status = status, Lead = null });
        Kinds(facts, At(4.9)).ShouldBeEmpty();
        Kinds(facts, At(5)).ShouldBe([ReminderKinds.Lead]);
    }

    [Fact]
    public void The_bot_is_no_lead() => Kinds(Facts(Open with { Lead = "chatops" }), At(5)).ShouldBe([ReminderKinds.Lead]);

    [Fact]
    public void A_lead_who_gives_it_back_leaves_five_minutes_from_then() =>
        Kinds(Facts(Open with { Lead = null }) with { LeadChangedAt = At(10) }, At(14)).ShouldBeEmpty();

    [Fact]
    public void Twenty_minutes_without_a_step_are_asked_about_and_a_running_operation_is_a_step()
    {
        var facts = Facts() with { LastStepAt = At(3) };
        Kinds(facts, At(22.9)).ShouldBeEmpty();
        Kinds(facts, At(23)).ShouldBe([ReminderKinds.Step]);
        Kinds(facts with { Busy = true }, At(23)).ShouldBeEmpty();
    }

    [Fact]
    public void While_it_is_watched_nothing_needs_to_happen()
    {
        var facts = Facts(Open with { Status = IncidentStatus.Watching, WatchUntil = At(40), LastUpdateAt = At(15) });
        Kinds(facts, At(36)).ShouldBeEmpty();
    }

    [Fact]
    public void A_triage_is_asked_for_a_lead_and_for_nothing_else() =>
        Kinds(Facts(Open with { Status = IncidentStatus.Triage, Severity = null, Lead = null }), At(10_000)).ShouldBe([ReminderKinds.Lead]);

    [Fact]
    public void A_post_mortem_may_wait_two_days_for_its_review()
    {
        var facts = Resolved(Start);
        Kinds(facts, Start.AddDays(2).AddSeconds(-1)).ShouldBeEmpty();
        Kinds(facts, Start.AddDays(2)).ShouldBe([ReminderKinds.PostMortem]);
        Kinds(facts with { PostMortemReviewed = true }, Start.AddDays(2)).ShouldBeEmpty();
    }

    [Fact]
    public void A_false_alarm_has_no_post_mortem_to_remind_of() =>
        Kinds(Facts(Open with { Status = IncidentStatus.Cancelled }) with { EndedAt = Start }, Start.AddDays(3)).ShouldBeEmpty();

    [Fact]
    public void A_channel_is_asked_about_when_it_was_quiet_for_a_week_after_the_end()
    {
        var facts = Resolved(Start) with { PostMortemReviewed = true, LastRecordAt = Start.AddDays(3) };
        Kinds(facts, Start.AddDays(9)).ShouldBeEmpty();
        Kinds(facts, Start.AddDays(10)).ShouldBe([ReminderKinds.Archive]);
        Kinds(facts, Start.AddDays(10), Usual with { ArchiveAfter = null }).ShouldBeEmpty();
    }

    [Fact]
    public void Each_overdue_task_is_a_reminder_of_its_own_also_after_the_end()
    {
        var facts = Resolved(Start) with { PostMortemReviewed = true, Tasks = [Task(1, Start.AddHours(1)), Task(2, Start.AddHours(2)), Task(3, Start.AddDays(30)), Task(4, null), Task(5, Start) with { State = TaskState.Done }] };
        DueReminders.Of(facts, Usual, Start.AddHours(2)).Select(r => r.Subject).ShouldBe(["task 1", "task 2"]);
    }

    [Fact]
    public void The_next_look_is_when_the_next_thing_becomes_due() =>
        DueReminders.NextAt(Resolved(Start), Usual, Start.AddHours(1)).ShouldBe(Start.AddDays(2));
}
