using System.Text.Json;
using ChatOps.Inbox;
using ChatOps.Operations;
using ChatOps.Permissions;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>A second person reviewed what a lead deployed alone: it counts of somebody who neither asked nor pressed and may deploy there.</summary>
public sealed class DeployReviewHandler(
    CurrentRequest current, DeployReviewStore reviews, DeploymentStore deployments, OperationStore operations, PermissionCheck permissions, TimelineStore timeline, Outbox.Outbox outbox) : IBlockActionHandler<ButtonAction>
{
    public const string ActionId = "deploy.review";

    public async Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var call = DeployButtonHandler.CallOf(request);
        if (!Guid.TryParse(action.Value, out var id) || await reviews.FindAsync(id, cancellationToken) is not { } review || await operations.FindAsync(id, cancellationToken) is not { } operation)
        {
            await TellAsync("I do not know this deploy any more, and nothing was recorded.");
            return;
        }
        var permission = await permissions.CheckAsync(call.UserId, PermissionActions.Deploy, review.Place, cancellationToken);
        if (call.UserId == review.RequestedBy || call.UserId == review.ConfirmedBy)
        {
            await TellAsync($"It was you who {(call.UserId == review.ConfirmedBy ? "pressed" : "asked for it")}: the second pair of eyes is somebody else's. Ask {Mrkdwn.Escape(permission.WhoMay)}.");
            return;
        }
        if (!permission.Allowed)
        {
            await TellAsync($"{Mrkdwn.Escape(permission.Reason)} It still waits for its review: ask {Mrkdwn.Escape(permission.WhoMay)}.");
            return;
        }
        var outcome = await OutcomeAsync(id, cancellationToken);
        await current.CommitAsync(async tx =>
        {
            if (!await DeployReviewStore.ReviewAsync(tx, id, call.UserId, cancellationToken))
            {
                await outbox.TellAsync(tx, call, DeployText.Plain($"{(review.ReviewedBy is { } by ? Mrkdwn.User(by) : "Somebody")} reviewed it before you. Nothing to do."), cancellationToken);
                return;
            }
            await timeline.AppendAsync(tx, new TimelineEntry
            {
                Incident = operation.Incident,
                Target = review.Target,
                Kind = TimelineKinds.DeployReviewed,
                At = tx.Now,
                Actor = call.UserId,
                Text = $"Reviewed the deploy of {review.ToVersion} to {review.Target} (operation {review.Number}).",
                Data = JsonSerializer.SerializeToElement(new { operation = id, number = review.Number }, JsonSerializerOptions.Web),
            }, cancellationToken);
            await outbox.ShowAsync(
                tx, DeploymentMessages.OutcomeKey(operation), operation.Destination,
                DeployCards.Outcome(operation, DeployPlan.Of(operation.Arguments), outcome, DeployReviewMessages.Done(call.UserId, tx.Now)), cancellationToken);
        }, cancellationToken);

        Task TellAsync(string text) => current.TellAsync(outbox, call, DeployText.Plain(text), cancellationToken);
    }

    /// <summary>As its outcome was told.</summary>
    private async Task<OperationOutcome> OutcomeAsync(Guid id, CancellationToken cancellationToken)
    {
        var deployment = await deployments.FindAsync(id, cancellationToken);
        return new(
            deployment?.Outcome switch
            {
                DeploymentOutcome.Succeeded => OperationResult.Succeeded,
                DeploymentOutcome.NotDone => OperationResult.NotDone,
                DeploymentOutcome.Failed or DeploymentOutcome.RolledBack => OperationResult.Failed,
                _ => OperationResult.Unknown,
            },
            deployment?.Sentence ?? "");
    }
}
