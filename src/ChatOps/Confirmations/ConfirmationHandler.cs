using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Operations;
using ChatOps.Slack.Interaction;

namespace ChatOps.Confirmations;

/// <summary>A press on a card: confirm, decline or refresh.</summary>
internal sealed class ConfirmationHandler(
    CurrentRequest request, ConfirmationStore store, ConfirmedActions actions, Outbox.Outbox outbox, ConfirmAction confirm, DeclineAction decline, RefreshAction refresh)
    : IBlockActionHandler<ButtonAction>
{
    public async Task Handle(ButtonAction action, BlockActionRequest press, CancellationToken cancellationToken)
    {
        var user = press.User.Id;
        var channel = press.Channel?.Id ?? press.Container.ChannelId ?? user;
        if (!Guid.TryParse(action.Value, out var id) || await store.FindAsync(id, cancellationToken) is not { } found)
            await TellAsync(Sentences.UnknownCard);
        else if (!actions.TryFind(found.Kind, out var kind))
            await TellAsync(Sentences.UnknownKind(found.Kind));
        else
            await RunAsync(action.ActionId.Split(':')[0], new Press(found, kind, user, channel, press.ResponseUrl), cancellationToken);

        Task TellAsync(string text) => request.CommitAsync(tx => outbox.TellAsync(tx, press.ResponseUrl, channel, user, Sentences.ForOne(text), cancellationToken), cancellationToken);
    }

    private Task RunAsync(string actionId, Press press, CancellationToken cancellationToken) => actionId switch
    {
        ActionIds.Confirm => confirm.RunAsync(press, cancellationToken),
        ActionIds.Decline => decline.RunAsync(press, cancellationToken),
        ActionIds.Refresh => refresh.RunAsync(press, cancellationToken),
        _ => throw new InvalidOperationException($"No press of a card is called {actionId}."),
    };
}

/// <summary>Who pressed on which card, where.</summary>
/// <param name="ResponseUrl">Where the person is answered; null: Slack gave none.</param>
internal sealed record Press(PendingAction Action, IConfirmedAction Kind, string UserId, string ChannelId, string? ResponseUrl)
{
    /// <summary>Answers the one who pressed.</summary>
    /// <param name="sentence">Escaped mrkdwn.</param>
    public Task TellAsync(Outbox.Outbox outbox, Tx tx, string sentence, CancellationToken cancellationToken) =>
        outbox.TellAsync(tx, ResponseUrl, ChannelId, UserId, Sentences.ForOne(sentence), cancellationToken);
}
