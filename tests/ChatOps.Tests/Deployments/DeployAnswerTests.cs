using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Deployments.Strategies;
using ChatOps.Operations;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>What people answer to a deploy that runs: each answer belongs to the question that it was given to, and an abort stands.</summary>
public sealed class DeployAnswerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Ana = "U0ANA";
    private const string Ben = "U0BEN";

    [Fact]
    public async Task Ending_the_watch_of_a_blue_green_deploy_makes_the_new_version_what_runs()
    {
        await using var rig = await DeployRig.StartAsync(database);
        var pressed = false;
        rig.Between = async state =>
        {
            if (pressed || state is not { Stage: DeployStage.Watch, Call: null }) return;
            pressed = true;
            (await rig.WishAsync(DeployMachine.GoOn)).ShouldBeTrue();
        };
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.BlueGreen));
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Succeeded, ended.Outcome);
        rig.Platform.Done.ShouldBe(["candidate v42", "weight 100", "promote"]);
        (rig.Platform.Version, rig.Platform.Candidate).ShouldBe(("v42", null));
        ended.Outcome.ShouldNotBeNull().ShouldContain("v42 runs: kept by a person before its watch ended.");
    }

    [Fact]
    public async Task A_question_that_was_answered_takes_no_second_answer_and_says_what_stands_now()
    {
        await using var rig = await PausingAsync();
        var (first, second) = (false, false);
        rig.Between = async state =>
        {
            if (!first && state is { Asked: true, ShareIndex: 0 })
            {
                first = true;
                await rig.AnswerAsync(DeployMachine.GoOn, Ana);
            }
            else if (!second && state is { ShareIndex: 1, Call: null })
            {
                second = true;
                await rig.AnswerAsync(DeployMachine.GoOn, Ben);
            }
        };
        await rig.PlayAsync(TimeSpan.FromMinutes(25));

        second.ShouldBeTrue();
        rig.Platform.Done.ShouldBe(["candidate v42", "weight 5", "weight 25"]);
        (await rig.Engine.ToldAsync(Ben)).ShouldBe("Nothing was done: this was asked at another step, which is over. Now: 25 % of the traffic. Its card has the buttons for that.");
        (await rig.Engine.ScalarAsync<int>("SELECT count(*)::int FROM timeline WHERE target = @Target AND actor = @Ben", new { Target = rig.Target.ToString(), Ben })).ShouldBe(0);
    }

    [Fact]
    public async Task An_abort_stands_whatever_others_press_after_it()
    {
        await using var rig = await PausingAsync();
        var pressed = false;
        rig.Between = async state =>
        {
            if (pressed || state is not { Asked: true, ShareIndex: 0 }) return;
            pressed = true;
            await rig.AnswerAsync(DeployMachine.Abort, Ana);
            await rig.AnswerAsync(DeployMachine.GoOn, Ben);
        };
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Failed);
        rig.Platform.Done.ShouldBe(["candidate v42", "weight 5", "drop"]);
        (await rig.Engine.ToldAsync(Ben)).ShouldBe("Nothing was done: <@U0ANA> aborted it before you pressed, and it goes back.");
    }

    [Fact]
    public async Task An_abort_counts_though_another_said_go_on_a_moment_before()
    {
        await using var rig = await PausingAsync();
        var pressed = false;
        rig.Between = async state =>
        {
            if (pressed || state is not { Asked: true, ShareIndex: 0 }) return;
            pressed = true;
            await rig.AnswerAsync(DeployMachine.GoOn, Ben);
            await rig.AnswerAsync(DeployMachine.Abort, Ana);
        };
        await rig.PlayAsync();

        rig.Platform.Done.ShouldBe(["candidate v42", "weight 5", "drop"]);
    }

    [Fact]
    public async Task A_call_that_fails_where_nothing_is_armed_is_asked_about_and_nothing_goes_back_by_itself()
    {
        await using var rig = await UnarmedAsync();

        (await rig.OperationAsync()).State.ShouldBe(OperationState.Running);
        rig.Platform.Done.ShouldBe(["recreate v42"]);
        var asked = (await rig.SaidAsync()).ShouldHaveSingleItem();
        asked.ShouldContain("pods crash");
        asked.ShouldContain("the schema is not declared");

        await rig.WishAsync(DeployMachine.Abort);
        var ended = await rig.PlayAsync();
        rig.Platform.Done.ShouldBe(["recreate v42", "rollback v40"]);
        ended.Outcome.ShouldNotBeNull().ShouldContain("It went back as that person asked");
    }

    [Fact]
    public async Task A_person_may_keep_what_the_platform_called_a_failure()
    {
        await using var rig = await UnarmedAsync();
        await rig.WishAsync(DeployMachine.GoOn);
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Succeeded, ended.Outcome);
        rig.Platform.Done.ShouldBe(["recreate v42"]);
        ended.Outcome.ShouldNotBeNull().ShouldContain("after a failure that a person let pass");
    }

    [Fact]
    public async Task A_share_that_fails_where_nothing_is_armed_gets_no_further_by_itself()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.Failing["weight 25"] = "the router is full";
        await rig.PressAsync(Unarmed(DeployStrategy.Canary));
        (await rig.PlayAsync(TimeSpan.FromHours(1))).State.ShouldBe(OperationState.Running);
        rig.Platform.Done.ShouldBe(["candidate v42", "weight 5", "weight 25"]);
        var asked = (await rig.SaidAsync()).ShouldHaveSingleItem();
        asked.ShouldContain("the router is full");
        asked.ShouldNotContain("deploy.wish:promote", customMessage: "a candidate is not kept half-way");

        await rig.WishAsync(DeployMachine.GoOn);
        await rig.PlayAsync(TimeSpan.FromHours(1));
        await rig.WishAsync(DeployMachine.Abort);
        await rig.PlayAsync();
        rig.Platform.Done.ShouldBe(["candidate v42", "weight 5", "weight 25", "drop"]);
    }

    [Fact]
    public async Task A_candidate_that_does_not_start_is_taken_away_by_itself_and_no_policy_is_claimed_for_it()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.Failing["candidate v42"] = "no memory left";
        await rig.PressAsync(Unarmed(DeployStrategy.Canary));
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Failed);
        ended.Outcome.ShouldNotBeNull().ShouldContain("It had no traffic yet");
        ended.Outcome.ShouldNotContain("armed by the press");
    }

    private static DeployPlan Unarmed(DeployStrategy strategy) => DeployRig.Plan(strategy, p => p with { AutomaticRollback = false, AutomaticWhy = "the schema is not declared" });

    /// <summary>Its pods crashed an hour ago, after the new version was taken.</summary>
    private async Task<DeployRig> UnarmedAsync()
    {
        var rig = await DeployRig.StartAsync(database);
        rig.Platform.Endless.Add("recreate v42");
        await rig.PressAsync(Unarmed(DeployStrategy.Recreate));
        await rig.PlayAsync(TimeSpan.FromMinutes(2));
        rig.Platform.Version = "v42";
        rig.Platform.Fail("pods crash");
        await rig.PlayAsync(TimeSpan.FromHours(1));
        return rig;
    }

    /// <summary>A canary that nobody measures, with two people who may answer it.</summary>
    private async Task<DeployRig> PausingAsync()
    {
        var rig = await DeployRig.StartAsync(database);
        rig.Engine.Allow(Ana, Ben);
        rig.Platform.Numbers = _ => null;
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Canary));
        return rig;
    }
}
