using ChatOps.Database;
using ChatOps.Deployments;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;

namespace ChatOps.Diagnosis;

/// <summary>Restarts a target, after what the restart would wipe out has been saved.</summary>
public sealed class RestartAction(TargetAccess targets, PlanChange plan, CarryOutChange carryOut, SaveLastWords lastWords, Transactions transactions, Outbox.Outbox outbox) : IOneCallAction
{
    private const string Done = "restarted";

    public string Kind => PlanChange.Restart;

    public async Task<string> FingerprintAsync(ActionSubject subject, CancellationToken cancellationToken)
    {
        var (platform, its) = targets.PlatformOf(subject.Target);
        return ActionPlan.Fingerprint(await platform.StatusAsync(its, cancellationToken), toVersion: null);
    }

    public async Task<Refreshed> RefreshAsync(ActionSubject subject, CancellationToken cancellationToken)
    {
        var old = ActionPlan.Of(subject.Arguments);
        var (fresh, refusal) = await plan.RestartAsync(subject.Target, new(old.Why, old.Risk, old.WayBack), cancellationToken);
        return fresh is null ? new(subject, refusal) : new(subject with { Arguments = fresh.ToArguments() });
    }

    public async Task<OperationOutcome> ExecuteAsync(Operation operation, OperationRun run, CancellationToken cancellationToken)
    {
        await SaveAsync(lastWords, transactions, operation, run, cancellationToken);
        return await carryOut.RunAsync(operation, run, (platform, its, call, ct) => platform.RestartAsync(its, call, ct), Done, cancellationToken);
    }

    /// <summary>What a new start wipes out becomes evidence first, with a word on what could not be saved.</summary>
    internal static async Task SaveAsync(SaveLastWords lastWords, Transactions transactions, Operation operation, OperationRun run, CancellationToken cancellationToken)
    {
        await run.ProgressAsync($"Saving the last log lines, connections and memory of {operation.Target.Service}.", cancellationToken);
        var (evidence, missing) = await lastWords.RunAsync(operation.Target, cancellationToken);
        if (operation.Incident is { } incident)
            await transactions.RunAsync(requestId: null, tx => EvidenceStore.AddAsync(tx, incident, stepId: null, evidence, cancellationToken), cancellationToken);
        await run.ProgressAsync(
            (evidence.FirstOrDefault(e => e.Sign == Signs.LastWords)?.Text ?? $"there were no log lines of {operation.Target.Service} to save")
            + (missing.Count == 0 ? "" : $"; not saved: {string.Join(", ", missing)}"), cancellationToken);
    }

    public Task<OperationOutcome> RecoverAsync(Operation operation, CancellationToken cancellationToken) => carryOut.RecoverAsync(operation, Done, cancellationToken);

    public Message Render(ActionCard card) => DeploymentMessages.Card(card, $"Restart {card.Subject.Target.Service}");

    public Task FinishedAsync(Tx tx, Operation operation, OperationOutcome outcome, CancellationToken cancellationToken) =>
        RollbackAction.TellAsync(outbox, tx, operation, outcome, cancellationToken);

    public string? CommandByHand(ActionSubject subject)
    {
        var (platform, its) = targets.PlatformOf(subject.Target);
        return platform.CommandByHand(its, PlatformAction.Restart, version: null);
    }
}
