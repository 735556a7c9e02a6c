using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Deployments.Strategies;
using ChatOps.Operations;
using ChatOps.Tests.Operations;
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
