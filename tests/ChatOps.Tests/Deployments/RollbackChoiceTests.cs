using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Operations;
using ChatOps.Platforms;

namespace ChatOps.Tests.Deployments;

public sealed class RollbackChoiceTests
{
    private static readonly RollbackFacts Good = new()
    {
        Target = new Target("shop", "production"),
        Platform = "shop-platform",
        Status = new TargetStatus { State = TargetState.Running, Version = "v42" },
        Releases = [TestFacts.Release(43, ran: false), TestFacts.Release(42), TestFacts.Release(41), TestFacts.Release(40), TestFacts.Release(38)],
        CanRollBack = true,
        CanDeploy = true,
    };

    [Fact]
    public void Nothing_said_it_goes_to_the_version_before_and_undoes_the_one_that_runs()
    {
        var choice = RollbackChoice.Of(Good);
        choice.ToVersion.ShouldBe("v41");
        choice.Undone.Select(r => r.Version).ShouldBe(["v42"]);
        choice.ByDeploy.ShouldBeFalse();
    }

    [Fact]
    public void A_marked_version_is_passed_over_and_undone_too()
    {
        var choice = RollbackChoice.Of(Good with { Marked = [new("v41", "U0BOB", "it leaks", TestFacts.Now)] });
        choice.ToVersion.ShouldBe("v40");
        choice.Undone.Select(r => r.Version).ShouldBe(["v42", "v41"]);
    }

    [Fact]
    public void A_marked_version_that_is_named_is_a_caution_with_its_reason() =>
        RollbackChoice.Of(Good with { Wanted = "v41", Marked = [new("v41", "U0BOB", "it leaks", TestFacts.Now)] }).Cautions.ShouldHaveSingleItem().ShouldContain("it leaks");

    [Fact]
    public void A_platform_without_a_rollback_of_its_own_deploys_the_earlier_version() => RollbackChoice.Of(Good with { CanRollBack = false }).ByDeploy.ShouldBeTrue();

    [Fact]
    public void A_platform_that_can_do_neither_is_no_way_back() => Refusal(Good with { CanRollBack = false, CanDeploy = false }).ShouldContain("Deploy the earlier version where it is built");

    [Fact]
    public void What_never_ran_cannot_be_gone_back_from() => Refusal(Good with { Status = new TargetStatus { State = TargetState.Stopped } }).ShouldContain("nothing to go back from");

    [Fact]
    public void The_first_version_has_nothing_before_it() => Refusal(Good with { Releases = [TestFacts.Release(42)] }).ShouldContain("roll forward");

    [Fact]
    public void The_running_version_is_no_way_back() => Refusal(Good with { Wanted = "v42" }).ShouldContain("runs v42 already");

    [Fact]
    public void An_unknown_version_is_refused_with_the_nearest_one() => Refusal(Good with { Wanted = "v4l" }).ShouldContain("did you mean v4");

    [Fact]
    public void A_newer_version_is_a_deploy_and_its_mark_is_named() =>
        Refusal(Good with { Wanted = "v43", Marked = [new("v43", "U0BOB", "it leaks", TestFacts.Now)] }).ShouldContain("/deploy unmark shop v43 production");

    [Fact]
    public void An_undeclared_schema_is_a_caution() =>
        RollbackChoice.Of(Good with { Releases = [TestFacts.Release(42, schema: null, servesBackTo: null), TestFacts.Release(41)] }).Cautions.ShouldHaveSingleItem().ShouldContain("does not declare");

    [Fact]
    public void A_schema_that_does_not_serve_it_refuses() =>
        Refusal(Good with { Releases = [TestFacts.Release(42, "s2", "v42", ran: true, "0007_drop_column"), TestFacts.Release(41)] }).ShouldContain("0007_drop_column");

    [Fact]
    public void A_lock_stands_on_the_card_and_not_in_the_way() =>
        RollbackChoice.Of(Good with { Lock = new("U0BOB", "the migration runs", TestFacts.Now, null) }).Cautions.ShouldHaveSingleItem().ShouldContain("the migration runs");

    [Fact]
    public void Whatever_is_refused_says_what_to_do_next()
    {
        RollbackFacts[] refused =
        [
            Good with { CanRollBack = false, CanDeploy = false }, Good with { Status = new TargetStatus { State = TargetState.Stopped } }, Good with { Releases = [TestFacts.Release(42)] },
            Good with { Wanted = "v43" }, Good with { Wanted = "nothing" },
        ];
        foreach (var facts in refused) Refusal(facts).Length.ShouldBeGreaterThan(60);
    }

    [Theory]
    [InlineData("shop", null, null)]
    [InlineData("shop v41", null, "v41")]
    [InlineData("shop to v41 in staging", "staging", "v41")]
    [InlineData("SHOP in Production to v41", "production", "v41")]
    [InlineData("shop to production", "production", null)]
    public void It_is_read_as_people_type_it(string text, string? environment, string? version)
    {
        var (arguments, refusal) = RollbackArguments.Read(text, Catalog);
        refusal.ShouldBeNull();
        (arguments!.Service.Name, arguments.Environment, arguments.Version).ShouldBe(("shop", environment, version));
    }

    [Theory]
    [InlineData("shpo", "did you mean shop?")]
    [InlineData("shop in prodcution", "it runs in staging, production")]
    [InlineData("shop to", "'to' what?")]
    [InlineData("shop v41 v40", "I do not know what 'v40' means")]
    [InlineData("shop in staging in production", "One environment at a time")]
    [InlineData("shop --reason", "--reason needs some words")]
    [InlineData("shop --force lock", "There is no option --force here")]
    public void What_is_written_wrong_is_told_with_what_would_be_right(string text, string sentence) => RollbackArguments.Read(text, Catalog).Refusal.ShouldNotBeNull().ShouldContain(sentence);

    [Fact]
    public void A_deploy_that_runs_is_aborted_instead()
    {
        var operation = new Operation
        {
            Id = Guid.CreateVersion7(), Number = 12, ActionId = Guid.CreateVersion7(), Kind = "deploy", Target = Good.Target, Arguments = default, State = OperationState.Running, ConfirmedBy = "U0ANA", RequestedAt = TestFacts.Now, Destination = "C1",
        };
        var message = DeploymentMessages.Busy(operation);
        message.Text.ShouldContain("Abort that deploy");
        message.Blocks!.OfType<ChatOps.Slack.Blocks.ActionsBlock>().Single().Elements.OfType<ChatOps.Slack.Blocks.Button>().Single().Value.ShouldBe(operation.Id.ToString());
    }

    private static readonly ServiceCatalog Catalog = new()
    {
        Services = new Dictionary<string, Service> { ["shop"] = TestFacts.Good.Service with { Name = "shop" } }, Environments = ["staging", "production"], Platforms = new Dictionary<string, PlatformDefinition>(),
    };

    private static string Refusal(RollbackFacts facts) => RollbackChoice.Of(facts).Refusal.ShouldNotBeNull();
}
