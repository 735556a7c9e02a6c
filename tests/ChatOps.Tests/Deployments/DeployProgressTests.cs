using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Deployments.Strategies;

namespace ChatOps.Tests.Deployments;

public sealed class DeployProgressTests
{
    private static readonly DeployPlan Plan = DeployPlan.Make(TestFacts.Good.Ask(r => r with { Strategy = DeployStrategy.Canary }));

    private static readonly DeployState First = new() { Stage = DeployStage.Share, ShareIndex = 0, Begun = TestFacts.Now, Since = TestFacts.Now };

    [Fact]
    public void It_gets_on_with_the_time_and_never_says_that_it_is_done()
    {
        var shares = Enumerable.Range(0, 600).Select(minute => DeployProgress.Of(Plan, First, TestFacts.Now.AddMinutes(minute))!).ToList();
        shares.Select(s => s.Share).ShouldBeInOrder();
        shares.ShouldAllBe(s => s.Share < 1);
        shares[0].Share.ShouldBeLessThan(0.1);
    }

    [Fact]
    public void While_it_waits_for_an_answer_it_stands_where_it_stood_and_promises_no_time()
    {
        var waits = DeployProgress.Of(Plan, First with { Asked = true }, TestFacts.Now.AddHours(3))!;
        waits.Share.ShouldBe(DeployProgress.Of(Plan, First, TestFacts.Now)!.Share);
        waits.Left.ShouldBeNull();
    }

    [Fact]
    public void What_goes_back_has_no_bar() => DeployProgress.Of(Plan, First with { Stage = DeployStage.Undo, Why = "it was slow" }, TestFacts.Now).ShouldBeNull();

    [Fact]
    public void A_later_stage_is_further() =>
        DeployProgress.Of(Plan, First with { Stage = DeployStage.Watch }, TestFacts.Now)!.Share.ShouldBeGreaterThan(DeployProgress.Of(Plan, First with { ShareIndex = 1 }, TestFacts.Now)!.Share);
}
