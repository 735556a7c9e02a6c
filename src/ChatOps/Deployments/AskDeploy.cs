using ChatOps.Catalog;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;

namespace ChatOps.Deployments;

/// <summary>Somebody wants to deploy: the plan, its gates, and the card to press; a place in the queue where the target is busy; or the sentence that says why not and what would make it pass.</summary>
public sealed class AskDeploy(
    CurrentRequest request, ServiceCatalog catalog, TargetAccess targets, JudgeDeploy judge, ProposeDeploy propose, QueueDeploy queue, RefuseDeploy refuse, Outbox.Outbox outbox, IncidentStore incidents, TimeProvider time)
    : IDeployDefault
{
    private const int Offered = 10;

    public (string Arguments, string Does) Usage => ("service [version] [to env] [--strategy s] [--reason text] [--force gates] [--plan]", "deploys: the plan first, then a button");

    /// <summary>Without a word it asks for everything; what is overridden needs a reason.</summary>
    public Task<ModalViewDefinition?> FormAsync(DeployCall call, CancellationToken cancellationToken) => Task.FromResult(
        string.IsNullOrWhiteSpace(call.Arguments) ? DeployForms.Deploy(call, catalog)
        : DeployArguments.Read(call.Arguments, catalog).Arguments is { PlanOnly: false, Version: not null, Forced: { Count: > 0 } forced, Reason: null } ? DeployForms.Reason(call, forced)
        : null);

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
        var wanted = new DeployRequest
        {
            Target = arguments.Target,
            Version = version,
            Strategy = arguments.Strategy,
            Reason = arguments.Reason ?? call.Fields.GetValueOrDefault(DeployForms.ReasonBlock),
            RequestedBy = call.UserId,
            At = time.GetUtcNow(),
            Incident = incident,
            Forced = arguments.Forced,
        };
        var judged = await judge.RunAsync(wanted, cancellationToken);
        if (arguments.PlanOnly)
        {
            await request.TellAsync(outbox, call, DeployCards.PlanOnly(arguments.Target, judged.Plan), cancellationToken);
            return;
        }
        await request.CommitAsync(
            async tx =>
            {
                if (judged.Refusal is { } refusal)
                    await outbox.TellAsync(tx, call, await refuse.RunAsync(tx, judged, refusal, call.ChannelId, cancellationToken), cancellationToken);
                else if (judged.IsBusy || await propose.RunAsync(tx, judged, call.ChannelId, cancellationToken) is null)
                    await queue.RunAsync(tx, wanted, call.ChannelId, cancellationToken);
            },
            cancellationToken);
    }

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
