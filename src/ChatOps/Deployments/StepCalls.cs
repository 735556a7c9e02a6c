using ChatOps.Deployments.Strategies;
using ChatOps.Operations;
using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>The one call of a deploy's step: made once, followed, and looked for after a crash.</summary>
internal static class StepCalls
{
    /// <summary>What the platform says of the call; null: it was never asked, and may be.</summary>
    /// <exception cref="PlatformException">It does not answer: nothing is known now.</exception>
    public static async Task<PlatformOperation?> FindAsync(IPlatform platform, PlatformTarget target, Operation operation, DeployPlan plan, StepCall call, CancellationToken cancellationToken)
    {
        if ((await platform.CapabilitiesAsync(cancellationToken)).KeepsOperationIds) return await platform.FindOperationAsync(target, IdOf(operation, call), cancellationToken);
        if (await SeenAsync(platform, target, IdOf(operation, call), cancellationToken) is { } seen) return seen;
        // Where no ids are kept, what is there tells whether it is done; that it is not tells nothing.
        var status = await platform.StatusAsync(target, cancellationToken);
        var done = call.Kind switch
        {
            StepCallKind.StartCandidate => status.Candidate is { State: TargetState.Running } c && c.Version == plan.ToVersion,
            StepCallKind.SetWeight => status.Candidate is { } c && c.Percent == call.Percent,
            StepCallKind.DropCandidate => status.Candidate is null,
            StepCallKind.RollBack => status.State == TargetState.Running && status.Version == plan.BackTo,
            StepCallKind.BackUp => false,
            _ => status.State == TargetState.Running && status.Version == plan.ToVersion && status.Candidate is null,
        };
        return new(IdOf(operation, call), done ? PlatformOperationState.Succeeded : PlatformOperationState.Running, done ? null : $"{platform.Name} keeps no record of requests; looking at what is there.", null, null);
    }

    /// <summary>Makes the call.</summary>
    /// <returns>A refusal, with which nothing was done, is a failed operation too.</returns>
    /// <exception cref="PlatformException">The answer was lost.</exception>
    public static async Task<(PlatformOperation Seen, bool Refused)> MakeAsync(
        IPlatform platform, PlatformTarget target, Operation operation, DeployPlan plan, StepCall call, long? ifGeneration, OperationRun run, CancellationToken cancellationToken)
    {
        var id = IdOf(operation, call);
        var request = new PlatformCall(id, operation.ConfirmedBy, plan.Reason ?? (operation.Incident is { } incident ? $"incident {incident}" : $"deploy of {plan.ToVersion}")) { IfGeneration = ifGeneration };
        try
        {
            var taken = await run.CallAsync(
                ct => call.Kind switch
                {
                    StepCallKind.BackUp => platform.BackUpAsync(target, request, ct),
                    StepCallKind.Recreate => platform.DeployAsync(target, plan.ToVersion, recreate: true, request, ct),
                    StepCallKind.StartCandidate => platform.StartCandidateAsync(target, plan.ToVersion, request, ct),
                    StepCallKind.SetWeight => platform.SetWeightAsync(target, call.Percent ?? 0, request, ct),
                    StepCallKind.Promote => platform.PromoteAsync(target, request, ct),
                    StepCallKind.DropCandidate => platform.DropCandidateAsync(target, request, ct),
                    StepCallKind.RollBack => platform.RollBackAsync(target, plan.BackTo!, request, ct),
                    _ => platform.DeployAsync(target, plan.ToVersion, recreate: false, request, ct),
                },
                cancellationToken);
            return (taken, false);
        }
        catch (PlatformException e) when (e.Outcome == CallOutcome.NotDone)
        {
            return (new(id, PlatformOperationState.Failed, e.Message, null, null), true);
        }
    }

    /// <summary>Asks to end the call before its time, as far as the platform can.</summary>
    /// <returns>What is told of it; null: it is over, or ends by itself.</returns>
    public static async Task<string?> EndEarlyAsync(IPlatform platform, PlatformTarget target, Operation operation, StepCall call, OperationRun run, CancellationToken cancellationToken)
    {
        try
        {
            return await run.CallAsync(ct => platform.CancelAsync(target, IdOf(operation, call), ct), cancellationToken) ? $"{platform.Name} was asked to end what it does before its time." : null;
        }
        catch (PlatformException e)
        {
            return $"It could not be ended early and goes on to its end: {e.Message.TrimEnd('.')}.";
        }
    }

    /// <summary>What a platform says that keeps ids, but not so that it would know of every one; null: it knows nothing of this one, which proves nothing.</summary>
    public static async Task<PlatformOperation?> SeenAsync(IPlatform platform, PlatformTarget target, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await platform.FindOperationAsync(target, id, cancellationToken);
        }
        catch (PlatformException e) when (e.Code == "ids_not_kept")
        {
            return null;
        }
    }

    private static string IdOf(Operation operation, StepCall call) => $"{operation.Id}:{call.Name}";
}
