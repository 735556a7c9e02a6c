using System.Globalization;
using ChatOps.Inbox;
using ChatOps.Permissions;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>Takes a deploy that waits out of the queue: who asked for it may, and who may deploy there.</summary>
public sealed class DeployQueueHandler(CurrentRequest current, DeployQueueStore queue, PermissionCheck permissions, TimelineStore timeline, Outbox.Outbox outbox) : IBlockActionHandler<ButtonAction>
{
    public const string ActionId = "deploy.unqueue";

    public async Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var call = DeployButtonHandler.CallOf(request);
        var user = call.UserId;
        if (!long.TryParse(action.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || await queue.FindAsync(id, cancellationToken) is not { } waiting)
        {
            await TellAsync("I do not know this request any more, and nothing was done. `/deploy status` says what waits.");
            return;
        }
        if (user != waiting.RequestedBy && await permissions.CheckAsync(user, PermissionActions.Deploy, waiting.Place, cancellationToken) is { Allowed: false } no)
        {
            await TellAsync($"{Mrkdwn.Escape(no.Reason)} It still waits: {Mrkdwn.User(waiting.RequestedBy)} asked for it and may take it back.");
            return;
        }
        await current.CommitAsync(async tx =>
        {
            if (await DeployQueueStore.EndAsync(tx, id, DeployQueueStore.Withdrawn, user, cancellationToken) is not { } ended)
            {
                await outbox.TellAsync(tx, call, DeployText.Plain("It does not wait any more; its message says what became of it."), cancellationToken);
                return;
            }
            await timeline.AppendAsync(tx, QueueDeploy.Entry(tx, ended, TimelineKinds.DeployUnqueued, user, $"Took the deploy of {ended.Version} to {ended.Target} out of the queue."), cancellationToken);
            await outbox.ShowAsync(tx, ended.MessageKey, ended.Channel, DeployQueueMessages.Withdrawn(ended, user), cancellationToken);
            if (user != ended.RequestedBy) await outbox.ShowAsync(tx, ended.OverKey, ended.Channel, DeployQueueMessages.YoursWasWithdrawn(ended, user), cancellationToken);
        }, cancellationToken);

        Task TellAsync(string text) => current.TellAsync(outbox, call, DeployText.Plain(text), cancellationToken);
    }
}
