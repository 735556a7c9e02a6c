using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Deployments.Strategies;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>A deploy that is aborted while its platform is at work, and platforms that do not see what they deploy.</summary>
public sealed class DeployAbortTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_platform_is_at_is_ended_early_once_and_the_old_version_is_deployed_again()
    {
        await using var rig = await AbortedAsync(() => true, TargetState.Unknown);
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Failed);
        rig.Platform.AskedToEnd.ShouldBe(1);
        rig.Platform.Done.ShouldBe(["deploy v42", "rollback v40"]);
        ended.Outcome.ShouldNotBeNull().ShouldContain("a person aborted it");
        var said = await LinesAsync(rig);
        said.ShouldContain("was asked to end what it does before its time");
        said.ShouldContain("Rolling back to v40: nobody can tell what runs.");
        (await rig.BadVersions.OfAsync(rig.Target, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_ended_early_is_waited_for_and_asked_for_once()
    {
        await using var rig = await AbortedAsync(() => false, TargetState.Running);
        await rig.PlayAsync(TimeSpan.FromMinutes(4));
        rig.Platform.AskedToEnd.ShouldBe(1);
        rig.Platform.Done.ShouldBe(["deploy v42"]);
        (await rig.OperationAsync()).State.ShouldBe(OperationState.Running);
    }

    [Fact]
    public async Task A_platform_that_fails_to_end_it_says_why_and_nothing_is_lost()
    {
        await using var rig = await AbortedAsync(() => throw new PlatformException("fake refused: the token may not do this (403).", CallOutcome.NotDone), TargetState.Running);
        await rig.PlayAsync(TimeSpan.FromMinutes(4));
        (await LinesAsync(rig)).ShouldContain("It could not be ended early and goes on to its end: fake refused: the token may not do this (403).");
        (rig.Platform.AskedToEnd, (await rig.OperationAsync()).State).ShouldBe((1, OperationState.Running));
    }

    [Fact]
    public async Task After_a_failure_the_old_version_is_deployed_again_where_nobody_can_tell_what_runs()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.State = TargetState.Unknown;
        rig.Platform.Endless.Add("deploy v42");
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling));
        await rig.PlayAsync(TimeSpan.FromMinutes(2));
        rig.Platform.Fail("run 7 failed in roll-out");
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Failed);
        rig.Platform.Done.ShouldBe(["deploy v42", "rollback v40"]);
        ended.Outcome.ShouldNotBeNull().ShouldContain("run 7 failed in roll-out");
    }

    [Fact]
    public async Task A_request_that_was_refused_leaves_nothing_to_go_back_from()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.State = TargetState.Unknown;
        rig.Platform.Before = _ => throw new PlatformException("fake has no tag v42 of shop.", CallOutcome.NotDone);
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling));
        (await rig.PlayAsync()).State.ShouldBe(OperationState.Failed);
        rig.Platform.Received.ShouldBe(["deploy v42"]);
        rig.Platform.Done.ShouldBeEmpty();
        (await rig.BadVersions.OfAsync(rig.Target, Cancel)).ShouldBeEmpty("it never came in");
        (await rig.Deployments.FindAsync(rig.Id, Cancel)).ShouldNotBeNull().Outcome.ShouldBe(DeploymentOutcome.NotDone);
        (await rig.OperationAsync()).Outcome.ShouldBe("Nothing was deployed: Deploying v42 failed: fake has no tag v42 of shop. Put that right, then ask again.");
    }

    [Fact]
    public void Where_nobody_can_tell_whether_a_version_is_well_a_person_is_asked_once_and_it_is_never_called_healthy()
    {
        var plan = DeployRig.Plan(DeployStrategy.Rolling);
        var pace = new DeployPace();
        var (now, blind) = (TestFacts.Now, new DeployLook { Status = new() { State = TargetState.Unknown, Version = "v42" } });
        var state = new DeployState { Stage = DeployStage.Verify, Since = now, Begun = now };

        var asked = DeployMachine.AfterLook(plan, pace, state, blind, now);
        asked.Question.ShouldNotBeNull().ShouldSatisfyAllConditions(q => q.CanGoOn.ShouldBeTrue(), q => q.Sentence.ShouldContain("nobody can tell whether it is well"));
        var waits = DeployMachine.AfterLook(plan, pace, asked.State, blind, now + pace.HealthPatience + pace.HealthPatience);
        (waits.Question, waits.End, waits.State.GoesBack).ShouldBe((null, null, false));

        var kept = DeployMachine.Wish(plan, waits.State, DeployMachine.GoOn, "U0MEI", now).ShouldNotBeNull();
        kept.State.Stage.ShouldBe(DeployStage.Watch);
        var watched = kept;
        for (var i = 0; i < 10; i++) watched = DeployMachine.AfterLook(plan, pace, watched.State, blind, now.AddSeconds(i));
        (watched.End, watched.State.GoesBack).ShouldBe((null, false));
        var done = DeployMachine.AfterLook(plan, pace, watched.State, blind, now + plan.Watch + plan.Watch);
        done.End.ShouldNotBeNull().Sentence.ShouldContain("v42 runs: kept by a person for");
        done.End!.Sentence.ShouldNotContain("healthy");
    }

    private static async Task<string> LinesAsync(DeployRig rig) => string.Join('\n', (await rig.StateAsync()).ShouldNotBeNull().Lines.Select(l => l.Text));

    private async Task<DeployRig> AbortedAsync(Func<bool> endsEarly, TargetState state)
    {
        var rig = await DeployRig.StartAsync(database);
        rig.Platform.State = state;
        rig.Platform.EndsEarly = endsEarly;
        rig.Platform.Endless.Add("deploy v42");
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling));
        await rig.PlayAsync(TimeSpan.FromMinutes(2));
        (await rig.WishAsync(DeployMachine.Abort)).ShouldBeTrue();
        return rig;
    }
}
