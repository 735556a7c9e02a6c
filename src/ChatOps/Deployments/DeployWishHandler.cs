using System.Text.Json;
using ChatOps.Database;
using ChatOps.Deployments.Strategies;
using ChatOps.Inbox;
using ChatOps.Operations;
using ChatOps.Permissions;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>A person answers a deploy that runs: it goes on, or it goes back. Who may deploy there may.</summary>
public sealed class DeployWishHandler(
    CurrentRequest current, OperationStore operations, PermissionCheck permissions, TimelineStore timeline, Outbox.Outbox outbox, OperationSignal signal) : IBlockActionHandler<ButtonAction>
{
    /// <summary>Messages of years ago carry it: <c>deploy.wish:abort</c>.</summary>
    public const string Prefix = "deploy.wish";

    public static string ActionOf(string wish) => $"{Prefix}:{wish}";

    public Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var wish = action.ActionId.Split(':')[^1];
        return RunAsync(Guid.TryParse(action.Value, out var id) ? id : Guid.Empty, wish, request.User.Id, request.Channel?.Id ?? request.Container.ChannelId ?? request.User.Id, request.ResponseUrl, cancellationToken);
    }

    /// <summary>The same for the one that typed it.</summary>
    /// <param name="wish"><see cref="DeployMachine.Abort"/> or <see cref="DeployMachine.GoOn"/>.</param>
    public async Task RunAsync(Guid operation, string wish, string userId, string channelId, string? responseUrl, CancellationToken cancellationToken)
    {
        if (wish is not (DeployMachine.Abort or DeployMachine.GoOn) || await operations.FindAsync(operation, cancellationToken) is not { Kind: PermissionActions.Deploy } found)
        {
            await TellAsync("I do not know this deploy any more, and nothing was done. `/deploy status` says what runs.");
            return;
        }
        var permission = await permissions.CheckAsync(userId, PermissionActions.Deploy, found.Target, cancellationToken);
        if (!permission.Allowed)
        {
            await TellAsync($"{Mrkdwn.Escape(permission.Reason)} Nothing was done: ask {Mrkdwn.Escape(permission.WhoMay)}.");
            return;
        }
        await current.CommitAsync(
            async tx =>
            {
                if (!await SteppedOperationStore.WishAsync(tx, found.Id, wish, userId, cancellationToken))
                {
                    await outbox.TellAsync(tx, responseUrl, channelId, userId, DeployText.Plain($"Operation {found.Number} has ended already; its card says how."), cancellationToken);
                    return;
                }
                await timeline.AppendAsync(tx, Entry(tx, found, wish, userId), cancellationToken);
                tx.AfterCommit(signal.Raise);
            },
            cancellationToken);

        Task TellAsync(string text) => current.CommitAsync(tx => outbox.TellAsync(tx, responseUrl, channelId, userId, DeployText.Plain(text), cancellationToken), cancellationToken);
    }

    private static TimelineEntry Entry(Tx tx, Operation operation, string wish, string userId) => new()
    {
        Incident = operation.Incident,
        Target = operation.Target.ToString(),
        Kind = TimelineKinds.DeployProgress,
        At = tx.Now,
        Actor = userId,
        Text = wish == DeployMachine.Abort ? $"Aborted the deploy (operation {operation.Number})." : $"Let the deploy go on without waiting (operation {operation.Number}).",
        Data = JsonSerializer.SerializeToElement(new { operation = operation.Id, number = operation.Number, wish }, JsonSerializerOptions.Web),
        Part = operation.Id.ToString(),
    };
}
