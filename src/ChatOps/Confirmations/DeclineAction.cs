using ChatOps.Inbox;
using ChatOps.Operations;
using ChatOps.Permissions;
using ChatOps.Timeline;

namespace ChatOps.Confirmations;

/// <summary>The press that says no. Who asked may take it back, and who may confirm may decline.</summary>
internal sealed class DeclineAction(CurrentRequest request, PermissionCheck permissions, Outbox.Outbox outbox, TimelineStore timeline)
{
    public async Task RunAsync(Press press, CancellationToken cancellationToken)
    {
        var (action, kind, user, _, _) = press;
        if (user != action.RequestedBy && await permissions.CheckAsync(user, action.Kind, kind.AuthorityOf(action.Subject), cancellationToken) is { Allowed: false } permission)
        {
            await request.CommitAsync(
                tx => press.TellAsync(outbox, tx, Sentences.MayNotDecline(action, permission), cancellationToken), cancellationToken);
            return;
        }
        await request.CommitAsync(
            async tx =>
            {
                if (await ConfirmationStore.DeclineAsync(tx, action.Id, user, cancellationToken) is not { } declined)
                {
                    var now = await ConfirmationStore.ReadAsync(tx, action.Id, cancellationToken);
                    await press.TellAsync(outbox, tx, Sentences.NotOpen(now, tx.Now), cancellationToken);
                    return;
                }
                await timeline.AppendAsync(
                    tx, CardRecord.Of(tx, declined, TimelineKinds.ActionDeclined, user, $"Declined: {declined.Kind} of {declined.Subject.Target}."), cancellationToken);
                await outbox.ShowAsync(tx, declined.MessageKey, declined.Destination, kind.Render(declined.Card(ActionCardState.Declined, "Nothing was done.")), cancellationToken);
            },
            cancellationToken);
    }
}
