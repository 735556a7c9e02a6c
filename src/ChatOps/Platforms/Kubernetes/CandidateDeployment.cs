using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>
/// The deployment beside a deployment that runs another version of it. Its pods carry all labels of the workload's, so that whatever Service chooses those chooses these,
/// and one more, by which it and nobody else counts them. It belongs to the workload: who deletes that deletes both. Pure.
/// </summary>
internal static class CandidateDeployment
{
    public const string Track = "chatops/track";
    public const string Value = "canary";

    /// <summary>On the workload, while there is a candidate: how many pods it has without one.</summary>
    public const string Replicas = "chatops/replicas";

    public static WorkloadName NameOf(WorkloadName stable) => stable with { Name = stable.Name + "-canary" };

    /// <summary>Not merely of that name.</summary>
    public static bool IsOf(Workload stable, Workload found) =>
        found.Json.Text("metadata", "labels", Track) == Value && found.Json.Items("metadata", "ownerReferences").Any(o => o.Text("uid") == stable.Uid);

    /// <summary>How many pods the workload has without a candidate.</summary>
    public static int ReplicasOf(Workload stable) =>
        int.TryParse(stable.Json.Text("metadata", "annotations", Replicas), NumberStyles.None, CultureInfo.InvariantCulture, out var kept) ? kept : stable.Desired;

    /// <summary>Without pods.</summary>
    public static JsonObject Make(Workload stable, string image)
    {
        var template = (JsonObject)stable.Template!.DeepClone();
        Labelled(template, ["metadata", "labels"]);
        stable.Container(template)!["image"] = image;
        var spec = (JsonObject)stable.Json["spec"]!.DeepClone();
        spec["replicas"] = 0;
        spec["template"] = template;
        Labelled(spec, ["selector", "matchLabels"]);
        var labels = stable.Json.At("metadata", "labels")?.DeepClone() as JsonObject ?? [];
        labels[Track] = Value;
        return new()
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = new JsonObject
            {
                ["name"] = NameOf(stable.Name).Name,
                ["labels"] = labels,
                ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "Deployment", ["name"] = stable.Name.Name, ["uid"] = stable.Uid }),
            },
            ["spec"] = spec,
        };
    }

    /// <param name="image">Null: the one it has.</param>
    public static JsonObject Patch(Workload candidate, int replicas, string? image)
    {
        var spec = new JsonObject { ["replicas"] = replicas };
        if (image is not null) spec["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = candidate.TheContainer().Text("name"), ["image"] = image }) } };
        return Scaled(candidate, spec);
    }

    public static JsonObject Scale(Workload workload, int replicas) => Scaled(workload, new() { ["replicas"] = replicas });

    private static JsonObject Scaled(Workload workload, JsonObject spec) => new() { ["metadata"] = new JsonObject { ["resourceVersion"] = workload.ResourceVersion }, ["spec"] = spec };

    private static void Labelled(JsonObject within, string[] path)
    {
        var at = within;
        foreach (var name in path)
        {
            if (at[name] is not JsonObject) at[name] = new JsonObject();
            at = (JsonObject)at[name]!;
        }
        at[Track] = Value;
    }
}
