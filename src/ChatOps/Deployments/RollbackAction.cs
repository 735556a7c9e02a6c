using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Outbox;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;

namespace ChatOps.Deployments;

/// <summary>Runs an earlier version of a target again.</summary>
public sealed class RollbackAction(TargetAccess targets, PlanChange plan, CarryOutChange carryOut, MarkBad markBad, Outbox.Outbox outbox) : IOneCallAction
{
    public string Kind => PlanChange.Rollback;

    public async Task<string> FingerprintAsync(ActionSubject subject, CancellationToken cancellationToken)
    {
        var (platform, its) = targets.PlatformOf(subject.Target);
        return ActionPlan.Fingerprint(await platform.StatusAsync(its, cancellationToken), ActionPlan.Of(subject.Arguments).ToVersion);
    }

    /// <summary>The same version may run and its schema not be in place any more: whether there is a way back is asked again.</summary>
    public async Task<PressCheck> CheckAsync(ActionSubject subject, string userId, CancellationToken cancellationToken)
    {
        var fresh = PlanAsync(subject, cancellationToken);
        return new(await FingerprintAsync(subject, cancellationToken), (await fresh).Refusal);
    }

    public async Task<Refreshed> RefreshAsync(ActionSubject subject, CancellationToken cancellationToken)
    {
        var (fresh, refusal) = await PlanAsync(subject, cancellationToken);
        return fresh is null ? new(subject, refusal) : new(subject with { Arguments = fresh.ToArguments() });
    }

    public Task<OperationOutcome> ExecuteAsync(Operation operation, OperationRun run, CancellationToken cancellationToken)
    {
        var asked = ActionPlan.Of(operation.Arguments);
        return carryOut.RunAsync(
            operation, run,
            (platform, its, call, ct) => asked.ByDeploy ? platform.DeployAsync(its, asked.ToVersion!, recreate: false, call, ct) : platform.RollBackAsync(its, asked.ToVersion!, call, ct),
            Done(operation), cancellationToken);
    }

    public Task<OperationOutcome> RecoverAsync(Operation operation, CancellationToken cancellationToken) => carryOut.RecoverAsync(operation, Done(operation), cancellationToken);

    public Message Render(ActionCard card) => DeploymentMessages.Card(card, $"Roll {card.Subject.Target.Service} back to {ActionPlan.Of(card.Subject.Arguments).ToVersion}");

    public async Task FinishedAsync(Tx tx, Operation operation, OperationOutcome outcome, CancellationToken cancellationToken)
    {
        var asked = ActionPlan.Of(operation.Arguments);
        await RecordAsync(tx, operation, asked, outcome, cancellationToken);
        foreach (var version in outcome.Result == OperationResult.NotDone ? [] : asked.Bad) await markBad.RunAsync(tx, operation, version, operation.ConfirmedBy, asked.Why, cancellationToken);
        await TellAsync(outbox, tx, operation, outcome, cancellationToken);
        if (asked.Told is { } channel && Places.Of(channel) is var place && !await DestinationStore.IsSameAsync(tx, place, operation.Destination, cancellationToken))
            await outbox.ShowAsync(tx, $"operation {operation.Id} told", place, DeploymentMessages.RolledBack(operation, asked, outcome), cancellationToken);
    }

    public string? CommandByHand(ActionSubject subject)
    {
        var (platform, its) = targets.PlatformOf(subject.Target);
        var asked = ActionPlan.Of(subject.Arguments);
        return platform.CommandByHand(its, asked.ByDeploy ? PlatformAction.Deploy : PlatformAction.RollBack, asked.ToVersion);
    }

    /// <summary>What follows from the end of a change: where it belongs to an incident, the next step of that.</summary>
    internal static async Task TellAsync(Outbox.Outbox outbox, Tx tx, Operation operation, OperationOutcome outcome, CancellationToken cancellationToken)
    {
        var message = operation.Incident is { } number && await IncidentStore.LockAsync(tx, number, cancellationToken) is { } incident
            ? DeploymentMessages.Finished(operation, outcome, incident)
            : DeploymentMessages.Finished(operation, outcome);
        await outbox.ShowAsync(tx, DeploymentMessages.OutcomeKey(operation), operation.Destination, message, cancellationToken);
    }

    /// <summary>The row for history and figures; the deploy that brought what was left has been taken back.</summary>
    private static async Task RecordAsync(Tx tx, Operation operation, ActionPlan asked, OperationOutcome outcome, CancellationToken cancellationToken)
    {
        await DeploymentStore.BeginAsync(
            tx,
            new Deployment
            {
                Id = operation.Id,
                IsRollback = true,
                Target = operation.Target,
                FromVersion = asked.Running,
                ToVersion = asked.ToVersion!,
                Strategy = Catalog.DeployStrategy.Rolling,
                RequestedBy = operation.ConfirmedBy,
                ConfirmedBy = operation.ConfirmedBy,
                StartedAt = operation.RequestedAt,
                Incident = operation.Incident,
                Commits = [.. asked.Undone.Select(u => new DeployedCommit(u.Version, u.Commit, u.Author, u.Message, null))],
                Reason = asked.Why,
            },
            cancellationToken);
        await DeploymentStore.EndAsync(tx, operation.Id, DeploymentStore.OutcomeOf(outcome), outcome.Sentence, cancellationToken);
        if (outcome.Result == OperationResult.Succeeded && asked.Running is { } left) await DeploymentStore.TakenBackAsync(tx, operation.Target, left, operation.RequestedAt, cancellationToken);
    }

    private Task<PlanOrRefusal> PlanAsync(ActionSubject subject, CancellationToken cancellationToken)
    {
        var asked = ActionPlan.Of(subject.Arguments);
        return plan.RollbackAsync(subject.Target, asked.ToVersion, new(asked.Why, Risk: null, WayBack: null) { Told = asked.Told }, cancellationToken);
    }

    private static string Done(Operation operation) => $"rolled back to {ActionPlan.Of(operation.Arguments).ToVersion}";
}
