using ChatOps.OnCall;
using ChatOps.Reminders;
using ChatOps.Slack.Blocks;
using static ChatOps.Tests.Reminders.ReminderExamples;

namespace ChatOps.Tests.Reminders;

public sealed class ReminderMessagesTests
{
    private const string Hostile = "*_~`<!channel> & <@U0BEN00001> :fire: ```\n> 決済が失敗する決済が失敗する決済が失敗する";

    public static TheoryData<string> AllKinds => [ReminderKinds.Update, ReminderKinds.Lead, ReminderKinds.Step, ReminderKinds.PostMortem, ReminderKinds.Task, ReminderKinds.Shift, ReminderKinds.Review, ReminderKinds.Archive];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void Each_says_who_must_act_within_what_a_phone_shows_and_can_be_snoozed(string kind)
    {
        var message = Of(kind, "Nobody can log in");
        message.Text[..Math.Min(120, message.Text.Length)].ShouldContain("<@U0");
        message.Text.ShouldStartWith("Incident 7");
        var buttons = message.Blocks!.OfType<ActionsBlock>().Single().Elements.OfType<Button>().ToList();
        buttons.Count.ShouldBeInRange(4, 5);
        buttons.Count(b => b.ActionId.StartsWith(ReminderMessages.Snooze, StringComparison.Ordinal)).ShouldBe(3);
        BlockValidation.Check(message).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void Nothing_that_a_title_or_a_task_says_notifies_anybody_or_is_too_long(string kind)
    {
        var message = Of(kind, string.Concat(Enumerable.Repeat(Hostile, 40)));
        BlockValidation.Check(message).ShouldBeEmpty();
        message.Text.ShouldNotContain("<!channel>");
        message.Text.ShouldNotContain("<@U0BEN00001> :fire:");
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void A_drill_is_marked(string kind) => Of(kind, "Practice", drill: true).Text[..60].ShouldContain("drill", Case.Insensitive);

    [Fact]
    public void The_end_of_a_shift_names_the_time_and_who_comes_and_offers_the_lead_to_them_and_to_others()
    {
        var message = Of(ReminderKinds.Shift, "Nobody can log in");
        message.Text.ShouldStartWith("Incident 7 · SEV1 · open: <@U0ANA00001>, your shift ends at <!date^1795579200^{time}|2026-11-25 04:00:00 UTC>; <@U0BEN00001> is next.");
        var buttons = message.Blocks!.OfType<ActionsBlock>().Single().Elements.OfType<Button>().ToList();
        buttons[0].Value.ShouldBe("handover|7|@U0BEN00001");
        buttons[1].Value.ShouldBe("handover|7|", "without a person, a form asks for one");
        buttons[0].ActionId.ShouldNotBe(buttons[1].ActionId);
    }

    [Fact]
    public void A_shift_that_is_over_or_that_nobody_known_takes_next_is_told_as_that()
    {
        var shift = new OnCallUntil("shop-team", "U0ANA00001", Start, At(60), Next: null);
        var reminder = new Reminder(ReminderKinds.Shift, "incident 7 led by U0ANA00001", At(30), At(30)) { Shift = shift };
        var message = ReminderMessages.Of(reminder, new ReminderRow { Id = 12, Times = 1 }, Facts(), Usual);
        message.Text.ShouldContain("I do not know who is next");
        message.Blocks!.OfType<ActionsBlock>().Single().Elements.OfType<Button>().First().Value.ShouldBe("handover|7|");
        ReminderMessages.Of(reminder with { ShiftIsOver = true, Shift = shift with { Next = "U0BEN00001" } }, new ReminderRow { Id = 12, Times = 1 }, Facts(), Usual)
            .Text.ShouldContain("UTC>; <@U0BEN00001> is on call now.");
    }

    [Fact]
    public void A_task_goes_to_its_owner_and_to_the_channel_where_nobody_owns_it_or_the_owner_may_not_see_the_incident()
    {
        var open = Facts();
        Destination(open, "U0BEN00001").ShouldBe("U0BEN00001");
        Destination(open, owner: null).ShouldBe("incident:7");
        var secret = Facts(Open with { Private = true });
        Destination(secret, "U0BEN00001").ShouldBe("incident:7");
        Destination(secret with { Members = new HashSet<string> { "U0BEN00001" } }, "U0BEN00001").ShouldBe("U0BEN00001");

        static string Destination(ReminderFacts facts, string? owner) =>
            ReminderMessages.DestinationOf(new Reminder(ReminderKinds.Task, "task 3", Start, Start) { Task = 3 }, facts with { Tasks = [Task(3, Start, owner)] });
    }

    private static Message Of(string kind, string title, bool drill = false)
    {
        var incident = Open with { Title = title, Drill = drill, Lead = kind == ReminderKinds.Lead ? null : Open.Lead };
        var facts = (kind is ReminderKinds.PostMortem or ReminderKinds.Archive ? Resolved(Start) with { Incident = Resolved(Start).Incident with { Title = title, Drill = drill } } : Facts(incident))
            with { Tasks = [Task(3, Start, text: title)] };
        var reminder = new Reminder(kind, "incident 7", Start, At(30)) { Task = kind == ReminderKinds.Task ? 3 : null, Deploy = Deployed(4, Start, title), Shift = new OnCallUntil("shop-team", "U0ANA00001", Start, At(60), "U0BEN00001") };
        return ReminderMessages.Of(reminder, new ReminderRow { Id = 12, Times = 1, Kind = kind }, facts, Usual);
    }
}
