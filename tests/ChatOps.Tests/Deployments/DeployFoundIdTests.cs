using ChatOps.Catalog;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>A platform that finds a request by its id, and whose silence about one proves nothing, as GitHub's.</summary>
public sealed class DeployFoundIdTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task An_id_that_is_found_is_believed_where_one_that_is_not_found_proves_nothing()
    {
        await using var rig = await DeployRig.StartAsync(database);
        (rig.Platform.KeepsIds, rig.Platform.FindsIds, rig.Platform.State) = (false, true, TargetState.Unknown);
        var lost = false;
        rig.Platform.After = what =>
        {
            if (lost) return;
            lost = true;
            throw new PlatformException("The answer was lost.", CallOutcome.Unknown);
        };
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling));
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Succeeded, ended.Outcome);
        rig.Platform.Done.ShouldBe(["deploy v42"]);
    }
}
