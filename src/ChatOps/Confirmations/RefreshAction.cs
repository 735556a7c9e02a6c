using ChatOps.Inbox;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Timeline;

namespace ChatOps.Confirmations;

/// <summary>An expired or outdated card asks again, with what is true now. It changes nothing but the card, so anybody may.</summary>
internal sealed class RefreshAction(CurrentRequest request, Outbox.Outbox outbox, TimelineStore timeline, ConfirmationOptions options, TimeProvider time)
{
    public async Task RunAsync(Press press, CancellationToken cancellationToken)
    {
        var (action, kind, user, _, _) = press;
        if (action.IsOpen(time.GetUtcNow()))
        {
            await TellAsync(Sentences.StillOpen(action));
            return;
        }
        if (action.State is PendingActionState.Confirmed or PendingActionState.Declined)
        {
            await TellAsync(Sentences.NotOpen(action, time.GetUtcNow()));
            return;
        }
        ActionSubject subject;
        string? refusal;
        string fingerprint;
        try
        {
            (subject, refusal) = await kind.RefreshAsync(action.Subject, cancellationToken);
            fingerprint = await kind.FingerprintAsync(subject, cancellationToken);
        }
        catch (PlatformException e)
        {
            await TellAsync(Sentences.Unreadable(e.Message, kind.CommandByHand(action.Subject)));
            return;
        }
        if (refusal is not null)
        {
            await TellAsync(Sentences.NotAgain(refusal));
            return;
        }
        await request.CommitAsync(
            async tx =>
            {
                if (await ConfirmationStore.RefreshAsync(tx, action.Id, subject, fingerprint, tx.Now + (kind.LifeOf(subject) ?? options.Life), cancellationToken) is not { } fresh)
                {
                    var now = await ConfirmationStore.ReadAsync(tx, action.Id, cancellationToken);
                    var sentence = now.IsOpen(tx.Now) ? Sentences.StillOpen(now) : Sentences.NotOpen(now, tx.Now);
                    await press.TellAsync(outbox, tx, sentence, cancellationToken);
                    return;
                }
                await timeline.AppendAsync(
                    tx, CardRecord.Of(tx, fresh, TimelineKinds.ActionProposed, user, $"Proposed again: {fresh.Kind} of {fresh.Subject.Target}."), cancellationToken);
                await outbox.ShowAsync(tx, fresh.MessageKey, fresh.Destination, kind.Render(fresh.Card(ActionCardState.Question)), cancellationToken);
            },
            cancellationToken);

        Task TellAsync(string text) => request.CommitAsync(tx => press.TellAsync(outbox, tx, text, cancellationToken), cancellationToken);
    }
}
