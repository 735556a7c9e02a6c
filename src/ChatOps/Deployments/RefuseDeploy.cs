using System.Text.Json;
using ChatOps.Database;
using ChatOps.Permissions;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>Records that a deploy was refused, and offers to ask those who may pass what refuses it.</summary>
public sealed class RefuseDeploy(PermissionCheck permissions, TimelineStore timeline)
{
    /// <param name="channel">Where they would be asked.</param>
    /// <returns>What whoever asked is told.</returns>
    public async Task<Message> RunAsync(Tx tx, DeployJudgement judged, GateResult refusal, string channel, CancellationToken cancellationToken)
    {
        var (plan, target) = (judged.Plan, judged.Facts.Target);
        await timeline.AppendAsync(
            tx,
            new TimelineEntry
            {
                Target = target.ToString(),
                Kind = TimelineKinds.ActionRefused,
                At = tx.Now,
                Actor = plan.RequestedBy,
                Text = $"Asked to deploy {plan.ToVersion} to {target}, refused: {refusal.Sentence}",
                Data = JsonSerializer.SerializeToElement(new { version = plan.ToVersion, gate = refusal.Gate, code = refusal.Code }, JsonSerializerOptions.Web),
            },
            cancellationToken);
        Button? button = null;
        // A direct message is read by nobody else, and where no rule names anyone there is nobody to ask.
        if (!channel.StartsWith('D') && DeployAsk.Of(judged, refusal, channel) is { } ask && permissions.WhoMay(ask.Action, target) is not "nobody" and var whoMay)
            button = DeployAskMessages.Button(await DeployAskStore.OfferAsync(tx, ask, cancellationToken), whoMay);
        return DeployCards.Refused(target, plan, refusal, button);
    }
}
