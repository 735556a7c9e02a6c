using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>What is to be written into a workload, beside the record of who wanted it. Null: as it is.</summary>
internal sealed record WorkloadChange
{
    /// <summary>As a strategic merge patch.</summary>
    public JsonObject? Template { get; init; }

    public int? Replicas { get; init; }

    public JsonObject? Annotations { get; init; }

    /// <summary>What is to be done beside this, to the workload and its candidate.</summary>
    public CandidateGoal? Goal { get; init; }
}

/// <summary>
/// Changes of a workload: read, judged, tried as a dry run where the API server could object, then patched under the version that was read.
/// A conflict applied nothing and is taken up anew; anything else is asked once.
/// </summary>
internal sealed class WorkloadChanges(KubernetesCalls calls, WorkloadReads reads, CandidateSteps steps, TimeProvider time)
{
    public const string Strategic = "application/strategic-merge-patch+json";

    private const double Mebibyte = 1024 * 1024;

    /// <summary>A busy workload's status changes several times a second; four readings in a row that all came too late are somebody's loop.</summary>
    private const int Attempts = 4;

    private static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    public Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, Patience patience) =>
        ActAsync(target, call, "restart", async (workload, operation) =>
        {
            // Nothing would start, and that is soon done.
            if (workload.Desired == 0 && workload.Name.Kind != WorkloadKind.DaemonSet)
            {
                throw KubernetesFailures.NotDone($"{workload.Name} is scaled to nothing" + (await reads.CandidateAsync(workload, patience) is { Desired: > 0 } serving
                    ? $" while {serving.Name} serves in its place: promote or drop that first" : ": a restart starts no pod; scale it"), "stopped");
            }
            return new() { Template = new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["kubectl.kubernetes.io/restartedAt"] = PlatformJson.Time(operation.At) } } } };
        }, patience);

    public Task<PlatformOperation> DeployAsync(PlatformTarget target, string version, bool recreate, PlatformCall call, Patience patience) =>
        ActAsync(target, call, "deploy", (workload, _) =>
        {
            var container = workload.TheContainer();
            if (workload.Recreates != recreate)
                throw KubernetesFailures.NotDone(recreate ? $"{workload.Name} replaces its pods one after the other; its strategy is not Recreate" : $"{workload.Name} ends old pods before new ones start: its strategy is Recreate", "unsupported");
            var image = ImageName.At(container.Text("image") ?? "", version) ?? throw KubernetesFailures.NotDone($"'{version}' is neither an image's tag nor its digest", "version_unknown");
            return Task.FromResult(new WorkloadChange { Template = OfContainer(container, "image", image) });
        }, patience);

    /// <summary>A candidate goes with it: who goes back wants nothing of what came since.</summary>
    public Task<PlatformOperation> RollBackAsync(PlatformTarget target, string toVersion, PlatformCall call, Patience patience) =>
        ActAsync(target, call, "rollback", async (workload, _) =>
        {
            workload.TheContainer();
            var history = new WorkloadHistory(calls.Failures, workload, await reads.RevisionsAsync(workload, patience));
            var template = (JsonObject)(history.Of(toVersion) ?? throw KubernetesFailures.NotDone(
                $"{workload.Name} keeps no revision with {toVersion}; it keeps {string.Join(", ", history.Releases().Select(r => r.Version))}", "version_unknown")).Template.DeepClone();
            // The whole earlier template, not what it has in common with this one.
            template["$patch"] = "replace";
            return await reads.CandidateAsync(workload, patience) is null ? new() { Template = template } : CandidateChanges.Ending(workload, template);
        }, patience);

    public Task<PlatformOperation> ScaleAsync(PlatformTarget target, int replicas, PlatformCall call, Patience patience) =>
        ActAsync(target, call, "scale", async (workload, _) =>
        {
            if (workload.Name.Kind == WorkloadKind.DaemonSet) throw KubernetesFailures.NotDone($"{workload.Name} has one pod on each node: it is not scaled", "unsupported");
            if (replicas < 1) throw KubernetesFailures.NotDone($"{replicas} replicas would end {workload.Name}; scale it to nothing by hand where that is meant", "unsupported");
            if (WorkloadReads.ScalerOf(workload, await reads.ScalersAsync(patience)) is { } scaler)
                throw KubernetesFailures.NotDone($"HorizontalPodAutoscaler {scaler} sets the replicas of {workload.Name}: raise its minReplicas or maxReplicas instead", "autoscaled");
            var beside = workload.Json.Text("metadata", "annotations", CandidateDeployment.Replicas) is not null;
            return new() { Replicas = replicas, Annotations = beside ? new() { [CandidateDeployment.Replicas] = replicas.ToString(CultureInfo.InvariantCulture) } : null };
        }, patience);

    public Task<PlatformOperation> SetMemoryLimitAsync(PlatformTarget target, long bytes, PlatformCall call, Patience patience) =>
        ActAsync(target, call, "config", (workload, _) =>
        {
            var container = workload.TheContainer();
            if (bytes < 4 * Mebibyte) throw KubernetesFailures.NotDone($"{bytes} bytes are too few for a container", "unsupported");
            var limit = bytes % Mebibyte == 0 ? $"{bytes / (long)Mebibyte}Mi" : bytes.ToString(CultureInfo.InvariantCulture);
            var resources = new JsonObject { ["limits"] = new JsonObject { ["memory"] = limit } };
            // What is promised must not exceed what is allowed; otherwise the scheduler's figures stay as they were chosen.
            if (Quantity.Read(container.Text("resources", "requests", "memory")) > bytes) resources["requests"] = new JsonObject { ["memory"] = limit };
            return Task.FromResult(new WorkloadChange { Template = OfContainer(container, "resources", resources) });
        }, patience);

    public async Task<PlatformOperation?> FindAsync(PlatformTarget target, string id, Patience patience)
    {
        var workload = await reads.ReadAsync(target, patience);
        var kept = OperationRecord.Of(workload);
        if (await KnownAsync(workload, kept, id, patience) is { } known) return known;
        if (kept.Count >= OperationRecord.Kept && kept[^1].At > time.GetUtcNow() - Remembered)
            throw new PlatformException($"{workload.Name} keeps its last {OperationRecord.Kept} operation ids and had more within a day: what became of {id} cannot be looked up", CallOutcome.Unknown) { Code = "ids_not_kept" };
        return null;
    }

    public async Task<PlatformOperation> ActAsync(PlatformTarget target, PlatformCall call, string kind, Func<Workload, OperationRecord, Task<WorkloadChange>> change, Patience patience)
    {
        for (var attempt = 1; ; attempt++)
        {
            var workload = await reads.ReadAsync(target, patience);
            var kept = OperationRecord.Of(workload);
            if (await KnownAsync(workload, kept, call.OperationId, patience) is { } known) return known;
            Refuse(workload, call);
            var operation = new OperationRecord(call.OperationId, kind, call.Actor, time.GetUtcNow());
            var wanted = await change(workload, operation);
            operation = operation with { Goal = wanted.Goal };
            var patch = Patch(workload, kept, operation, call, wanted);
            try
            {
                // An admission webhook or a quota may object: then nothing has begun.
                await calls.SendAsync(HttpMethod.Patch, reads.PathOf(workload.Name, ("dryRun", "All"), ("fieldManager", "chatops")), patch, Strategic, effect: false, patience);
                var after = new Workload(workload.Name, await calls.SendAsync(HttpMethod.Patch, reads.PathOf(workload.Name, ("fieldManager", "chatops")), patch, Strategic, effect: true, patience));
                return operation.Goal is null ? operation.Read(after, latest: true, calls.Failures) : await BeginAsync(operation, after, patience);
            }
            catch (PlatformException e) when (e.Code == "Conflict" && e.Outcome == CallOutcome.NotDone && attempt < Attempts)
            {
                // The version in the patch was no longer the newest, so that nothing was applied: look again.
            }
        }
    }

    private async Task<PlatformOperation?> KnownAsync(Workload workload, IReadOnlyList<OperationRecord> kept, string id, Patience patience)
    {
        if (kept.FirstOrDefault(o => o.Id == id) is { } found) return await ReadAsync(found, workload, latest: found == kept[0], patience);
        return OperationRecord.Of(workload.Template) is { } latest && latest.Id == id ? latest.Read(workload, latest: true, calls.Failures) : null;
    }

    private async Task<PlatformOperation> BeginAsync(OperationRecord operation, Workload workload, Patience patience)
    {
        try
        {
            return await steps.AdvanceAsync(operation, workload, patience);
        }
        // It is recorded: whatever keeps its first step from being taken now, it has begun.
        catch (PlatformException)
        {
            return new(operation.Id, PlatformOperationState.Running, null, operation.At, null);
        }
    }

    private async Task<PlatformOperation> ReadAsync(OperationRecord operation, Workload workload, bool latest, Patience patience) =>
        latest && operation.Goal is not null ? await steps.AdvanceAsync(operation, workload, patience) : operation.Read(workload, latest, calls.Failures);

    private static JsonObject OfContainer(JsonNode container, string key, JsonNode value) =>
        new() { ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = container.Text("name"), [key] = value }) } };

    private static void Refuse(Workload workload, PlatformCall call)
    {
        if (call.IfGeneration is { } generation && generation != workload.Generation)
            throw KubernetesFailures.NotDone($"{workload.Name} is at generation {workload.Generation}, not {generation}: it changed since it was looked at", "generation_changed");
        if (workload.Paused) throw KubernetesFailures.NotDone($"the rollout of {workload.Name} is paused: nothing would happen until it is resumed (kubectl rollout resume {workload.Name})", "paused");
        if (workload.OnDelete) throw KubernetesFailures.NotDone($"{workload.Name} replaces its pods only when somebody deletes them (updateStrategy OnDelete)", "unsupported");
    }

    private static JsonObject Patch(Workload workload, IReadOnlyList<OperationRecord> kept, OperationRecord operation, PlatformCall call, WorkloadChange wanted)
    {
        var annotations = operation.InWorkload(kept);
        foreach (var (key, value) in wanted.Annotations ?? []) annotations[key] = value?.DeepClone();
        var spec = new JsonObject();
        if (wanted.Replicas is { } replicas) spec["replicas"] = replicas;
        if (wanted.Template is { } template)
        {
            var inTemplate = operation.InTemplate();
            foreach (var (key, value) in template.At("metadata", "annotations") as JsonObject ?? []) inTemplate.TryAdd(key, value?.DeepClone());
            if (template["metadata"] is not JsonObject) template["metadata"] = new JsonObject();
            template["metadata"]!["annotations"] = inTemplate;
            spec["template"] = template;
            // It is copied to the revision that the template makes; what makes none must not rename the one that is there.
            annotations["kubernetes.io/change-cause"] = $"{operation.What} by {call.Actor}: {call.Reason}";
        }
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = workload.ResourceVersion, ["annotations"] = annotations } };
        if (spec.Count > 0) patch["spec"] = spec;
        return patch;
    }
}
