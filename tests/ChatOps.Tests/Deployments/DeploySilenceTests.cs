using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Deployments.Strategies;
using ChatOps.Operations;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>Platforms that fall silent in the middle of a deploy, and ways back that do not arrive: what is written down is what is known.</summary>
public sealed class DeploySilenceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_a_platform_falls_silent_during_a_call_a_person_is_asked_in_the_end()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.Endless.Add("deploy v42");
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling));
        await rig.PlayAsync(TimeSpan.FromMinutes(2));
        rig.Platform.Away = true;
        rig.Between = _ => Passes(rig);
        var ended = await rig.PlayAsync(TimeSpan.FromHours(6));

        await IsAskedAsync(rig, ended);
    }

    [Fact]
    public async Task When_a_platform_falls_silent_on_the_way_back_a_person_is_asked_in_the_end()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Between = state =>
        {
            rig.Platform.Healthy = state.Stage != DeployStage.Watch;
            rig.Platform.Away = state.Stage == DeployStage.Undo;
            return rig.Platform.Away ? Passes(rig) : Task.CompletedTask;
        };
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling));
        var ended = await rig.PlayAsync(TimeSpan.FromHours(6));

        await IsAskedAsync(rig, ended);
    }

    [Fact]
    public async Task A_platform_that_answers_again_in_time_is_followed_as_if_nothing_had_been()
    {
        await using var rig = await DeployRig.StartAsync(database);
        var silent = 0;
        rig.Between = state =>
        {
            if (state.Call is null) return Task.CompletedTask;
            rig.Platform.Away = silent++ < 5;
            return Passes(rig);
        };
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling));
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Succeeded, ended.Outcome);
        rig.Platform.Done.ShouldBe(["deploy v42"]);
    }

    [Fact]
    public async Task A_way_back_of_which_nobody_knows_ends_in_the_record_when_a_person_says_what_happened()
    {
        await using var rig = await IllAsync();
        rig.Platform.Endless.Add("rollback v40");
        (await rig.PlayAsync()).State.ShouldBe(OperationState.Unknown);
        (await FoundAsync(rig)).Outcome.ShouldBeNull();

        await rig.SettleAsync(happened: false);

        var settled = await FoundAsync(rig);
        settled.FinishedAt.ShouldNotBeNull();
        settled.Outcome.ShouldBe(DeploymentOutcome.NotDone);
        (await rig.Deployments.RunningAsync(Cancel)).ShouldNotContain(d => d.Id == rig.Id);
    }

    [Fact]
    public async Task A_way_back_that_did_not_work_is_a_failure_in_the_record()
    {
        await using var rig = await IllAsync();
        rig.Platform.Failing["rollback v40"] = "no image";
        (await rig.PlayAsync()).Outcome.ShouldNotBeNull().ShouldContain("the way back did not work");
        (await FoundAsync(rig)).Outcome.ShouldBe(DeploymentOutcome.Failed);
    }

    [Fact]
    public async Task A_backup_that_failed_while_it_was_aborted_is_no_rollback_in_the_record()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.Endless.Add("backup");
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling, p => p with { Backup = true }));
        await rig.PlayAsync(TimeSpan.FromMinutes(2));
        await rig.WishAsync(DeployMachine.Abort);
        rig.Platform.Fail("no space left");
        await rig.PlayAsync();
        (await FoundAsync(rig)).Outcome.ShouldBe(DeploymentOutcome.NotDone);
    }

    /// <summary>A version that gets ill while it is watched.</summary>
    private async Task<DeployRig> IllAsync()
    {
        var rig = await DeployRig.StartAsync(database);
        rig.Between = state =>
        {
            rig.Platform.Healthy = state.Stage != DeployStage.Watch;
            return Task.CompletedTask;
        };
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling));
        return rig;
    }

    private static async Task IsAskedAsync(DeployRig rig, Operation ended)
    {
        ended.State.ShouldBe(OperationState.Unknown, ended.Outcome);
        ended.Outcome.ShouldNotBeNull().ShouldContain("fake gave no answer in 5 s.");
        (await rig.SaidAsync()).ShouldContain(m => m.Contains("I cannot know", StringComparison.Ordinal));
        rig.Platform.Done.ShouldBe(["deploy v42"]);
    }

    private static Task Passes(DeployRig rig)
    {
        rig.Engine.Time.By += TimeSpan.FromMinutes(1);
        return Task.CompletedTask;
    }

    private static async Task<Deployment> FoundAsync(DeployRig rig) => (await rig.Deployments.FindAsync(rig.Id, Cancel)).ShouldNotBeNull();
}
