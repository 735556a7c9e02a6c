using ChatOps.Database;
using ChatOps.Operations;
using ChatOps.Timeline;

namespace ChatOps.Confirmations;

/// <summary>Writes a press and what follows from it together: the card's state, the operation, the timeline entry and the card as it looks now.</summary>
public sealed class BeginOperation(Outbox.Outbox outbox, TimelineStore timeline, OperationSignal signal)
{
    private const string BeforePress = "before_press";

    /// <param name="action">As it was read: what its card said then is what is confirmed.</param>
    /// <param name="userId">Whose press it is; that they may was checked.</param>
    internal async Task<Beginning> RunAsync(Tx tx, PendingAction action, IConfirmedAction kind, string userId, CancellationToken cancellationToken)
    {
        await tx.Transaction.SaveAsync(BeforePress, cancellationToken);
        if (await ConfirmationStore.ConfirmAsync(tx, action.Id, action.Fingerprint, userId, cancellationToken) is not { } confirmed) return Beginning.NotOpen;
        var operation = await OperationStore.TryAddAsync(
            tx,
            new Operation
            {
                Id = Guid.CreateVersion7(),
                ActionId = confirmed.Id,
                Kind = confirmed.Kind,
                Target = confirmed.Subject.Target,
                Arguments = confirmed.Subject.Arguments,
                Incident = confirmed.Subject.Incident,
                State = OperationState.Requested,
                ConfirmedBy = userId,
                RequestedAt = tx.Now,
                Destination = confirmed.Destination,
            },
            cancellationToken);
        if (operation is null)
        {
            // Another card was faster: this one is as if nobody had pressed.
            await tx.Transaction.RollbackAsync(BeforePress, cancellationToken);
            return Beginning.Held;
        }
        await timeline.AppendAsync(
            tx, CardRecord.Of(tx, confirmed, TimelineKinds.ActionConfirmed, userId, $"Confirmed: {confirmed.Kind} of {confirmed.Subject.Target} (operation {operation.Number})."), cancellationToken);
        await outbox.ShowAsync(tx, confirmed.MessageKey, confirmed.Destination, kind.Render(confirmed.Card(ActionCardState.Running) with { OperationNumber = operation.Number }), cancellationToken);
        tx.AfterCommit(signal.Raise);
        return Beginning.Begun;
    }
}

/// <summary>What came of a press.</summary>
internal enum Beginning
{
    Begun,

    /// <summary>Somebody pressed before, or the time is over.</summary>
    NotOpen,

    /// <summary>Another operation holds the target; the card still waits.</summary>
    Held,
}
