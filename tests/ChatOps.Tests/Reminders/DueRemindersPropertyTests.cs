using ChatOps.Incidents;
using ChatOps.OnCall;
using ChatOps.Reminders;
using FsCheck;
using FsCheck.Fluent;
using static ChatOps.Tests.Reminders.ReminderExamples;

namespace ChatOps.Tests.Reminders;

public sealed class DueRemindersPropertyTests
{
    private static readonly Gen<DateTimeOffset> Moment = Gen.Choose(0, 20_000).Select(m => At(m));

    private static readonly Gen<DateTimeOffset?> Perhaps = Gen.OneOf(Gen.Constant<DateTimeOffset?>(null), Moment.Select(m => (DateTimeOffset?)m));

    private static readonly Gen<ReminderFacts> AnyFacts =
        from status in Gen.Elements(Enum.GetValues<IncidentStatus>())
        from severity in Gen.Elements<int?>(null, 1, 2, 3, 4)
        from lead in Gen.Elements<string?>(null, "chatops", "U0ANA00001")
        from updated in Perhaps
        from promised in Perhaps
        from watch in Perhaps
        from step in Perhaps
        from ended in Moment
        from recorded in Moment
        from busy in Gen.Elements(true, false)
        from reviewed in Gen.Elements(true, false)
        from due in Perhaps.ListOf()
        from deployed in Moment.ListOf()
        from offered in Gen.Elements(true, false)
        from onCall in Gen.Elements("U0ANA00001", "U0BEN00001")
        from begins in Gen.Choose(-5_000, 20_000)
        from length in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(1, 10_000).Select(m => (int?)m))
        let incident = Open with { Status = status, Severity = severity, Lead = lead, LastUpdateAt = updated, UpdateDueAt = promised, WatchUntil = watch, ResolvedAt = status is IncidentStatus.Resolved or IncidentStatus.Closed ? ended : null }
        select Facts(incident) with
        {
            LastStepAt = step, LastRecordAt = recorded, Busy = busy, PostMortemReviewed = reviewed, EndedAt = incident.IsOpen ? null : ended,
            HandoverOffered = offered,
            Shifts = [new OnCallUntil("shop-team", onCall, At(begins), length is { } l ? At(begins + l) : null, Next: null)],
            Reviews = [.. deployed.Select((d, i) => Deployed(i + 1, d))],
            Tasks = [.. due.Select((d, i) => Task(i + 1, d))],
        };

    private static readonly Arbitrary<(ReminderFacts Facts, DateTimeOffset Now)> Cases = AnyFacts.SelectMany(f => Gen.Choose(0, 60_000).Select(m => (f, At(m)))).ToArbitrary();

    [Fact]
    public void None_comes_before_its_time() => Check((facts, now) => DueReminders.Of(facts, Usual, now).All(r => r.DueAt <= now && r.Since <= r.DueAt));

    [Fact]
    public void What_is_over_is_reminded_of_its_post_mortem_its_tasks_its_deploys_and_its_channel_alone() => Check((facts, now) =>
        facts.Incident.IsOpen || DueReminders.Of(facts, Usual, now).All(r => r.Kind is ReminderKinds.PostMortem or ReminderKinds.Task or ReminderKinds.Review or ReminderKinds.Archive));

    [Fact]
    public void One_look_asks_for_no_occasion_twice() => Check((facts, now) =>
    {
        var keys = DueReminders.Of(facts, Usual, now).Select(r => (r.Kind, r.Subject, r.Occurrence)).ToList();
        return keys.Count == keys.Distinct().Count();
    });

    [Fact]
    public void However_often_it_is_looked_an_update_is_asked_for_at_most_once_an_interval() => Check((facts, now) =>
    {
        if (facts.Incident.Severity is not { } severity || Usual.UpdateEveryOf(severity) is not { } every) return true;
        var asked = Enumerable.Range(0, 400).SelectMany(i => DueReminders.Of(facts, Usual, now.AddMinutes(i))).Where(r => r.Kind == ReminderKinds.Update).Select(r => r.DueAt).Distinct().Order().ToList();
        return asked.Zip(asked.Skip(1)).All(p => p.Second - p.First >= every);
    });

    [Fact]
    public void All_but_updates_and_reviews_are_one_occasion_for_as_long_as_nothing_changes() => Check((facts, now) =>
        Enumerable.Range(0, 50).SelectMany(i => DueReminders.Of(facts, Usual, now.AddHours(i))).Where(r => r.Kind is not (ReminderKinds.Update or ReminderKinds.Review))
            .GroupBy(r => (r.Kind, r.Subject)).All(g => g.Select(r => r.Occurrence).Distinct().Count() == 1));

    [Fact]
    public void What_is_not_due_yet_is_due_at_the_next_look() => Check((facts, now) =>
        DueReminders.NextAt(facts, Usual, now) is not { } next || (next > now && DueReminders.Of(facts, Usual, next).Any(r => r.DueAt == next)));

    private static void Check(Func<ReminderFacts, DateTimeOffset, bool> rule) =>
        Prop.ForAll(Cases, c => rule(c.Facts, c.Now)).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
}
