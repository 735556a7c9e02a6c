using System.Text.Json;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>The turn of a deploy that waited: who may, the gates and the facts are read as if it were asked for now, and it asks with a fresh plan, or says why not.</summary>
internal sealed class LeaveDeployQueue(
    DeployQueueStore queue, JudgeDeploy judge, ProposeDeploy propose, RefuseDeploy refuse, CurrentRequest request, TimelineStore timeline, Outbox.Outbox outbox, TimeProvider time) : IInternalRequestHandler
{
    public const string Word = "deploy.turn";

    public string Kind => Word;

    public async Task HandleAsync(JsonElement body, CancellationToken cancellationToken)
    {
        var turn = body.Deserialize<Turn>(JsonSerializerOptions.Web) ?? throw new JsonException("A turn without its deploy.");
        // What expired is said by the sweep.
        if (await queue.FindAsync(turn.Id, cancellationToken) is not { } waiting || !waiting.Waits(time.GetUtcNow())) return;
        DeployJudgement judged;
        try
        {
            judged = await judge.RunAsync(waiting.ToRequest(time.GetUtcNow()), cancellationToken);
        }
        catch (PlatformException e)
        {
            await request.CommitAsync(async tx =>
            {
                if (await EndAsync(tx, waiting, DeployQueueStore.Refused, $"refused: {e.Message}", cancellationToken))
                    await outbox.ShowAsync(tx, waiting.OverKey, waiting.Channel, DeployQueueMessages.Impossible(waiting, e.Message), cancellationToken);
            }, cancellationToken);
            return;
        }
        await request.CommitAsync(tx => LeaveAsync(tx, waiting, judged, cancellationToken), cancellationToken);
    }

    private async Task LeaveAsync(Tx tx, WaitingDeploy waiting, DeployJudgement judged, CancellationToken cancellationToken)
    {
        if (judged.IsBusy)
        {
            // Somebody was faster. It keeps its place, and the next turn is another request.
            if (await DeployQueueStore.LookedAsync(tx, waiting.Id, cancellationToken) is not null && await OperationStore.HolderAsync(tx, waiting.Place, cancellationToken) is { } holder)
                await outbox.ShowAsync(tx, waiting.MessageKey, waiting.Channel, DeployQueueMessages.Waits(waiting, holder, instead: null), cancellationToken);
            return;
        }
        if (judged.Refusal is { } refusal)
        {
            if (!await EndAsync(tx, waiting, DeployQueueStore.Refused, $"refused: {refusal.Sentence}", cancellationToken)) return;
            var refused = await refuse.RunAsync(tx, judged, refusal, waiting.Channel, cancellationToken);
            await outbox.ShowAsync(tx, waiting.OverKey, waiting.Channel, DeployQueueMessages.YoursWasRefused(waiting, refused), cancellationToken);
            return;
        }
        if (!await EndAsync(tx, waiting, DeployQueueStore.Left, "it asks now", cancellationToken)) return;
        await propose.RunAsync(tx, judged with { Plan = ApprovalRule.AfterQueue(judged.Plan) }, waiting.Channel, cancellationToken);
        await outbox.ShowAsync(tx, waiting.OverKey, waiting.Channel, DeployQueueMessages.YourTurn(waiting), cancellationToken);
    }

    /// <summary>False: it was superseded, taken back or expired meanwhile.</summary>
    private async Task<bool> EndAsync(Tx tx, WaitingDeploy waiting, string state, string what, CancellationToken cancellationToken)
    {
        if (await DeployQueueStore.EndAsync(tx, waiting.Id, state, TimelineEntry.Bot, cancellationToken) is null) return false;
        await timeline.AppendAsync(tx, QueueDeploy.Entry(tx, waiting, TimelineKinds.DeployUnqueued, TimelineEntry.Bot, $"The deploy of {waiting.Version} to {waiting.Target} left the queue: {what}"), cancellationToken);
        await outbox.ShowAsync(tx, waiting.MessageKey, waiting.Channel, DeployQueueMessages.Left(waiting, asks: state == DeployQueueStore.Left), cancellationToken);
        return true;
    }

    internal sealed record Turn(long Id);
}
