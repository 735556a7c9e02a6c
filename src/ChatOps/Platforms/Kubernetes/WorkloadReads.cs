using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>A workload and what belongs to it, from the API's documented paths.</summary>
internal sealed class WorkloadReads(KubernetesCalls calls)
{
    public const string Core = "/api/v1";
    public const string Apps = "/apis/apps/v1";

    /// <summary>The version that every cluster still serves; what is asked of it stands in all.</summary>
    public const string Autoscaling = "/apis/autoscaling/v1";

    /// <summary>Warnings of a namespace live for an hour; where there are more of them than this, the oldest say enough.</summary>
    private const string MostEvents = "500";

    public string PathOf(WorkloadName name, params IEnumerable<(string, string?)> query) => calls.Path(Apps, [name.Plural, name.Name], query);

    public static WorkloadName NameOf(PlatformTarget target) =>
        WorkloadName.Parse(target.PlatformName) ?? throw KubernetesFailures.NotDone($"'{target.PlatformName}' is no workload: {WorkloadName.Rule}", "service_unknown");

    public async Task<Workload> ReadAsync(PlatformTarget target, Patience patience)
    {
        var name = NameOf(target);
        try
        {
            return new(name, await calls.ReadAsync(PathOf(name), patience));
        }
        catch (PlatformException e) when (e.Code == "NotFound")
        {
            throw new PlatformException($"{calls.Failures.Name} has no {name.Word} {name.Name} in the namespace {calls.Namespace}; correct the service's 'name' or the platform's 'namespace' in chatops.yaml", CallOutcome.NotDone, e) { Code = e.Code };
        }
    }

    /// <summary>The deployment beside it that the bot made; null: none.</summary>
    public async Task<Workload?> CandidateAsync(Workload stable, Patience patience)
    {
        if (stable.Name.Kind != WorkloadKind.Deployment) return null;
        var name = CandidateDeployment.NameOf(stable.Name);
        try
        {
            var found = new Workload(name, await calls.ReadAsync(PathOf(name), patience));
            return CandidateDeployment.IsOf(stable, found) ? found : null;
        }
        catch (PlatformException e) when (e.Code == "NotFound")
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<JsonNode>> ScalersAsync(Patience patience) => [.. (await calls.ReadAsync(calls.Path(Autoscaling, ["horizontalpodautoscalers"]), patience)).Items("items")];

    /// <summary>The name of the autoscaler that sets its replicas; null: none does.</summary>
    public static string? ScalerOf(Workload workload, IReadOnlyList<JsonNode> scalers) => scalers
        .FirstOrDefault(s => s.At("spec", "scaleTargetRef") is { } of && of.Text("kind") == workload.Name.Kind.ToString() && of.Text("name") == workload.Name.Name).Text("metadata", "name");

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<Revision>> RevisionsAsync(Workload workload, Patience patience)
    {
        var deployment = workload.Name.Kind == WorkloadKind.Deployment;
        var list = await calls.ReadAsync(calls.Path(Apps, [deployment ? "replicasets" : "controllerrevisions"], ("labelSelector", workload.Selector)), patience);
        return [.. list.Items("items").Where(i => Owned(i, [workload.Uid])).Select(i => Of(i, deployment)).OfType<Revision>().OrderByDescending(r => r.Number)];
    }

    /// <param name="revisions">A deployment's pods belong to its ReplicaSets.</param>
    public async Task<IReadOnlyList<JsonNode>> PodsAsync(Workload workload, IReadOnlyList<Revision> revisions, Patience patience)
    {
        var list = await calls.ReadAsync(calls.Path(Core, ["pods"], ("labelSelector", workload.Selector)), patience);
        HashSet<string> owners = [workload.Uid, .. revisions.Select(r => r.Uid)];
        return [.. list.Items("items").Where(i => Owned(i, owners))];
    }

    /// <summary>Newest first: of the workload, its ReplicaSets and its pods, which all begin with its name.</summary>
    public async Task<IReadOnlyList<JsonNode>> WarningsAsync(Workload workload, Patience patience)
    {
        var list = await calls.ReadAsync(calls.Path(Core, ["events"], ("fieldSelector", "type=Warning"), ("limit", MostEvents)), patience);
        return [.. list.Items("items")
            .Where(e => e.Text("involvedObject", "name") is { } name && (name == workload.Name.Name || name.StartsWith(workload.Name.Name + "-", StringComparison.Ordinal)))
            .OrderByDescending(AtOf)];
    }

    public static DateTimeOffset AtOf(JsonNode e) => e.Time("series", "lastObservedTime") ?? e.Time("lastTimestamp") ?? e.Time("eventTime") ?? e.Time("metadata", "creationTimestamp") ?? default;

    private static bool Owned(JsonNode item, HashSet<string> owners) => item.Items("metadata", "ownerReferences").Any(o => o.Flag("controller") && owners.Contains(o.Text("uid") ?? ""));

    private static Revision? Of(JsonNode item, bool replicaSet)
    {
        var template = (replicaSet ? item.At("spec", "template") : item.At("data", "spec", "template"))?.DeepClone() as JsonObject;
        if (template is null) return null;
        // What the controller adds by itself, and the directive that a ControllerRevision's patch carries.
        (template.At("metadata", "labels") as JsonObject)?.Remove("pod-template-hash");
        template.Remove("$patch");
        var annotations = item.At("metadata", "annotations");
        var number = replicaSet ? long.TryParse(annotations.Text("deployment.kubernetes.io/revision"), out var n) ? n : 0 : item.Number("revision");
        var earlier = (annotations.Text("deployment.kubernetes.io/revision-history") ?? "").Split(',').Select(n => long.TryParse(n, out var was) ? was : 0).Where(n => n > 0);
        return new(number, item.Text("metadata", "uid") ?? "", template, annotations, item.Time("metadata", "creationTimestamp")) { Earlier = [.. earlier] };
    }
}
