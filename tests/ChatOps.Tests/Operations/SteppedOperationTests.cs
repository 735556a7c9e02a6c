using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Tests.Support;
using ChatOps.Timeline;

namespace ChatOps.Tests.Operations;

public sealed class SteppedOperationTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly int[] Once = [.. Enumerable.Range(1, SteppedTestAction.Steps)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_instances_there_are_each_step_is_taken_once_and_in_order()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var operation = await rig.ConfirmedAsync(kind: rig.Stepped.Kind);
        for (var i = 0; i < 4; i++) await rig.WorkerAsync();
        await rig.EndedAsync();

        rig.Stepped.Calls.ShouldBe(Once);
        rig.Stepped.Begun.Count.ShouldBe(SteppedTestAction.Steps);
        (await rig.SaysAsync(ActionCard.MessageKeyOf(operation.ActionId))).ShouldBe("Succeeded: It runs. all steps");
        (await rig.TimelineKindsAsync()).ShouldBe(
            [TimelineKinds.ActionProposed, TimelineKinds.ActionConfirmed, TimelineKinds.OperationStarted, TimelineKinds.OperationFinished]);
    }

    [Fact]
    public async Task After_a_crash_before_the_call_the_step_is_taken_again_by_another_instance()
    {
        await using var rig = await EngineRig.StartAsync(database);
        await CrashedAsync(rig, called: false, ago: TimeSpan.FromSeconds(0.1));
        await rig.WorkerAsync();
        await rig.EndedAsync();

        rig.Stepped.Calls.ShouldBe(Once);
        rig.Stepped.Begun.ShouldNotContain(s => s.MayHaveCalled);
    }

    [Fact]
    public async Task After_a_crash_that_may_have_called_the_step_is_told_so_and_does_not_call_again()
    {
        await using var rig = await EngineRig.StartAsync(database);
        await CrashedAsync(rig, called: true, ago: TimeSpan.FromSeconds(10));
        await rig.WorkerAsync();
        await rig.EndedAsync();

        rig.Stepped.Begun.First().MayHaveCalled.ShouldBeTrue();
        rig.Stepped.Calls.ShouldBe(Once.Skip(1));
    }

    [Fact]
    public async Task While_a_call_of_a_lost_owner_may_be_under_way_nobody_takes_the_step()
    {
        await using var rig = await EngineRig.StartAsync(database);
        await CrashedAsync(rig, called: true, ago: TimeSpan.FromSeconds(0.1));

        (await rig.Steps().StartAsync(10, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_person_presses_for_is_seen_at_once_though_the_next_step_is_due_later()
    {
        await using var rig = await EngineRig.StartAsync(database);
        rig.Stepped.After = TimeSpan.FromHours(1);
        var operation = await rig.ConfirmedAsync(kind: rig.Stepped.Kind);
        await rig.WorkerAsync();
        await Until.TrueAsync(() => rig.Stepped.Calls.Count == 1, "the first step is taken");
        await Until.TrueAsync(async () => await rig.ScalarAsync<bool>("SELECT owner IS NULL FROM operations WHERE id = @Id", operation), "the first step is stored");
        await WishAsync(rig, operation, "abort");

        await Until.TrueAsync(() => rig.Stepped.Begun.Count == 2, "the second step is taken");
        rig.Stepped.Begun.Last().Wish.ShouldBe("abort");
        rig.Stepped.Begun.Last().WishedBy.ShouldBe("UPRESS");
    }

    [Fact]
    public async Task What_a_person_presses_for_during_a_step_is_not_lost_and_is_seen_once()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var operation = await rig.ConfirmedAsync(kind: rig.Stepped.Kind);
        rig.Stepped.During = s => s.State is null ? WishAsync(rig, operation, "promote") : Task.CompletedTask;
        await rig.WorkerAsync();
        await rig.EndedAsync();

        rig.Stepped.Begun.Select(s => s.Wish).ShouldBe([null, "promote", null, null, null]);
    }

    [Fact]
    public async Task A_step_that_breaks_is_tried_again_from_where_it_began()
    {
        await using var rig = await EngineRig.StartAsync(database);
        await rig.ConfirmedAsync(kind: rig.Stepped.Kind);
        var broken = 0;
        rig.Stepped.During = s => s.State?.GetInt32() == 2 && broken++ < 3 ? throw new PlatformException("The platform does not answer.", CallOutcome.NotDone) : Task.CompletedTask;
        await rig.WorkerAsync();
        await rig.EndedAsync();

        rig.Stepped.Calls.ShouldBe(Once);
        broken.ShouldBe(4);
    }

    [Fact]
    public async Task When_nothing_can_be_learned_for_long_a_person_is_asked()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var operation = await rig.ConfirmedAsync(kind: rig.Stepped.Kind);
        rig.Stepped.During = s => s.State is null ? Task.CompletedTask : throw new PlatformException("The platform does not answer.", CallOutcome.Unknown);
        await rig.WorkerAsync();
        await Until.TrueAsync(() => rig.Stepped.Begun.Count > 2, "a step has failed");
        rig.Time.By = rig.Options.GiveUpAfter + TimeSpan.FromMinutes(1);
        await rig.StateOfOperationAsync(OperationState.Unknown);

        (await rig.OperationAsync()).Outcome.ShouldNotBeNull().ShouldContain("The platform does not answer.");
        (await rig.SaysAsync(OperationMessages.QuestionKey(operation.Id))).ShouldContain("I cannot know");
    }

    private static async Task WishAsync(EngineRig rig, Operation operation, string wish) =>
        (await rig.Transactions.RunAsync(requestId: null, tx => SteppedOperationStore.WishAsync(tx, operation.Id, wish, "UPRESS", Cancel), Cancel)).ShouldBeTrue();

    /// <summary>Its owner is gone since then, within its first step.</summary>
    private static async Task CrashedAsync(EngineRig rig, bool called, TimeSpan ago)
    {
        var operation = await rig.ConfirmedAsync(kind: rig.Stepped.Kind);
        await rig.ScalarAsync<int>(
            """
            UPDATE operations SET state = 'running', owner = gen_random_uuid(), started_at = now(), called_at = CASE WHEN @called THEN now() END, lease_until = clock_timestamp() - @ago WHERE id = @Id;
            SELECT 0
            """, new { operation.Id, called, ago });
    }
}
