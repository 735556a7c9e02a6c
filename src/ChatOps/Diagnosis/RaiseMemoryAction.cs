using ChatOps.Database;
using ChatOps.Deployments;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;

namespace ChatOps.Diagnosis;

/// <summary>Raises the memory limit of a target that was killed for it, after what the new start would wipe out has been saved.</summary>
public sealed class RaiseMemoryAction(TargetAccess targets, PlanChange plan, CarryOutChange carryOut, SaveLastWords lastWords, Transactions transactions, Outbox.Outbox outbox) : IOneCallAction
{
    public string Kind => PlanChange.Scale;

    public async Task<string> FingerprintAsync(ActionSubject subject, CancellationToken cancellationToken)
    {
        var (platform, its) = targets.PlatformOf(subject.Target);
        return ActionPlan.Fingerprint(await platform.StatusAsync(its, cancellationToken), toVersion: null);
    }

    public async Task<Refreshed> RefreshAsync(ActionSubject subject, CancellationToken cancellationToken)
    {
        var old = ActionPlan.Of(subject.Arguments);
        var (fresh, refusal) = await plan.RaiseMemoryAsync(subject.Target, new(old.Why, Risk: null, WayBack: null), cancellationToken);
        return fresh is null ? new(subject, refusal) : new(subject with { Arguments = fresh.ToArguments() });
    }

    public async Task<OperationOutcome> ExecuteAsync(Operation operation, OperationRun run, CancellationToken cancellationToken)
    {
        await RestartAction.SaveAsync(lastWords, transactions, operation, run, cancellationToken);
        var bytes = ActionPlan.Of(operation.Arguments).Memory!.To;
        var outcome = await carryOut.RunAsync(operation, run, (platform, its, call, ct) => platform.SetMemoryLimitAsync(its, bytes, call, ct), Done(operation), cancellationToken);
        return Told(outcome);
    }

    public async Task<OperationOutcome> RecoverAsync(Operation operation, CancellationToken cancellationToken) => Told(await carryOut.RecoverAsync(operation, Done(operation), cancellationToken));

    public Message Render(ActionCard card) => DeploymentMessages.Card(card, $"Raise the memory limit of {card.Subject.Target.Service} {ActionPlan.Of(card.Subject.Arguments).Memory!.Text}");

    public Task FinishedAsync(Tx tx, Operation operation, OperationOutcome outcome, CancellationToken cancellationToken) =>
        RollbackAction.TellAsync(outbox, tx, operation, outcome, cancellationToken);

    public string? CommandByHand(ActionSubject subject)
    {
        var (platform, its) = targets.PlatformOf(subject.Target);
        return platform.CommandByHand(its, PlatformAction.MemoryLimit, PlanChange.Bytes(ActionPlan.Of(subject.Arguments).Memory!.To));
    }

    private static string Done(Operation operation) => $"given more memory ({ActionPlan.Of(operation.Arguments).Memory!.Text})";

    // Who is relieved forgets: the leak is still there, and the limit in the repository is still the old one.
    private static OperationOutcome Told(OperationOutcome outcome) => outcome.Result != OperationResult.Succeeded ? outcome
        : OperationOutcome.Succeeded($"{outcome.Sentence} {PlanChange.StopGap}");
}
