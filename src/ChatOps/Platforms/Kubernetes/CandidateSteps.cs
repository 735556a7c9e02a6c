using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>
/// Carries an operation on two deployments on. One write cannot change both, and what shrinks must wait for what grows: the press is recorded at the workload with its goal, and whoever
/// asks what became of it does the next step. Each names the version of the object that was read and a count, not a difference, so that two who come at once or again do it once.
/// </summary>
internal sealed class CandidateSteps(KubernetesCalls calls, WorkloadReads reads, TimeProvider time)
{
    public async Task<PlatformOperation> AdvanceAsync(OperationRecord operation, Workload stable, Patience patience)
    {
        var candidate = await reads.CandidateAsync(stable, patience);
        var step = CandidateStep.Next(operation, stable, candidate, time.GetUtcNow());
        try
        {
            await TakeAsync(step.Kind, operation.Goal!, stable, candidate, patience);
        }
        catch (PlatformException e) when (e.Outcome == CallOutcome.NotDone && e.InnerException is null && e.Code is not (null or "Conflict" or "NotFound" or "AlreadyExists" or "TooManyRequests" or "http_429"))
        {
            return new(operation.Id, PlatformOperationState.Failed, e.Message, operation.At, null);
        }
        catch (PlatformException)
        {
            // Somebody else was first, or nobody answered: the next look tells.
        }
        var state = step.Kind switch
        {
            CandidateStepKind.Done => PlatformOperationState.Succeeded,
            CandidateStepKind.Failed => PlatformOperationState.Failed,
            _ => PlatformOperationState.Running,
        };
        return new(operation.Id, state, calls.Failures.CleanOrNull(step.Message), operation.At, null);
    }

    private Task TakeAsync(CandidateStepKind step, CandidateGoal goal, Workload stable, Workload? candidate, Patience patience) => step switch
    {
        CandidateStepKind.SetStable => SendAsync(HttpMethod.Patch, stable.Name, CandidateDeployment.Scale(stable, goal.Stable), dry: false, patience),
        CandidateStepKind.SetCandidate => SetAsync(candidate!, goal, dry: false, patience),
        CandidateStepKind.Create => CreateAsync(stable, goal.Image!, dry: false, patience),
        CandidateStepKind.End => EndAsync(candidate!, patience),
        _ => Task.CompletedTask,
    };

    public Task CreateAsync(Workload stable, string image, bool dry, Patience patience) => calls.SendAsync(
        HttpMethod.Post, calls.Path(WorkloadReads.Apps, ["deployments"], Query(dry)), CandidateDeployment.Make(stable, image), "application/json", effect: !dry, patience);

    public Task SetAsync(Workload candidate, CandidateGoal goal, bool dry, Patience patience) =>
        SendAsync(HttpMethod.Patch, candidate.Name, CandidateDeployment.Patch(candidate, goal.Candidate, goal.Image), dry, patience);

    // Of this very object: another of its name is not ours to end.
    private Task<JsonObject> EndAsync(Workload candidate, Patience patience) => SendAsync(HttpMethod.Delete, candidate.Name, new()
    {
        ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = "Background", ["preconditions"] = new JsonObject { ["uid"] = candidate.Uid },
    }, dry: false, patience);

    private Task<JsonObject> SendAsync(HttpMethod method, WorkloadName name, JsonObject body, bool dry, Patience patience) => calls.SendAsync(
        method, method == HttpMethod.Delete ? reads.PathOf(name) : reads.PathOf(name, Query(dry)), body,
        method == HttpMethod.Patch ? WorkloadChanges.Strategic : "application/json", effect: !dry, patience);

    private static (string, string?)[] Query(bool dry) => [("dryRun", dry ? "All" : null), ("fieldManager", "chatops")];
}
