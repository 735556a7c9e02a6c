using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Tests.Support;
using ChatOps.Timeline;

namespace ChatOps.Tests.Operations;

public sealed class OperationTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_confirmed_is_carried_out_once_and_recorded()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var operation = await rig.ConfirmedAsync();
        await rig.WorkerAsync();
        await rig.EndedAsync();

        rig.Action.Calls.ShouldBe([operation.Id]);
        (await rig.OperationAsync()).State.ShouldBe(OperationState.Succeeded);
        (await rig.SaysAsync(ActionCard.MessageKeyOf(operation.ActionId))).ShouldBe("Succeeded: It runs again. asking the platform");
        rig.Action.Finished.ShouldHaveSingleItem().Outcome.Result.ShouldBe(OperationResult.Succeeded);
        (await rig.TimelineKindsAsync()).ShouldBe(
            [TimelineKinds.ActionProposed, TimelineKinds.ActionConfirmed, TimelineKinds.OperationStarted, TimelineKinds.OperationFinished]);
    }

    [Fact]
    public async Task Several_workers_carry_an_operation_out_once()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var operation = await rig.ConfirmedAsync();
        for (var i = 0; i < 4; i++) await rig.WorkerAsync();
        await rig.EndedAsync();

        rig.Action.Calls.ShouldBe([operation.Id]);
    }

    [Fact]
    public async Task After_a_crash_between_press_and_call_it_is_carried_out_once()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var operation = await rig.ConfirmedAsync();
        await rig.ScalarAsync<int>(
            "UPDATE operations SET state = 'running', owner = gen_random_uuid(), started_at = now(), lease_until = clock_timestamp() - interval '1 s' WHERE id = @Id; SELECT 0", operation);
        await rig.WorkerAsync();
        await rig.EndedAsync();

        rig.Action.Calls.ShouldBe([operation.Id]);
        rig.Action.Recoveries.ShouldBe(0);
    }

    [Fact]
    public async Task What_could_not_begin_for_minutes_does_not_begin_any_more()
    {
        await using var rig = await EngineRig.StartAsync(database);
        await rig.ConfirmedAsync();
        rig.Time.By = TimeSpan.FromMinutes(6);
        await rig.WorkerAsync();
        await rig.EndedAsync();

        rig.Action.Calls.ShouldBeEmpty();
        (await rig.OperationAsync()).Outcome.ShouldNotBeNull().ShouldContain("Nothing was done");
    }

    [Theory]
    [InlineData(OperationResult.Succeeded, OperationState.Succeeded)]
    [InlineData(OperationResult.NotDone, OperationState.Failed)]
    [InlineData(OperationResult.Failed, OperationState.Failed)]
    public async Task After_a_crash_during_the_call_the_platform_tells_what_happened_and_nothing_is_repeated(OperationResult result, OperationState state)
    {
        await using var rig = await EngineRig.StartAsync(database);
        rig.Action.Recover = _ => new OperationOutcome(result, "The platform knows.");
        await CrashedDuringCallAsync(rig);
        await rig.WorkerAsync();
        await rig.Recovery.SweepAsync(Cancel);

        (await rig.OperationAsync()).State.ShouldBe(state);
        rig.Action.Calls.ShouldBeEmpty();
        rig.Action.Finished.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_platform_that_cannot_tell_makes_a_question_and_the_target_stays_held()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var operation = await CrashedDuringCallAsync(rig);
        await rig.Recovery.SweepAsync(Cancel);

        (await rig.OperationAsync()).State.ShouldBe(OperationState.Unknown);
        (await rig.SaysAsync(OperationMessages.QuestionKey(operation.Id))).ShouldContain("happen? I cannot know.");
        var next = await rig.ProposeAsync();
        await rig.PressAsync(ActionIds.Confirm, next.Id, EngineRig.Allowed);
        (await rig.ToldAsync(EngineRig.Allowed)).ShouldContain("Answer its question first");
        rig.Action.Calls.ShouldBeEmpty();
        rig.Action.Finished.ShouldBeEmpty();

        await rig.SettleAsync(operation.Id, EngineRig.Stranger, happened: true);
        (await rig.OperationAsync()).State.ShouldBe(OperationState.Unknown);
        await rig.SettleAsync(operation.Id, EngineRig.Allowed, happened: true);
        (await rig.OperationAsync()).State.ShouldBe(OperationState.Succeeded);
        await rig.SettleAsync(operation.Id, EngineRig.Allowed, happened: false);
        (await rig.ToldAsync(EngineRig.Allowed)).ShouldContain("settled already");
        rig.Action.Finished.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Recovery_waits_until_no_call_of_the_lost_owner_can_be_under_way()
    {
        await using var rig = await EngineRig.StartAsync(database);
        rig.Action.Recover = _ => OperationOutcome.Succeeded("It did.");
        var operation = await CrashedDuringCallAsync(rig, leaseEndedAgo: "0.2 s");

        await rig.Recovery.SweepAsync(Cancel);
        rig.Action.Recoveries.ShouldBe(0);
        await Until.TrueAsync(
            async () =>
            {
                await rig.Recovery.SweepAsync(Cancel);
                return (await rig.OperationAsync()).State == OperationState.Succeeded;
            },
            "the operation is recovered");
        (await rig.ScalarAsync<bool>("SELECT finished_at - started_at > interval '0.4 s' FROM operations WHERE id = @Id", operation)).ShouldBeTrue();
    }

    [Fact]
    public async Task An_answer_that_is_lost_is_looked_up_and_the_call_not_repeated()
    {
        await using var rig = await EngineRig.StartAsync(database);
        rig.Action.DuringCall = _ => throw new PlatformException("The answer was lost.", CallOutcome.Unknown);
        rig.Action.Recover = _ => OperationOutcome.Succeeded("The platform did it.");
        await rig.ConfirmedAsync();
        await rig.WorkerAsync();
        await rig.EndedAsync();

        rig.Action.Calls.Count.ShouldBe(1);
        rig.Action.Recoveries.ShouldBe(1);
        (await rig.OperationAsync()).Outcome.ShouldBe("The platform did it.");
    }

    [Fact]
    public async Task A_call_that_does_not_end_is_cut_off_before_the_lease_ends()
    {
        await using var rig = await EngineRig.StartAsync(database);
        rig.Action.DuringCall = ct => Task.Delay(Timeout.Infinite, ct);
        rig.Action.Recover = _ => OperationOutcome.Failed("The platform tried.");
        await rig.ConfirmedAsync();
        await rig.WorkerAsync();
        await rig.EndedAsync();

        rig.Action.Calls.Count.ShouldBe(1);
        (await rig.OperationAsync()).Outcome.ShouldBe("The platform tried.");
    }

    [Fact]
    public async Task What_the_platform_refuses_is_told_as_not_done()
    {
        await using var rig = await EngineRig.StartAsync(database);
        rig.Action.DuringCall = _ => throw new PlatformException("No such target.", CallOutcome.NotDone);
        await rig.ConfirmedAsync();
        await rig.WorkerAsync();
        await rig.EndedAsync();

        rig.Action.Recoveries.ShouldBe(0);
        (await rig.OperationAsync()).Outcome.ShouldBe("Nothing was done: No such target.");
    }

    [Fact]
    public async Task A_long_operation_keeps_its_lease()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var go = new TaskCompletionSource();
        rig.Action.BeforeCall = ct => go.Task.WaitAsync(ct);
        var operation = await rig.ConfirmedAsync();
        await rig.WorkerAsync();
        await rig.WorkerAsync();
        await Until.TrueAsync(
            () => rig.ScalarAsync<bool>("SELECT coalesce(lease_until > started_at + interval '3 s', false) FROM operations WHERE id = @Id", operation), "the lease was renewed");
        go.SetResult();
        await rig.EndedAsync();

        rig.Action.Calls.ShouldBe([operation.Id]);
    }

    [Fact]
    public async Task An_owner_that_was_frozen_past_its_lease_does_not_call()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var operation = await rig.ConfirmedAsync();
        var frozen = new OperationRun(operation.Id, Guid.NewGuid(), rig.Store, rig.Options, (_, _) => Task.CompletedTask);
        await rig.WorkerAsync();
        await rig.EndedAsync();

        await Should.ThrowAsync<OperationLostException>(() => frozen.CallAsync(_ => Task.FromResult(true), Cancel));
        rig.Action.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_worker_that_stops_during_the_call_leaves_the_rest_to_recovery()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var called = new TaskCompletionSource();
        rig.Action.DuringCall = async ct =>
        {
            called.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
        };
        rig.Action.Recover = _ => OperationOutcome.Succeeded("It did.");
        await rig.ConfirmedAsync();
        var worker = await rig.WorkerAsync();
        await called.Task;
        await worker.StopAsync(Cancel);
        await rig.WorkerAsync();
        await Until.TrueAsync(
            async () =>
            {
                await rig.Recovery.SweepAsync(Cancel);
                return (await rig.OperationAsync()).State == OperationState.Succeeded;
            },
            "the operation is recovered");

        rig.Action.Calls.Count.ShouldBe(1);
    }

    private static async Task<Operation> CrashedDuringCallAsync(EngineRig rig, string leaseEndedAgo = "1 min")
    {
        var operation = await rig.ConfirmedAsync();
        await rig.ScalarAsync<int>(
            $"""
            UPDATE operations SET state = 'running', owner = gen_random_uuid(), started_at = now(), called_at = now(), lease_until = clock_timestamp() - interval '{leaseEndedAgo}'
            WHERE id = @Id; SELECT 0
            """,
            operation);
        return operation;
    }
}
