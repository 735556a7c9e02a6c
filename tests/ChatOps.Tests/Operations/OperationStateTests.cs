using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Operations;

namespace ChatOps.Tests.Operations;

public sealed class OperationStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(OperationState.Succeeded)]
    [InlineData(OperationState.Failed)]
    [InlineData(OperationState.Unknown)]
    public void What_has_ended_cannot_end_again(OperationState state) =>
        Should.Throw<InvalidOperationException>(() => Operation(state).End(OperationOutcome.Succeeded("x"), Now));

    [Theory]
    [InlineData(OperationState.Requested)]
    [InlineData(OperationState.Running)]
    [InlineData(OperationState.Succeeded)]
    [InlineData(OperationState.Failed)]
    public void Only_what_is_unknown_can_be_settled(OperationState state) =>
        Should.Throw<InvalidOperationException>(() => Operation(state).Settle(OperationOutcome.Succeeded("x"), Now));

    [Fact]
    public void What_is_unknown_has_not_finished_and_holds_its_target()
    {
        var unknown = Operation(OperationState.Running).End(OperationOutcome.Unknown("x"), Now);
        unknown.FinishedAt.ShouldBeNull();
        unknown.IsActive.ShouldBeTrue();
        unknown.Settle(OperationOutcome.NotDone("y"), Now).ShouldSatisfyAllConditions(o => o.State.ShouldBe(OperationState.Failed), o => o.FinishedAt.ShouldBe(Now), o => o.IsActive.ShouldBeFalse());
    }

    [Fact]
    public void What_was_called_is_never_too_late_to_start()
    {
        var limit = TimeSpan.FromMinutes(5);
        Operation(OperationState.Requested).TooLateToStart(Now + limit, limit).ShouldBeNull();
        Operation(OperationState.Requested).TooLateToStart(Now + limit + TimeSpan.FromSeconds(1), limit).ShouldNotBeNull();
        (Operation(OperationState.Running) with { CalledAt = Now }).TooLateToStart(Now + TimeSpan.FromDays(1), limit).ShouldBeNull();
    }

    private static Operation Operation(OperationState state) => new()
    {
        Id = Guid.NewGuid(),
        ActionId = Guid.NewGuid(),
        Kind = "restart",
        Target = new Target("shop", "production"),
        Arguments = JsonElement.Parse("{}"),
        State = state,
        ConfirmedBy = "U1",
        RequestedAt = Now,
        Destination = "C1",
    };
}
