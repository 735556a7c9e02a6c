using ChatOps.Catalog;
using ChatOps.Deployments.Strategies;
using ChatOps.Operations;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>Platforms that fall silent in the middle of a deploy, and ways back that do not arrive: what is written down is what is known.</summary>
public sealed class DeploySilenceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
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
}
