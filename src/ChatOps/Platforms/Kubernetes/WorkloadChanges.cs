using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>
/// Changes of a workload: read, judged, tried as a dry run where the API server could object, then patched under the version that was read.
/// A conflict applied nothing and is taken up anew; anything else is asked once.
/// </summary>
internal sealed class WorkloadChanges(KubernetesCalls calls, WorkloadReads reads, TimeProvider time)
{
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";

    /// <summary>A busy workload's status changes several times a second; four readings in a row that all came too late are somebody's loop.</summary>
    private const int Attempts = 4;

    private static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    public Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, Patience patience) =>
        ActAsync(target, call, "restart", Merge, (_, operation) => Task.FromResult(new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["kubectl.kubernetes.io/restartedAt"] = KubernetesJson.Time(operation.At) } },
        }), patience);

    public Task<PlatformOperation> DeployAsync(PlatformTarget target, string version, bool recreate, PlatformCall call, Patience patience) =>
        ActAsync(target, call, "deploy", Strategic, (workload, _) =>
        {
            var container = workload.TheContainer();
            if (workload.Recreates != recreate)
                throw KubernetesFailures.NotDone(recreate ? $"{workload.Name} replaces its pods one after the other; its strategy is not Recreate" : $"{workload.Name} ends old pods before new ones start: its strategy is Recreate", "unsupported");
            var image = ImageName.At(container.Text("image") ?? "", version) ?? throw KubernetesFailures.NotDone($"'{version}' is neither an image's tag nor its digest", "version_unknown");
            return Task.FromResult(new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = container.Text("name"), ["image"] = image }) } });
        }, patience);

    public Task<PlatformOperation> RollBackAsync(PlatformTarget target, string toVersion, PlatformCall call, Patience patience) =>
        ActAsync(target, call, "rollback", Strategic, async (workload, _) =>
        {
            workload.TheContainer();
            var history = new WorkloadHistory(calls.Failures, workload, await reads.RevisionsAsync(workload, patience));
            var template = (JsonObject)(history.Of(toVersion) ?? throw KubernetesFailures.NotDone(
                $"{workload.Name} keeps no revision with {toVersion}; it keeps {string.Join(", ", history.Releases().Select(r => r.Version))}", "version_unknown")).Template.DeepClone();
            // The whole earlier template, not what it has in common with this one.
            template["$patch"] = "replace";
            return template;
        }, patience);

    public async Task<PlatformOperation?> FindAsync(PlatformTarget target, string id, Patience patience)
    {
        var workload = await reads.ReadAsync(target, patience);
        var kept = OperationRecord.Of(workload);
        if (Known(workload, kept, id) is { } known) return known;
        if (kept.Count >= OperationRecord.Kept && kept[^1].At > time.GetUtcNow() - Remembered)
            throw new PlatformException($"{workload.Name} keeps its last {OperationRecord.Kept} operation ids and had more within a day: what became of {id} cannot be looked up", CallOutcome.Unknown) { Code = "ids_not_kept" };
        return null;
    }

    private PlatformOperation? Known(Workload workload, IReadOnlyList<OperationRecord> kept, string id)
    {
        if (kept.FirstOrDefault(o => o.Id == id) is { } found) return found.Read(workload, latest: found == kept[0], calls.Failures);
        return OperationRecord.Of(workload.Template) is { } latest && latest.Id == id ? latest.Read(workload, latest: true, calls.Failures) : null;
    }

    private async Task<PlatformOperation> ActAsync(
        PlatformTarget target, PlatformCall call, string kind, string mediaType, Func<Workload, OperationRecord, Task<JsonObject>> change, Patience patience)
    {
        for (var attempt = 1; ; attempt++)
        {
            var workload = await reads.ReadAsync(target, patience);
            var kept = OperationRecord.Of(workload);
            if (Known(workload, kept, call.OperationId) is { } known) return known;
            Refuse(workload, call);
            var operation = new OperationRecord(call.OperationId, kind, call.Actor, time.GetUtcNow());
            var patch = Patch(workload, kept, operation, call, await change(workload, operation));
            try
            {
                // An admission webhook or a quota may object: then nothing has begun.
                await calls.SendAsync(HttpMethod.Patch, reads.PathOf(workload.Name, ("dryRun", "All"), ("fieldManager", "chatops")), patch, mediaType, effect: false, patience);
                var after = new Workload(workload.Name, await calls.SendAsync(HttpMethod.Patch, reads.PathOf(workload.Name, ("fieldManager", "chatops")), patch, mediaType, effect: true, patience));
                return operation.Read(after, latest: true, calls.Failures);
            }
            catch (PlatformException e) when (e.Code == "Conflict" && e.Outcome == CallOutcome.NotDone && attempt < Attempts)
            {
                // The version in the patch was no longer the newest, so that nothing was applied: look again.
            }
        }
    }

    private static void Refuse(Workload workload, PlatformCall call)
    {
        if (call.IfGeneration is { } generation && generation != workload.Generation)
            throw KubernetesFailures.NotDone($"{workload.Name} is at generation {workload.Generation}, not {generation}: it changed since it was looked at", "generation_changed");
        if (workload.Paused) throw KubernetesFailures.NotDone($"the rollout of {workload.Name} is paused: nothing would happen until it is resumed (kubectl rollout resume {workload.Name})", "paused");
        if (workload.OnDelete) throw KubernetesFailures.NotDone($"{workload.Name} replaces its pods only when somebody deletes them (updateStrategy OnDelete)", "unsupported");
    }

    private static JsonObject Patch(Workload workload, IReadOnlyList<OperationRecord> kept, OperationRecord operation, PlatformCall call, JsonObject template)
    {
        var inTemplate = operation.InTemplate();
        foreach (var (key, value) in template.At("metadata", "annotations") as JsonObject ?? []) inTemplate.TryAdd(key, value?.DeepClone());
        if (template["metadata"] is not JsonObject) template["metadata"] = new JsonObject();
        template["metadata"]!["annotations"] = inTemplate;
        var annotations = operation.InWorkload(kept);
        annotations["kubernetes.io/change-cause"] = $"{operation.What} by {call.Actor}: {call.Reason}";
        return new()
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = workload.ResourceVersion, ["annotations"] = annotations },
            ["spec"] = new JsonObject { ["template"] = template },
        };
    }
}
