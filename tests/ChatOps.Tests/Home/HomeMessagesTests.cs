using ChatOps.Home;
using ChatOps.Incidents;
using ChatOps.Reports;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tests.Home;

public sealed class HomeMessagesTests
{
    private const string Hostile = "*_~`<!channel> & <@U0BEN00001> ``` 決済が失敗する、誰もログインできない、在庫が減らない、注文が届かない、返金ができない";
    private static readonly DateTimeOffset At = new(2027, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void However_much_there_is_Slack_takes_it()
    {
        var view = HomeMessages.View(Crowded, "/incident");
        BlockValidation.Check(view).ShouldBeEmpty();
        view.Blocks.Count.ShouldBeLessThanOrEqualTo(100);
        var shown = Shown(view);
        shown.ShouldContain("and 30 more: `/incident list`");
        shown.ShouldContain("and 25 more: `/incident list`");
        shown.ShouldContain("and 280 more");
        shown.ShouldContain("and 32 more");
        view.Blocks.OfType<SectionBlock>().ShouldAllBe(b => b.Text == null || !(b.Text.Text.EndsWith('…') && b.Accessory == null), "whole lines are left out, none is cut through");
        shown.ShouldNotContain("<!channel>");
    }

    [Fact]
    public void Nothing_to_show_says_so_and_offers_the_start()
    {
        var view = HomeMessages.View(new HomeFacts { Person = "U0ANA00001", Now = At }, "/incident");
        BlockValidation.Check(view).ShouldBeEmpty();
        Shown(view).ShouldContain("No incident is open.");
        view.Blocks.OfType<ActionsBlock>().First().Elements.OfType<Button>().First().Value.ShouldBe("start||");
    }

    [Fact]
    public void Numbers_are_for_leads_alone()
    {
        var facts = new HomeFacts { Person = "U0ANA00001", Now = At };
        Shown(HomeMessages.View(facts, "/incident")).ShouldNotContain("Mean time");
        Shown(HomeMessages.View(facts with { Month = new Figures { Period = new(At, At, "2027-03 until today") } }, "/incident")).ShouldContain("Mean time to acknowledge");
    }

    [Fact]
    public void A_task_has_its_button_and_says_that_it_is_overdue()
    {
        var view = HomeMessages.View(new HomeFacts { Person = "U0ANA00001", Now = At, TaskCount = 1, TasksOverdue = 1, Tasks = [new IncidentTask { Number = 12, Incident = 7, Text = "raise the limit", DueAt = At.AddDays(-1) }] }, "/incident");
        Shown(view).ShouldContain("overdue since");
        view.Blocks.OfType<SectionBlock>().Select(b => b.Accessory).OfType<Button>().Single().Text.Text.ShouldBe("Done");
    }

    private static string Shown(HomeViewDefinition view) => string.Join('\n', view.Blocks.SelectMany(b => b switch
    {
        HeaderBlock h => [h.Text.Text],
        SectionBlock s => [s.Text?.Text ?? "", .. s.Fields?.Select(f => f.Text) ?? []],
        ContextBlock c => c.Elements.OfType<TextObject>().Select(t => t.Text),
        _ => (IEnumerable<string>)[],
    }));

    private static HomeFacts Crowded => new()
    {
        Person = "U0ANA00001",
        Now = At,
        Mine = [.. Incidents(HomeMessages.MostMine)],
        MineCount = 40,
        Others = [.. Incidents(HomeMessages.MostOthers)],
        OthersCount = 40,
        Tasks = [.. Enumerable.Range(1, HomeMessages.MostTasks).Select(i => new IncidentTask { Number = i, Incident = i, Text = string.Concat(Enumerable.Repeat(Hostile, 20)), DueAt = At.AddDays(-i) })],
        TaskCount = 300,
        TasksOverdue = 300,
        Operations = [.. Enumerable.Range(1, HomeMessages.MostOperations).Select(i => new HomeOperation { Number = i, Kind = "rollback", Target = $"{new string('s', 60)}{i}@production", State = "unknown", ConfirmedBy = "U0BEN00001", RequestedAt = At, Incident = i })],
        OperationCount = 40,
        PostMortems = [.. Enumerable.Range(1, HomeMessages.MostPostMortems).Select(i => new HomePostMortem { Incident = i, Title = Hostile, Version = 3, Mine = true, MadeAt = At })],
        PostMortemCount = 80,
        Month = new Figures { Period = new(At, At, "2027-03 until today"), BySeverity = [100, 200, 300, 400, 500], FalseAlarms = 99, Downtime = TimeSpan.FromDays(40) },
        LeadsUnknown = true,
    };

    private static IEnumerable<HomeIncident> Incidents(int count) => Enumerable.Range(1, count).Select(i => new HomeIncident
    {
        Number = 100_000 + i, Title = Hostile, Severity = (i % 4) + 1, Status = IncidentStatus.Open, DeclaredAt = At, Lead = "U0ANA00001", Comms = "U0ANA00001", Scribe = "U0ANA00001", Private = true, Drill = true,
    });
}
