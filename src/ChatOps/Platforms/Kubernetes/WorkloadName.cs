using System.Text.RegularExpressions;

namespace ChatOps.Platforms.Kubernetes;

public enum WorkloadKind
{
    Deployment,
    StatefulSet,
    DaemonSet,
}

/// <summary>What <c>name</c> of a service means on this platform: <c>shop</c>, <c>deployment/shop</c> or <c>statefulset/shop/app</c> with the container.</summary>
/// <param name="Container">Null: the only one, or the one of the annotation <c>kubectl.kubernetes.io/default-container</c>.</param>
public sealed partial record WorkloadName(WorkloadKind Kind, string Name, string? Container)
{
    public const string Rule = "deployment/shop, statefulset/shop or daemonset/shop, and /container behind it where a pod has several";

    /// <summary>As the API's paths have it.</summary>
    public string Plural => Word + "s";

    public string Word => Kind switch
    {
        WorkloadKind.Deployment => "deployment",
        WorkloadKind.StatefulSet => "statefulset",
        _ => "daemonset",
    };

    /// <summary>Null: it is no such name.</summary>
    public static WorkloadName? Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 3 || !parts.Skip(parts.Length > 1 ? 1 : 0).All(p => p.Length <= 253 && Valid().IsMatch(p))) return null;
        if (parts.Length == 1) return new(WorkloadKind.Deployment, text, null);
        WorkloadKind? kind = parts[0] switch
        {
            "deployment" => WorkloadKind.Deployment,
            "statefulset" => WorkloadKind.StatefulSet,
            "daemonset" => WorkloadKind.DaemonSet,
            _ => null,
        };
        return kind is { } known ? new(known, parts[1], parts.ElementAtOrDefault(2)) : null;
    }

    public override string ToString() => $"{Word}/{Name}";

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9.-]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Valid();
}
