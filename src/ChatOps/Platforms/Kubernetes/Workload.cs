using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>A deployment, stateful set or daemon set as it was read, with what its three kinds say differently.</summary>
internal sealed class Workload(WorkloadName name, JsonObject json)
{
    public WorkloadName Name => name;

    public JsonObject Json => json;

    public string Uid => json.Text("metadata", "uid") ?? "";

    public string ResourceVersion => json.Text("metadata", "resourceVersion") ?? "";

    public long Generation => json.Number("metadata", "generation");

    public JsonNode? Template => json.At("spec", "template");

    public bool Paused => json.Flag("spec", "paused");

    /// <summary>Pods are replaced by hand alone: a change of the template does nothing by itself.</summary>
    public bool OnDelete => json.Text("spec", "updateStrategy", "type") == "OnDelete";

    /// <summary>Old pods end before new ones start.</summary>
    public bool Recreates => json.Text("spec", "strategy", "type") == "Recreate";

    /// <summary>A volume that another workload's pods could not use at the same time, or would write into.</summary>
    public bool HasClaims => Template.Items("spec", "volumes").Any(v => v.At("persistentVolumeClaim") is not null);

    // The API leaves out a count of zero, and fills in the default of spec.replicas.
    public int Desired => (int)(name.Kind == WorkloadKind.DaemonSet ? json.Number("status", "desiredNumberScheduled") : json.NumberOrNull("spec", "replicas") ?? 1);

    public int Ready => (int)json.Number("status", name.Kind == WorkloadKind.DaemonSet ? "numberReady" : "readyReplicas");

    public int Updated => (int)json.Number("status", name.Kind == WorkloadKind.DaemonSet ? "updatedNumberScheduled" : "updatedReplicas");

    public int Available => (int)json.Number("status", name.Kind == WorkloadKind.DaemonSet ? "numberAvailable" : "availableReplicas");

    public int Replicas => (int)json.Number("status", name.Kind == WorkloadKind.DaemonSet ? "currentNumberScheduled" : "replicas");

    public JsonNode? Condition(string type) => json.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == type);

    public bool Stuck => !Unseen && Condition("Progressing") is { } progress && progress.Text("status") == "False" && progress.Text("reason") == "ProgressDeadlineExceeded";

    /// <summary>The status still tells of the time before the newest change.</summary>
    public bool Unseen => json.Number("status", "observedGeneration") < Generation;

    /// <summary>The controller has not yet seen the newest change, or not every pod of its template is there: what <c>kubectl rollout status</c> waits for.</summary>
    public bool Rolling => Unseen || Updated < Desired - Partition || name.Kind switch
    {
        WorkloadKind.Deployment => Replicas > Updated || Available < Updated,
        WorkloadKind.DaemonSet => Available < Desired,
        _ => Ready < Desired,
    };

    /// <summary>When its rollout last got on.</summary>
    public DateTimeOffset? Progressed => Condition("Progressing").Time("lastUpdateTime");

    /// <summary>The newest template was once all there: pods that are missing now went away later.</summary>
    public bool WasComplete => Condition("Progressing").Text("reason") == "NewReplicaSetAvailable";

    private long Partition => json.Number("spec", "updateStrategy", "rollingUpdate", "partition");

    public string Selector => string.Join(',',
    [
        .. (json.At("spec", "selector", "matchLabels") as JsonObject ?? []).Select(l => $"{l.Key}={(string?)l.Value}"),
        .. json.Items("spec", "selector", "matchExpressions").Select(e => e.Text("operator") switch
        {
            "In" => $"{e.Text("key")} in ({Values(e)})",
            "NotIn" => $"{e.Text("key")} notin ({Values(e)})",
            "DoesNotExist" => $"!{e.Text("key")}",
            _ => e.Text("key") ?? "",
        }),
    ]);

    /// <summary>The container that versions, logs and figures are of; null: there are several and none is named.</summary>
    public JsonNode? Container(JsonNode? template)
    {
        var all = template.Items("spec", "containers").ToList();
        var wanted = name.Container ?? template.Text("metadata", "annotations", "kubectl.kubernetes.io/default-container");
        return wanted is null ? all is [var only] ? only : null : all.Find(c => c.Text("name") == wanted);
    }

    /// <exception cref="PlatformException">Which one is not said.</exception>
    public JsonNode TheContainer()
    {
        if (Container(Template) is { } found) return found;
        var names = Template.Items("spec", "containers").Select(c => c.Text("name")).ToList();
        throw KubernetesFailures.NotDone(name.Container is { } wanted
            ? $"{name} has no container {wanted}; it has {string.Join(", ", names)}: correct 'name' in chatops.yaml"
            : $"{name} has the containers {string.Join(", ", names)}; say in chatops.yaml which one is meant, as name: {name}/{names[0]}", "container_unknown");
    }

    public string? VersionOf(JsonNode? template) => ImageName.Version(Container(template).Text("image"));

    private static string Values(JsonNode expression) => string.Join(',', expression.Items("values").Select(v => (string?)v));
}

/// <summary>A template that the workload ran or runs: a ReplicaSet of a deployment, a ControllerRevision of the others.</summary>
/// <param name="Annotations">Of the ReplicaSet or ControllerRevision.</param>
internal sealed record Revision(long Number, string Uid, JsonObject Template, JsonNode? Annotations, DateTimeOffset? At)
{
    /// <summary>The numbers under which it ran before: <c>kubectl rollout undo</c> brings an earlier one back under a new number.</summary>
    public IReadOnlyList<long> Earlier { get; init; } = [];

    /// <summary>It came back, and what stands in it tells of the first time.</summary>
    public bool Again => Earlier.Count > 0;

    public string? Annotation(string key) => Template.Text("metadata", "annotations", key) ?? Annotations.Text(key);
}
