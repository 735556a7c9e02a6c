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
        var value = (action.Value ?? "").Split(' ');
        return RunAsync(Guid.TryParse(value[0], out var id) ? id : Guid.Empty, wish, value.ElementAtOrDefault(1), request.User.Id, request.Channel?.Id ?? request.Container.ChannelId ?? request.User.Id, request.ResponseUrl, cancellationToken);
    }

    /// <summary>The same for the one that typed it.</summary>
    /// <param name="wish"><see cref="DeployMachine.Abort"/> or <see cref="DeployMachine.GoOn"/>.</param>
    /// <param name="askedAt">The <see cref="DeployState.Stand"/> that it answers; null: whatever stands now.</param>
    public async Task RunAsync(Guid operation, string wish, string? askedAt, string userId, string channelId, string? responseUrl, CancellationToken cancellationToken)
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
                var held = await SteppedOperationStore.HoldAsync(tx, found.Id, cancellationToken);
                if ((held is null ? $"Operation {found.Number} has ended already; its card says how." : WhyNot(found, held, wish, askedAt)) is { } why)
                {
                    await outbox.TellAsync(tx, responseUrl, channelId, userId, DeployText.Plain(why), cancellationToken);
                    return;
                }
                await SteppedOperationStore.WishAsync(tx, found.Id, wish, userId, cancellationToken);
                await timeline.AppendAsync(tx, Entry(tx, found, wish, userId), cancellationToken);
                tx.AfterCommit(signal.Raise);
            },
            cancellationToken);

        Task TellAsync(string text) => current.CommitAsync(tx => outbox.TellAsync(tx, responseUrl, channelId, userId, DeployText.Plain(text), cancellationToken), cancellationToken);
    }

    /// <summary>Going back is always an answer; going on is one to what was asked, and not after an abort. Null: it counts.</summary>
    private static string? WhyNot(Operation operation, HeldOperation held, string wish, string? askedAt)
    {
        if (wish == DeployMachine.Abort) return null;
        if (held.Wish == DeployMachine.Abort) return $"Nothing was done: {(held.WishedBy is { } by ? DeployText.PersonOf(by) : "somebody")} aborted it before you pressed, and it goes back.";
        if (askedAt is null || held.State is not { } json || DeployState.Of(json) is not { } state || state.Stand == askedAt) return null;
        return state.GoesBack
            ? "Nothing was done: it goes back already; its card says why."
            : $"Nothing was done: this was asked at another step, which is over. Now: {DeployCards.Phase(DeployPlan.Of(operation.Arguments), state)}. Its card has the buttons for that.";
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
