using ChatOps.Inbox;
using ChatOps.Permissions;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.Operations;

/// <summary>A person says what became of an operation of which nobody knew. Who may press for it may also say what happened.</summary>
internal sealed class SettleHandler(
    CurrentRequest request, OperationStore store, EndOperation end, ConfirmedActions actions, PermissionCheck permissions, Outbox.Outbox outbox) : IBlockActionHandler<ButtonAction>
{
    public async Task Handle(ButtonAction action, BlockActionRequest press, CancellationToken cancellationToken)
    {
        var user = press.User.Id;
        var happened = action.ActionId.EndsWith(":yes", StringComparison.Ordinal);
        if (!Guid.TryParse(action.Value, out var id) || await store.FindAsync(id, cancellationToken) is not { } operation)
        {
            await TellAsync("I do not know this operation any more. Look at the target itself to see what is true now.");
            return;
        }
        if (!actions.TryFind(operation.Kind, out var kind))
        {
            await TellAsync($"This version of ChatOps does not know the action {Mrkdwn.Escape(operation.Kind)}, so it cannot settle it. Start the version that asked, then press again.");
            return;
        }
        var permission = await permissions.CheckAsync(user, operation.Kind, kind.AuthorityOf(operation.Subject), cancellationToken);
        if (!permission.Allowed)
        {
            await TellAsync($"{Mrkdwn.Escape(permission.Reason)} The question still waits: ask {Mrkdwn.Escape(permission.WhoMay)} to look and to press.");
            return;
        }
        var card = await store.CardOfAsync(operation, cancellationToken);
        await request.CommitAsync(
            async tx =>
            {
                if (operation.State != OperationState.Unknown || !await end.SettleAsync(tx, operation, user, happened, card, cancellationToken))
                    await outbox.TellAsync(tx, press.ResponseUrl, Channel(), user, Sentence($"Operation {operation.Number} is settled already; its card says how it ended."), cancellationToken);
            },
            cancellationToken);

        string Channel() => press.Channel?.Id ?? press.Container.ChannelId ?? user;

        Task TellAsync(string text) => request.CommitAsync(tx => outbox.TellAsync(tx, press.ResponseUrl, Channel(), user, Sentence(text), cancellationToken), cancellationToken);
    }

    private static Message Sentence(string text) => new() { Text = text, Blocks = [new SectionBlock { Text = new Markdown(text) }] };
}
