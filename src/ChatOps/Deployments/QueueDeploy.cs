using ChatOps.Database;
using ChatOps.Operations;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>Puts a deploy into the queue of its target, which has one place: whoever waited there is told who takes it.</summary>
public sealed class QueueDeploy(TimelineStore timeline, Outbox.Outbox outbox)
{
    /// <param name="channel">Where it was asked, and will ask.</param>
    public async Task RunAsync(Tx tx, DeployRequest request, string channel, CancellationToken cancellationToken)
    {
        var wanted = WaitingDeploy.Of(request, channel);
        var superseded = new List<WaitingDeploy>();
        WaitingDeploy? waiting;
        while ((waiting = await DeployQueueStore.TryAddAsync(tx, wanted, cancellationToken)) is null)
        {
            if (await DeployQueueStore.SupersedeAsync(tx, wanted.Target, wanted.RequestedBy, cancellationToken) is { } old) superseded.Add(old);
        }
        var holder = await OperationStore.HolderAsync(tx, waiting.Place, cancellationToken);
        await timeline.AppendAsync(tx, Entry(tx, waiting, TimelineKinds.DeployQueued, waiting.RequestedBy, $"Asked to deploy {waiting.Version} to {waiting.Target}; it waits for {(holder is null ? "its turn" : $"operation {holder.Number}")}."), cancellationToken);
        var said = new List<(string Key, string Channel, Message Text)> { (waiting.MessageKey, waiting.Channel, DeployQueueMessages.Waits(waiting, holder, superseded.LastOrDefault())) };
        foreach (var old in superseded)
        {
            await timeline.AppendAsync(tx, Entry(tx, old, TimelineKinds.DeployUnqueued, waiting.RequestedBy, $"Took the place of {old.Version}, asked for by {old.RequestedBy}, in the queue of {old.Target}: {waiting.Version}."), cancellationToken);
            said.Add((old.MessageKey, old.Channel, DeployQueueMessages.Superseded(old, waiting)));
            // Who thought better of it knows that.
            if (old.RequestedBy != waiting.RequestedBy) said.Add((old.OverKey, old.Channel, DeployQueueMessages.YoursWasSuperseded(old, waiting)));
        }
        // Always in one order of channels: two that supersede each other across channels would otherwise wait for each other.
        foreach (var (key, place, text) in said.OrderBy(s => s.Channel, StringComparer.Ordinal)) await outbox.ShowAsync(tx, key, place, text, cancellationToken);
    }

    internal static TimelineEntry Entry(Tx tx, WaitingDeploy deploy, string kind, string actor, string text) => new()
    {
        Incident = deploy.Incident,
        Target = deploy.Target,
        Kind = kind,
        At = tx.Now,
        Actor = actor,
        Text = text,
        Data = System.Text.Json.JsonSerializer.SerializeToElement(new { queue = deploy.Id, version = deploy.Version, requestedBy = deploy.RequestedBy }, System.Text.Json.JsonSerializerOptions.Web),
        Part = $"queue {deploy.Id}",
    };
}
