using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Confirmations;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Permissions;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>Somebody wants to deploy: the plan, its gates, and the card to press; or the sentence that says why not and what would make it pass.</summary>
public sealed class AskDeploy(
    CurrentRequest request, ServiceCatalog catalog, TargetAccess targets, ReadDeployFacts read, ProposeAction propose, TimelineStore timeline, Outbox.Outbox outbox, IncidentStore incidents, TimeProvider time) : IDeployDefault
{
    private const int Offered = 10;

    public (string Arguments, string Does) Usage => ("service [version] [to env] [--strategy s] [--reason text] [--force gates] [--plan]", "deploys: the plan first, then a button");

    public async Task HandleAsync(DeployCall call, CancellationToken cancellationToken)
    {
        // In an incident's channel it is that incident's fix.
        var incident = (await incidents.OfChannelAsync(call.ChannelId, cancellationToken))?.Number;
        var (arguments, wrong) = DeployArguments.Read(call.Arguments, catalog);
        if (arguments is null)
        {
            await request.TellAsync(outbox, call, DeployText.Plain(Mrkdwn.Escape(wrong!)), cancellationToken);
            return;
        }
        if (arguments.Version is not { } version)
        {
            await request.TellAsync(outbox, call, await OfferAsync(arguments, cancellationToken), cancellationToken);
            return;
        }
        var facts = await read.RunAsync(
            new DeployRequest
            {
                Target = arguments.Target,
                Version = version,
                Strategy = arguments.Strategy,
                Reason = arguments.Reason,
                RequestedBy = call.UserId,
                At = time.GetUtcNow(),
                Incident = incident,
                Forced = arguments.Forced,
            },
            operation: null, cancellationToken);
        var plan = DeployPlan.Make(facts);
        if (arguments.PlanOnly) await request.TellAsync(outbox, call, DeployCards.PlanOnly(arguments.Target, plan), cancellationToken);
        else if (plan.Report.Refusal is { } refusal) await RefuseAsync(call, arguments.Target, plan, refusal, cancellationToken);
        else await ProposeAsync(call, arguments.Target, plan, incident, cancellationToken);
    }

    private Task ProposeAsync(DeployCall call, Target target, DeployPlan plan, int? incident, CancellationToken cancellationToken) => request.CommitAsync(
        async tx =>
        {
            var action = await propose.RunAsync(
                tx,
                new Proposal
                {
                    Kind = PermissionActions.Deploy,
                    Subject = new ActionSubject(target, plan.ToArguments(), incident),
                    RequestedBy = call.UserId,
                    Destination = call.ChannelId,
                    Fingerprint = plan.Fingerprint,
                },
                cancellationToken);
            if (plan.Report.Overridden is { Count: > 0 } overridden)
                await outbox.ShowAsync(tx, $"action {action.Id} forced", call.ChannelId, DeployCards.Forced(target, plan, overridden), cancellationToken);
        },
        cancellationToken);

    private Task RefuseAsync(DeployCall call, Target target, DeployPlan plan, GateResult refusal, CancellationToken cancellationToken) => request.CommitAsync(
        async tx =>
        {
            await timeline.AppendAsync(
                tx,
                new TimelineEntry
                {
                    Target = target.ToString(),
                    Kind = TimelineKinds.ActionRefused,
                    At = tx.Now,
                    Actor = call.UserId,
                    Text = $"Asked to deploy {plan.ToVersion} to {target}, refused: {refusal.Sentence}",
                    Data = JsonSerializer.SerializeToElement(new { version = plan.ToVersion, gate = refusal.Gate, code = refusal.Code }, JsonSerializerOptions.Web),
                },
                cancellationToken);
            await outbox.TellAsync(tx, call, DeployCards.Refused(target, plan, refusal), cancellationToken);
        },
        cancellationToken);

    /// <summary>Without a version: the newest builds to choose from.</summary>
    private async Task<Message> OfferAsync(DeployArguments arguments, CancellationToken cancellationToken)
    {
        var (platform, its) = targets.PlatformOf(arguments.Target);
        try
        {
            var status = platform.StatusAsync(its, cancellationToken);
            var releases = await platform.ReleasesAsync(its, cancellationToken);
            return DeployCards.Choose(arguments.Target, (await status).Version, [.. releases.Take(Offered)], platform.Name);
        }
        catch (Platforms.PlatformException e)
        {
            return DeployText.Plain($"{Mrkdwn.Escape(e.Message)} So I cannot list what could be deployed: name the version, or look at {Mrkdwn.Escape(platform.Name)}.");
        }
    }
}
