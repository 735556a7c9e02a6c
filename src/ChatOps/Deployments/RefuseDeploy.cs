using System.Text.Json;
using ChatOps.Database;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>Records that a deploy was refused.</summary>
public sealed class RefuseDeploy(TimelineStore timeline)
{
    public async Task RunAsync(Tx tx, DeployJudgement judged, GateResult refusal, CancellationToken cancellationToken)
    {
        var plan = judged.Plan;
        await timeline.AppendAsync(
            tx,
            new TimelineEntry
            {
                Target = judged.Facts.Target.ToString(),
                Kind = TimelineKinds.ActionRefused,
                At = tx.Now,
                Actor = plan.RequestedBy,
                Text = $"Asked to deploy {plan.ToVersion} to {judged.Facts.Target}, refused: {refusal.Sentence}",
                Data = JsonSerializer.SerializeToElement(new { version = plan.ToVersion, gate = refusal.Gate, code = refusal.Code }, JsonSerializerOptions.Web),
            },
            cancellationToken);
    }
}
