using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>A version beside the one that runs: what each request asks for. <see cref="CandidateSteps"/> carries it out.</summary>
internal sealed class CandidateChanges(WorkloadChanges changes, WorkloadReads reads, CandidateSteps steps)
{
    public Task<PlatformOperation> StartAsync(PlatformTarget target, string version, PlatformCall call, Patience patience) =>
        changes.ActAsync(target, call, "candidate", async (workload, _) =>
        {
            if (Unfit(workload) is { } why) throw KubernetesFailures.NotDone($"{workload.Name} cannot have a version beside it: {why}", "unsupported");
            if (workload.Desired == 0) throw KubernetesFailures.NotDone($"{workload.Name} is scaled to nothing: there is no traffic to share", "stopped");
            await RefuseAutoscaledAsync(workload, patience);
            var image = ImageName.At(workload.TheContainer().Text("image") ?? "", version) ?? throw KubernetesFailures.NotDone($"'{version}' is neither an image's tag nor its digest", "version_unknown");
            var goal = new CandidateGoal(CandidateDeployment.ReplicasOf(workload), 0) { Image = image, Told = $"no pods yet: they come with its first share of the traffic" };
            // An admission webhook or a quota may object to it: before anything is recorded.
            if (await reads.CandidateAsync(workload, patience) is { } there) await steps.SetAsync(there, goal, dry: true, patience);
            else await steps.CreateAsync(workload, image, dry: true, patience);
            return Towards(workload, goal);
        }, patience);

    public Task<PlatformOperation> SetWeightAsync(PlatformTarget target, int percent, PlatformCall call, Patience patience) =>
        changes.ActAsync(target, call, "weight", async (workload, _) =>
        {
            if (percent is < 0 or > 100) throw KubernetesFailures.NotDone($"{percent} % is no share of traffic", "share_unknown");
            await CandidateAsync(workload, patience);
            await RefuseAutoscaledAsync(workload, patience);
            var replicas = CandidateDeployment.ReplicasOf(workload);
            var share = CandidateShare.Nearest(replicas, percent);
            return Towards(workload, new(share.Stable, share.Candidate) { Told = share.Unlike(replicas, percent) });
        }, patience);

    public Task<PlatformOperation> PromoteAsync(PlatformTarget target, PlatformCall call, Patience patience) =>
        changes.ActAsync(target, call, "deploy", async (workload, _) =>
        {
            var candidate = await CandidateAsync(workload, patience);
            var container = new JsonObject { ["name"] = workload.TheContainer().Text("name"), ["image"] = candidate.TheContainer().Text("image") };
            return Ending(workload, new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(container) } });
        }, patience);

    public Task<PlatformOperation> DropAsync(PlatformTarget target, PlatformCall call, Patience patience) =>
        changes.ActAsync(target, call, "drop", async (workload, _) =>
        {
            await CandidateAsync(workload, patience);
            return Ending(workload, template: null);
        }, patience);

    /// <summary>The workload alone, with the pods it had before the candidate came.</summary>
    /// <param name="template">What it is to run; null: what it runs.</param>
    public static WorkloadChange Ending(Workload workload, JsonObject? template)
    {
        var replicas = CandidateDeployment.ReplicasOf(workload);
        return new()
        {
            Template = template,
            Replicas = replicas == workload.Desired ? null : replicas,
            Annotations = new() { [CandidateDeployment.Replicas] = null },
            Goal = new(replicas, 0) { Ends = true, Whole = template is not null },
        };
    }

    /// <summary>Why no deployment beside this one could share its traffic; null: it could.</summary>
    public static string? Unfit(Workload workload) =>
        workload.Name.Kind != WorkloadKind.Deployment ? $"a {workload.Name.Word} has one set of pods"
        : workload.Paused ? "its rollout is paused"
        : workload.Recreates ? "its strategy is Recreate, which says that two versions must not run at once"
        : workload.HasClaims ? "its pods share a volume claim"
        : null;

    private static WorkloadChange Towards(Workload workload, CandidateGoal goal) => new()
    {
        // What grows grows with the record; what shrinks waits until the other's pods are there.
        Replicas = goal.Stable > workload.Desired ? goal.Stable : null,
        Annotations = new() { [CandidateDeployment.Replicas] = CandidateDeployment.ReplicasOf(workload).ToString(CultureInfo.InvariantCulture) },
        Goal = goal,
    };

    private async Task<Workload> CandidateAsync(Workload workload, Patience patience) =>
        await reads.CandidateAsync(workload, patience) ?? throw KubernetesFailures.NotDone($"{workload.Name} has no candidate beside it", "no_candidate");

    private async Task RefuseAutoscaledAsync(Workload workload, Patience patience)
    {
        if (WorkloadReads.ScalerOf(workload, await reads.ScalersAsync(patience)) is { } scaler)
            throw KubernetesFailures.NotDone($"HorizontalPodAutoscaler {scaler} sets the replicas of {workload.Name}, and would undo what is set here", "autoscaled");
    }
}
