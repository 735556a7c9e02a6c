using ChatOps.Database;
using ChatOps.Operations;
using ChatOps.Scheduling;
using ChatOps.Timeline;

namespace ChatOps.Confirmations;

/// <summary>Takes the buttons off cards that nobody pressed in time.</summary>
internal sealed class ExpireActions(Transactions transactions, ConfirmedActions actions, TimelineStore timeline, Outbox.Outbox outbox) : ISweepTask
{
    public string Name => "confirmations";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        // One transaction each: cards stand in many channels, whose rows are locked one after the other.
        while (await transactions.RunAsync(requestId: null, tx => ExpireAsync(tx, id: null, cancellationToken), cancellationToken))
        {
        }
    }

    /// <summary>Expires one overdue card, a certain one or any. False: there was none.</summary>
    public async Task<bool> ExpireAsync(Tx tx, Guid? id, CancellationToken cancellationToken)
    {
        if (await ConfirmationStore.ExpireAsync(tx, id, actions.Kinds, cancellationToken) is not { } expired) return false;
        await timeline.AppendAsync(
            tx, CardRecord.Of(tx, expired, TimelineKinds.ActionExpired, TimelineEntry.Bot, $"Expired: {expired.Kind} of {expired.Subject.Target}; nobody pressed."), cancellationToken);
        await outbox.ShowAsync(
            tx, expired.MessageKey, expired.Destination, actions.Of(expired.Kind).Render(expired.Card(ActionCardState.Expired, Sentences.ExpiredCard)), cancellationToken);
        return true;
    }
}
