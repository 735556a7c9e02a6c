using ChatOps.Catalog;
using ChatOps.Confirmations;
using ChatOps.Database;
using ChatOps.Operations;
using ChatOps.Permissions;

namespace ChatOps.Deployments;

/// <summary>The card of a deploy that nothing refuses; where the request is enough, it begins with it.</summary>
public sealed class ProposeDeploy(ProposeAction propose, ProposeConfirmed confirmed, Outbox.Outbox outbox)
{
    /// <param name="channel">Where the card is shown.</param>
    /// <returns>The card; null: the request is enough, but the target is held by now, and nothing was written.</returns>
    public async Task<PendingAction?> RunAsync(Tx tx, DeployJudgement judged, string channel, CancellationToken cancellationToken)
    {
        var (permission, facts, plan) = judged;
        var proposal = new Proposal
        {
            Kind = PermissionActions.Deploy,
            Subject = new ActionSubject(facts.Target, plan.ToArguments(), plan.Incident),
            RequestedBy = plan.RequestedBy,
            Destination = channel,
            Fingerprint = plan.Fingerprint,
        };
        var action = plan.Approval == Approval.None
            ? await confirmed.RunAsync(tx, proposal, permission, cancellationToken)
            : await propose.RunAsync(tx, proposal, cancellationToken);
        if (action is not null && plan.Report.Overridden is { Count: > 0 } overridden)
            await outbox.ShowAsync(tx, $"action {action.Id} forced", channel, DeployCards.Forced(facts.Target, plan, overridden), cancellationToken);
        return action;
    }
}
