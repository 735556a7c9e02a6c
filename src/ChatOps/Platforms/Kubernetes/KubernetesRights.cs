using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>A right as a Role gives it.</summary>
/// <param name="Resource">With its subresource, as <c>pods/log</c>.</param>
public sealed record KubernetesRight(string Group, string Resource, string Verb)
{
    public override string ToString() => $"{Verb} {Resource}{(Group.Length > 0 ? "." + Group : "")}";
}

/// <summary>Every right that the adapter uses, and no other: manifest/kubernetes/rights/role.yaml gives exactly these.</summary>
public static class KubernetesRights
{
    public static IReadOnlyList<KubernetesRight> All { get; } =
    [
        new("apps", "deployments", "get"),
        new("apps", "deployments", "patch"),
        new("apps", "deployments", "create"),
        new("apps", "deployments", "delete"),
        new("apps", "statefulsets", "get"),
        new("apps", "statefulsets", "patch"),
        new("apps", "daemonsets", "get"),
        new("apps", "daemonsets", "patch"),
        new("apps", "replicasets", "list"),
        new("apps", "controllerrevisions", "list"),
        new("autoscaling", "horizontalpodautoscalers", "list"),
        new("", "pods", "list"),
        new("", "pods/log", "get"),
        new("", "events", "list"),
        new("metrics.k8s.io", "pods", "list"),
    ];

    /// <summary>What only a version beside another needs: without them the platform does not offer that.</summary>
    internal static IReadOnlyList<KubernetesRight> ForCandidates { get; } = [new("apps", "deployments", "create"), new("apps", "deployments", "delete")];

    /// <summary>Those of them that a platform needs for these kinds.</summary>
    public static IEnumerable<KubernetesRight> For(IReadOnlyCollection<WorkloadKind> kinds) => All.Where(r => r.Resource switch
    {
        "deployments" or "replicasets" => kinds.Contains(WorkloadKind.Deployment),
        "statefulsets" => kinds.Contains(WorkloadKind.StatefulSet),
        "daemonsets" => kinds.Contains(WorkloadKind.DaemonSet),
        "horizontalpodautoscalers" => kinds.Any(k => k != WorkloadKind.DaemonSet),
        "controllerrevisions" => kinds.Any(k => k != WorkloadKind.Deployment),
        _ => true,
    });

    /// <summary>The question that everybody who is known may ask of themselves.</summary>
    internal static JsonObject Review(KubernetesRight right, string @namespace)
    {
        var parts = right.Resource.Split('/');
        var attributes = new JsonObject { ["namespace"] = @namespace, ["group"] = right.Group, ["resource"] = parts[0], ["verb"] = right.Verb };
        if (parts.Length > 1) attributes["subresource"] = parts[1];
        return new() { ["apiVersion"] = "authorization.k8s.io/v1", ["kind"] = "SelfSubjectAccessReview", ["spec"] = new JsonObject { ["resourceAttributes"] = attributes } };
    }
}
