using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;

namespace ChatOps.Deployments;

/// <summary>Runs an earlier version of a target again.</summary>
public sealed class RollbackAction(TargetAccess targets, PlanChange plan, CarryOutChange carryOut, Outbox.Outbox outbox) : IOneCallAction
{
    public string Kind => PlanChange.Rollback;

    public async Task<string> FingerprintAsync(ActionSubject subject, CancellationToken cancellationToken)
    {
        var (platform, its) = targets.PlatformOf(subject.Target);
        return ActionPlan.Fingerprint(await platform.StatusAsync(its, cancellationToken), ActionPlan.Of(subject.Arguments).ToVersion);
    }

    public async Task<ActionSubject> RefreshAsync(ActionSubject subject, CancellationToken cancellationToken)
    {
        var old = ActionPlan.Of(subject.Arguments);
        var (fresh, _) = await plan.RollbackAsync(subject.Target, old.ToVersion, new(old.Why, old.Risk, WayBack: null), cancellationToken);
        // What cannot be planned any more stays as it was; the platform refuses it at the press, and says why.
        return fresh is null ? subject : subject with { Arguments = fresh.ToArguments() };
    }

    public Task<OperationOutcome> ExecuteAsync(Operation operation, OperationRun run, CancellationToken cancellationToken)
    {
        var version = ActionPlan.Of(operation.Arguments).ToVersion!;
        return carryOut.RunAsync(operation, run, (platform, its, call, ct) => platform.RollBackAsync(its, version, call, ct), Done(operation), cancellationToken);
    }

    public Task<OperationOutcome> RecoverAsync(Operation operation, CancellationToken cancellationToken) => carryOut.RecoverAsync(operation, Done(operation), cancellationToken);

    public Message Render(ActionCard card) => DeploymentMessages.Card(card, $"Roll {card.Subject.Target.Service} back to {ActionPlan.Of(card.Subject.Arguments).ToVersion}");

    public Task FinishedAsync(Tx tx, Operation operation, OperationOutcome outcome, CancellationToken cancellationToken) => TellAsync(outbox, tx, operation, outcome, cancellationToken);

    public string? CommandByHand(ActionSubject subject)
    {
        var (platform, its) = targets.PlatformOf(subject.Target);
        return platform.CommandByHand(its, PlatformAction.RollBack, ActionPlan.Of(subject.Arguments).ToVersion);
    }

    /// <summary>What follows from the end of a change that belongs to an incident.</summary>
    internal static async Task TellAsync(Outbox.Outbox outbox, Tx tx, Operation operation, OperationOutcome outcome, CancellationToken cancellationToken)
    {
        if (operation.Incident is not { } number || await IncidentStore.LockAsync(tx, number, cancellationToken) is not { } incident) return;
        await outbox.ShowAsync(tx, DeploymentMessages.OutcomeKey(operation), operation.Destination, DeploymentMessages.Finished(operation, outcome, incident), cancellationToken);
    }

    private static string Done(Operation operation) => $"rolled back to {ActionPlan.Of(operation.Arguments).ToVersion}";
}
