using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>Where the platform knows the commits between two versions, a plan, its card and its record hold them instead of the releases alone.</summary>
public sealed class DeployCommitsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CommitRange Range = new(
        [.. Enumerable.Range(1, 12).Select(i => new PlatformCommit($"{13 - i:x}0ffee0000", i % 2 == 0 ? "ana" : "tom", $"change {13 - i}", TestFacts.Now.AddHours(-i)))], 12) { Page = "https://git.example/compare/v40...v42" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void How_many_commits_come_in_and_by_whom_is_one_line_before_the_newest_of_them()
    {
        var lines = ComesIn(TestFacts.Good with { Commits = Range }).Split('\n');
        lines[0].ShouldBe("*Comes in:* 12 commits by tom, ana (2 releases) · <https://git.example/compare/v40...v42|compare>");
        lines[1].ShouldBe("• `c0ffee0000` by tom: change 12");
        lines[^1].ShouldBe("and 4 more");
        lines.Length.ShouldBe(10);
    }

    [Fact]
    public void Commits_that_go_are_told_to_go_whatever_the_order_of_the_releases_is() =>
        ComesIn(TestFacts.Good with { Commits = Range with { Backwards = true, Page = null } }).ShouldStartWith("*Goes:* 12 commits by tom, ana (2 releases)\n");

    [Fact]
    public void Where_the_platform_knows_no_commits_the_card_names_the_releases() =>
        ComesIn(TestFacts.Good).ShouldBe("*Comes in:* 2 releases\n• v42 `c0ffee42` by ana: change 42\n• v41 `c0ffee41` by bob: change 41");

    [Fact]
    public void One_commit_is_one_and_none_are_none()
    {
        ComesIn(TestFacts.Good with { Commits = new([Range.Commits[0]], 1) }).ShouldBe("*Comes in:* 1 commit by tom (2 releases)\n• `c0ffee0000` by tom: change 12");
        ComesIn(TestFacts.Good with { Commits = new([], 0) }).ShouldBe("*Comes in:* no commits (2 releases)");
        ComesIn(TestFacts.Good with { Commits = Range with { Total = 120, Page = null } }).ShouldStartWith("*Comes in:* 120 commits by tom, ana and others (2 releases)\n");
    }

    [Theory]
    [InlineData("<!channel> <@U0EVE001> @U0EVE001 `x`")]
    [InlineData("日本語🧨&<>")]
    public void Whatever_people_commit_the_card_is_valid_and_notifies_nobody(string said)
    {
        var text = string.Concat(Enumerable.Repeat(said, 500));
        var range = new CommitRange([.. Enumerable.Range(0, 100).Select(i => new PlatformCommit(text, $"{i}{text}", text, null))], 5_000) { Page = "https://git.example/" + new string('x', 220) };
        var plan = DeployPlan.Make((TestFacts.Good with { Commits = range }).Wanted(r => r with { Migrations = [text] }));

        BlockValidation.Check(DeployCards.PlanOnly(TestFacts.Good.Target, plan)).ShouldBeEmpty();
        var shown = ComesIn(TestFacts.Good with { Commits = range });
        shown.ShouldEndWith("and 4992 more");
        shown.ShouldNotContain("<!channel>");
        shown.ShouldNotContain("<@U0EVE001>");
        DeployPlan.Make(TestFacts.Good with { Commits = range }).ToArguments().GetRawText().Length.ShouldBeLessThan(300_000);
    }

    [Fact]
    public void A_plan_takes_its_commits_into_a_row_and_back() =>
        DeployPlan.Of(DeployPlan.Make(TestFacts.Good with { Commits = Range }).ToArguments()).Range.ShouldNotBeNull().ShouldSatisfyAllConditions(
            r => r.Commits.ShouldBe(Range.Commits), r => (r.Total, r.Page).ShouldBe((12, Range.Page)));

    [Fact]
    public async Task What_is_between_the_running_and_the_wanted_version_is_asked_for()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.Between = (from, to) => (from, to) == ("v40", "v42") ? Range : null;
        (await rig.FactsAsync()).Commits.ShouldBe(Range);
        (rig.Platform.Version, rig.Platform.Between) = ("v42", (_, _) => throw new InvalidOperationException("Nothing is between a version and itself."));
        (await rig.FactsAsync()).Commits.ShouldBeNull();
    }

    [Fact]
    public async Task A_platform_that_does_not_tell_the_commits_hinders_no_plan()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.Between = (_, _) => Range;
        var knowing = DeployPlan.Make(await rig.FactsAsync());
        rig.Platform.Between = (_, _) => throw new PlatformException("fake asks to wait.", CallOutcome.NotDone);
        var facts = await rig.FactsAsync();
        facts.Unknown.ShouldBe(new Dictionary<string, string> { [nameof(DeployFacts.Commits)] = "fake asks to wait." });
        var plan = DeployPlan.Make(facts);
        plan.Gates.Select(g => (g.Gate, g.Outcome)).ShouldBe(knowing.Gates.Select(g => (g.Gate, g.Outcome)));
        plan.Commits.Select(c => c.Version).ShouldBe(["v42", "v41"]);
        plan.Range.ShouldBeNull();
        plan.Authors.ShouldBe(["ana", "bob"]);
    }

    [Fact]
    public async Task The_record_of_a_deploy_holds_the_commits_with_their_times()
    {
        await using var rig = await DeployRig.StartAsync(database);
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling, p => p with { Range = Range }));
        await rig.PlayAsync();
        (await rig.Deployments.FindAsync(rig.Id, Cancel)).ShouldNotBeNull().Commits.ShouldBe(Range.Commits.Select(c => new DeployedCommit("v42", c.Sha, c.Author, c.Message, c.At)));
    }

    [Fact]
    public async Task Commits_that_go_have_no_time_in_the_record_since_they_were_live_before()
    {
        await using var rig = await DeployRig.StartAsync(database);
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling, p => p with { Range = Range with { Backwards = true } }));
        await rig.PlayAsync();
        (await rig.Deployments.FindAsync(rig.Id, Cancel)).ShouldNotBeNull().Commits.ShouldSatisfyAllConditions(c => c.Count.ShouldBe(12), c => c.ShouldAllBe(d => d.CreatedAt == null));
    }

    private static string ComesIn(DeployFacts facts) => DeployCards.PlanOnly(facts.Target, DeployPlan.Make(facts)).Blocks!.OfType<SectionBlock>()
        .Select(b => b.Text?.Text ?? "").Single(t => t.StartsWith("*Comes in:*", StringComparison.Ordinal) || t.StartsWith("*Goes:*", StringComparison.Ordinal));
}
