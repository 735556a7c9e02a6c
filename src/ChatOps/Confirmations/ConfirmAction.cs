using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Operations;
using ChatOps.Permissions;
using ChatOps.Platforms;
using ChatOps.Timeline;

namespace ChatOps.Confirmations;

/// <summary>
/// The press that changes production. Who presses and what the card says are checked now, not when it was drawn; then one transaction holds the press,
/// the operation, the timeline entry and the card. What is refused uses nothing up.
/// </summary>
internal sealed class ConfirmAction(
    CurrentRequest request, PermissionCheck permissions, Outbox.Outbox outbox, TimelineStore timeline, BeginOperation begin, ExpireActions expiry, TimeProvider time)
{
    public async Task RunAsync(Press press, CancellationToken cancellationToken)
    {
        var (action, kind, user, _, _) = press;
        if (!action.IsOpen(time.GetUtcNow()))
        {
            await NotOpenAsync(press, cancellationToken);
            return;
        }
        var permission = await permissions.CheckAsync(user, action.Kind, kind.AuthorityOf(action.Subject), cancellationToken);
        if (!permission.Allowed)
        {
            await RefuseAsync(press, $"Refused: {permission.Reason}", Sentences.NotAllowed(permission, kind.CommandByHand(action.Subject)), cancellationToken);
            return;
        }
        PressCheck check;
        try
        {
            check = await kind.CheckAsync(action.Subject, user, cancellationToken);
        }
        catch (PlatformException e)
        {
            await RefuseAsync(press, $"Refused, since the platform cannot be read: {e.Message}", Sentences.Unreadable(e.Message, kind.CommandByHand(action.Subject)), cancellationToken);
            return;
        }
        if (check.Fingerprint != action.Fingerprint)
        {
            await OutdatedAsync(press, FingerprintChange.Describe(action.Fingerprint, check.Fingerprint), cancellationToken);
            return;
        }
        if (check.Refusal is { } refusal)
        {
            await RefuseAsync(press, $"Refused: {refusal}", Sentences.Refused(refusal), cancellationToken);
            return;
        }
        await request.CommitAsync(tx => PressAsync(tx, press, cancellationToken), cancellationToken);
    }

    private async Task PressAsync(Tx tx, Press press, CancellationToken cancellationToken)
    {
        switch (await begin.RunAsync(tx, press.Action, press.Kind, press.UserId, cancellationToken))
        {
            case Beginning.NotOpen:
                await press.TellAsync(outbox, tx, await WhyNotAsync(tx, press, cancellationToken), cancellationToken);
                break;
            case Beginning.Held:
                var holder = await OperationStore.HolderAsync(tx, press.Action.Subject.Target, cancellationToken);
                var sentence = holder is null ? "Nothing was done: another operation on this target has ended just now. Press again." : Sentences.Held(holder);
                await RecordRefusalAsync(tx, press, holder is null ? "Refused: the target was held." : $"Refused: the target is held by operation {holder.Number}.", sentence, cancellationToken);
                break;
        }
    }

    private Task NotOpenAsync(Press press, CancellationToken cancellationToken) => request.CommitAsync(
        async tx =>
        {
            // The card may still show its buttons, when the sweep has not come by.
            if (press.Action.IsOverdue(tx.Now)) await expiry.ExpireAsync(tx, press.Action.Id, cancellationToken);
            await press.TellAsync(outbox, tx, Sentences.NotOpen(press.Action, tx.Now), cancellationToken);
        },
        cancellationToken);

    private Task OutdatedAsync(Press press, string change, CancellationToken cancellationToken) => request.CommitAsync(
        async tx =>
        {
            // What changed may be the work of an operation that is under way: then who holds the target says more than a count, and what is true is not known before its end.
            if (await OperationStore.HolderAsync(tx, press.Action.Subject.Target, cancellationToken) is { } holder && holder.ActionId != press.Action.Id)
            {
                await RecordRefusalAsync(tx, press, $"Refused: the target is held by operation {holder.Number}.", Sentences.Held(holder), cancellationToken);
                return;
            }
            if (await ConfirmationStore.OutdateAsync(tx, press.Action.Id, cancellationToken) is not { } outdated)
            {
                await press.TellAsync(outbox, tx, await WhyNotAsync(tx, press, cancellationToken), cancellationToken);
                return;
            }
            await outbox.ShowAsync(tx, outdated.MessageKey, outdated.Destination, press.Kind.Render(outdated.Card(ActionCardState.Outdated, Sentences.OutdatedCard(change))), cancellationToken);
            await RecordRefusalAsync(tx, press, $"Refused, since the card was outdated: {change}.", Sentences.Outdated(change), cancellationToken);
        },
        cancellationToken);

    private Task RefuseAsync(Press press, string record, string sentence, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => RecordRefusalAsync(tx, press, record, sentence, cancellationToken), cancellationToken);

    private async Task RecordRefusalAsync(Tx tx, Press press, string record, string sentence, CancellationToken cancellationToken)
    {
        await timeline.AppendAsync(tx, CardRecord.Of(tx, press.Action, TimelineKinds.ActionRefused, press.UserId, record), cancellationToken);
        await press.TellAsync(outbox, tx, sentence, cancellationToken);
    }

    private static async Task<string> WhyNotAsync(Tx tx, Press press, CancellationToken cancellationToken) =>
        Sentences.NotOpen(await ConfirmationStore.ReadAsync(tx, press.Action.Id, cancellationToken), tx.Now);
}
