using ChatOps.Confirmations;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Tests.Operations;
using ChatOps.Tests.Support;
using ChatOps.Timeline;

namespace ChatOps.Tests.Confirmations;

public sealed class ConfirmationTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_press_of_a_person_who_may_becomes_one_operation()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var action = await rig.ProposeAsync();

        await rig.PressAsync(ActionIds.Confirm, action.Id, EngineRig.Allowed);

        var operation = await rig.OperationAsync();
        operation.State.ShouldBe(OperationState.Requested);
        operation.ConfirmedBy.ShouldBe(EngineRig.Allowed);
        operation.ActionId.ShouldBe(action.Id);
        (await rig.StateAsync(action)).ShouldBe(PendingActionState.Confirmed);
        (await rig.CardAsync(action)).ShouldStartWith("Running");
        (await rig.TimelineKindsAsync()).ShouldBe([TimelineKinds.ActionProposed, TimelineKinds.ActionConfirmed]);
    }

    [Fact]
    public async Task Presses_at_the_same_time_count_as_one()
    {
        await using var rig = await EngineRig.StartAsync(database);
        rig.Allow("U1", "U2", "U3", "U4", "U5", "U6");
        var action = await rig.ProposeAsync();

        await Task.WhenAll(Enumerable.Range(1, 6).Select(i => rig.PressAsync(ActionIds.Confirm, action.Id, $"U{i}")));

        var winner = (await rig.OperationAsync()).ConfirmedBy;
        var loser = winner == "U1" ? "U2" : "U1";
        (await rig.ToldAsync(loser)).ShouldContain($"<@{winner}> pressed before you");
        (await rig.TimelineKindsAsync()).Count(k => k == TimelineKinds.ActionConfirmed).ShouldBe(1);
    }

    [Fact]
    public async Task Of_two_cards_for_one_target_the_first_press_counts_and_the_refusal_names_the_holder_and_the_incident()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var incident = await rig.IncidentAsync();
        var first = await rig.ProposeAsync(incident);
        var second = await rig.ProposeAsync();

        await rig.PressAsync(ActionIds.Confirm, first.Id, EngineRig.Allowed);
        await rig.PressAsync(ActionIds.Confirm, second.Id, EngineRig.Allowed);

        var operation = await rig.OperationAsync();
        operation.ActionId.ShouldBe(first.Id);
        var told = await rig.ToldAsync(EngineRig.Allowed);
        told.ShouldContain($"operation {operation.Number}");
        told.ShouldContain($"incident {incident}");
        (await rig.StateAsync(second)).ShouldBe(PendingActionState.Pending);
        (await rig.TimelineKindsAsync()).ShouldContain(TimelineKinds.ActionRefused);
    }

    [Fact]
    public async Task Two_cards_pressed_at_the_same_time_become_one_operation()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var cards = new List<PendingAction>();
        for (var i = 0; i < 5; i++) cards.Add(await rig.ProposeAsync());

        await Task.WhenAll(cards.Select(c => rig.PressAsync(ActionIds.Confirm, c.Id, EngineRig.Allowed)));

        (await rig.OperationIdsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_strangers_press_uses_nothing_up_and_tells_who_may()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var action = await rig.ProposeAsync();

        await rig.PressAsync(ActionIds.Confirm, action.Id, EngineRig.Stranger);

        (await rig.OperationIdsAsync()).ShouldBeEmpty();
        (await rig.StateAsync(action)).ShouldBe(PendingActionState.Pending);
        (await rig.ToldAsync(EngineRig.Stranger)).ShouldContain($"ask @{EngineRig.Allowed} to press");
        await rig.PressAsync(ActionIds.Confirm, action.Id, EngineRig.Allowed);
        (await rig.OperationAsync()).ConfirmedBy.ShouldBe(EngineRig.Allowed);
    }

    [Fact]
    public async Task A_permission_that_was_taken_away_after_the_card_was_drawn_is_gone()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var action = await rig.ProposeAsync();
        rig.Allow("USOMEONE");

        await rig.PressAsync(ActionIds.Confirm, action.Id, EngineRig.Allowed);

        (await rig.OperationIdsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_card_that_is_not_true_any_more_says_what_changed_and_asks_again_after_a_refresh()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var action = await rig.ProposeAsync();
        rig.Action.Fingerprint = "version=v43;state=Running";

        await rig.PressAsync(ActionIds.Confirm, action.Id, EngineRig.Allowed);

        (await rig.OperationIdsAsync()).ShouldBeEmpty();
        (await rig.StateAsync(action)).ShouldBe(PendingActionState.Outdated);
        (await rig.CardAsync(action)).ShouldContain("was version=v42, is version=v43");

        await rig.PressAsync(ActionIds.Refresh, action.Id, EngineRig.Stranger);
        (await rig.CardAsync(action)).ShouldStartWith("Question");
        await rig.PressAsync(ActionIds.Confirm, action.Id, EngineRig.Allowed);
        (await rig.OperationAsync()).ActionId.ShouldBe(action.Id);
    }

    [Fact]
    public async Task A_card_expires_after_ten_minutes_and_can_be_refreshed()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var action = await rig.ProposeAsync();

        rig.Time.By = TimeSpan.FromMinutes(9.9);
        await rig.Expiry.SweepAsync(TestContext.Current.CancellationToken);
        (await rig.StateAsync(action)).ShouldBe(PendingActionState.Pending);

        rig.Time.By = TimeSpan.FromMinutes(10.1);
        await rig.Expiry.SweepAsync(TestContext.Current.CancellationToken);
        (await rig.StateAsync(action)).ShouldBe(PendingActionState.Expired);
        (await rig.CardAsync(action)).ShouldStartWith("Expired");
        await rig.PressAsync(ActionIds.Confirm, action.Id, EngineRig.Allowed);
        (await rig.OperationIdsAsync()).ShouldBeEmpty();

        await rig.PressAsync(ActionIds.Refresh, action.Id, EngineRig.Allowed);
        await rig.PressAsync(ActionIds.Confirm, action.Id, EngineRig.Allowed);
        (await rig.OperationIdsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_press_on_last_weeks_card_does_nothing_and_says_so()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var action = await rig.ProposeAsync();
        rig.Time.By = TimeSpan.FromDays(7);

        await rig.PressAsync(ActionIds.Confirm, action.Id, EngineRig.Allowed);

        (await rig.OperationIdsAsync()).ShouldBeEmpty();
        (await rig.StateAsync(action)).ShouldBe(PendingActionState.Expired);
        (await rig.CardAsync(action)).ShouldStartWith("Expired");
        var told = await rig.ToldAsync(EngineRig.Allowed);
        told.ShouldContain("This card is from <!date^");
        told.ShouldContain("Press Refresh");
    }

    [Fact]
    public async Task A_platform_that_cannot_be_read_is_not_changed_and_the_command_by_hand_is_shown()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var action = await rig.ProposeAsync();
        rig.Action.Unreadable = new PlatformException("The platform does not answer.", CallOutcome.NotDone);

        await rig.PressAsync(ActionIds.Confirm, action.Id, EngineRig.Allowed);

        (await rig.OperationIdsAsync()).ShouldBeEmpty();
        (await rig.StateAsync(action)).ShouldBe(PendingActionState.Pending);
        (await rig.ToldAsync(EngineRig.Allowed)).ShouldContain($"`shopctl restart {rig.Target.Service}`");
    }

    [Fact]
    public async Task Who_asked_may_take_it_back_and_a_stranger_may_not()
    {
        await using var rig = await EngineRig.StartAsync(database);
        var action = await rig.ProposeAsync();

        await rig.PressAsync(ActionIds.Decline, action.Id, EngineRig.Stranger);
        (await rig.StateAsync(action)).ShouldBe(PendingActionState.Pending);
        await rig.PressAsync(ActionIds.Decline, action.Id, "UASKED");
        (await rig.StateAsync(action)).ShouldBe(PendingActionState.Declined);
        await rig.PressAsync(ActionIds.Confirm, action.Id, EngineRig.Allowed);

        (await rig.OperationIdsAsync()).ShouldBeEmpty();
        (await rig.ToldAsync(EngineRig.Allowed)).ShouldContain("<@UASKED> declined it");
    }

    [Fact]
    public async Task A_card_that_nobody_knows_any_more_is_answered()
    {
        await using var rig = await EngineRig.StartAsync(database);

        await rig.PressAsync(ActionIds.Confirm, Guid.NewGuid(), "ULOST");

        (await rig.ToldAsync("ULOST")).ShouldContain("nothing was done");
    }
}
