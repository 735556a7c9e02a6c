using ChatOps.Diagnosis;
using ChatOps.Incidents;
using ChatOps.PostMortems;
using static ChatOps.Tests.PostMortems.Outage;

namespace ChatOps.Tests.PostMortems;

/// <summary>Action items with owner and state; a cause that is said once; a drill that says so.</summary>
public sealed class TasksAndRepetitionTests
{
    [Theory]
    [InlineData("shop-db is not running: OOM killed", "suspected by ChatOps: shop-db is not running: OOM killed, because shop: login fails: 500.")]
    [InlineData("shop-db was killed", "suspected by ChatOps: shop-db was killed, because shop-db NOT RUNNING; shop-db: OOM killed; shop: login fails: 500.")]
    public void The_cause_is_not_its_own_reason_and_no_reason_is_given_twice(string title, string line)
    {
        string[] reasons = ["shop-db NOT RUNNING", "shop-db: OOM killed 14:20:03", "shop-db was OOM killed at 14:20:07", "shop: login fails: 500", "shop: login fails: 500 (12 times)"];
        var facts = Facts7 with
        {
            Incident = TheIncident with { Cause = title },
            Steps = [Step(1, "assess", Ana, At(3, 0), "looked", new RankedCause("x", title, "shop-db", 900, "restart", null, reasons, []))],
        };
        Text(facts, Sections.Cause).Replace(" 14:20:03", "", StringComparison.Ordinal).ShouldBe(line);
    }

    [Fact]
    public void Tasks_stand_among_the_action_items_with_owner_and_state()
    {
        var facts = Facts7 with
        {
            Tasks =
            [
                new IncidentTask { Number = 1, Incident = 7, Text = "Raise the limit.", Owner = Ben, DueAt = At(0, 0).AddDays(3), CreatedBy = Ana },
                new IncidentTask { Number = 2, Incident = 7, Text = "Tell | support <!channel>", State = TaskState.Done, ClosedBy = Ana, CreatedBy = Ana },
                new IncidentTask { Number = 3, Incident = 7, Text = "Buy disks", State = TaskState.Dropped, ClosedBy = Ben, Owner = Ben, CreatedBy = Ana },
            ],
        };
        var actions = Text(facts, Sections.Actions).Split('\n');
        actions[0].ShouldBe($"- [ ] Raise the limit. Owner: <@{Ben}>, due 2026-11-06 (task 1).");
        actions[1].ShouldStartWith("- [x] Tell ");
        actions[1].ShouldEndWith($"Owner: nobody yet, done by <@{Ana}> (task 2).");
        actions[1].ShouldNotContain("<!channel>");
        actions[2].ShouldBe($"- [x] Buy disks. Owner: <@{Ben}>, dropped by <@{Ben}> (task 3).");
        Text(facts, Sections.Blank).ShouldNotContain("Action items");
        Text(facts with { Tasks = [facts.Tasks[0] with { Owner = null }] }, Sections.Blank).ShouldContain("Action items: 1 has no owner.");
    }

    [Fact]
    public void A_drill_says_so_before_anything_else() =>
        Markdown(Facts7 with { Incident = TheIncident with { Drill = true } }).Split('\n')[2].ShouldStartWith("**This was a drill.**");
}
