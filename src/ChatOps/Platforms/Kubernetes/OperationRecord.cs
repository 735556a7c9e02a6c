using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>
/// What the bot did to a workload, kept with it: the last ids in an annotation of the workload, written in the same change as what they name,
/// and the latest in the pod template too, where a ReplicaSet or ControllerRevision keeps it when somebody replaces the workload's annotations.
/// </summary>
internal sealed record OperationRecord(string Id, string What, string By, DateTimeOffset At)
{
    public const string OperationId = "chatops/operation-id";
    public const string Kind = "chatops/operation-kind";
    public const string Actor = "chatops/operation-actor";
    public const string Started = "chatops/operation-started";

    /// <summary>JSON, newest first.</summary>
    public const string Operations = "chatops/operations";

    /// <summary>Where an operation on the workload and its candidate ends; null: it is of the workload alone.</summary>
    public CandidateGoal? Goal { get; init; }

    /// <summary>How many ids a workload keeps. Whoever asks for one asks within minutes.</summary>
    public const int Kept = 20;

    public static IReadOnlyList<OperationRecord> Of(Workload workload)
    {
        try
        {
            return workload.Json.Text("metadata", "annotations", Operations) is { } text
                ? [.. (JsonNode.Parse(text) as JsonArray ?? []).Select(One).OfType<OperationRecord>()] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>From a template, which keeps one.</summary>
    public static OperationRecord? Of(JsonNode? template) =>
        template.At("metadata", "annotations") is { } a && a.Text(OperationId) is { } id && a.Time(Started) is { } at ? new(id, a.Text(Kind) ?? "deploy", a.Text(Actor) ?? "", at) : null;

    public JsonObject InWorkload(IReadOnlyList<OperationRecord> earlier) => new()
    {
        [OperationId] = Id,
        [Kind] = What,
        [Started] = PlatformJson.Time(At),
        [Operations] = new JsonArray([.. earlier.Prepend(this).Take(Kept).Select(Json)]).ToJsonString(),
    };

    public JsonObject InTemplate() => new() { [OperationId] = Id, [Kind] = What, [Actor] = By, [Started] = PlatformJson.Time(At) };

    /// <param name="latest">Nothing of the bot's came after it.</param>
    public PlatformOperation Read(Workload workload, bool latest, KubernetesFailures failures)
    {
        // A later change of ours was only made because this one had ended.
        if (!latest) return new(Id, PlatformOperationState.Succeeded, "later changes followed", At, null);
        if (workload.Stuck) return new(Id, PlatformOperationState.Failed, failures.Clean(workload.Condition("Progressing").Text("message") ?? "ProgressDeadlineExceeded"), At, workload.Condition("Progressing").Time("lastUpdateTime"));
        if (workload.Rolling) return new(Id, PlatformOperationState.Running, workload.Unseen ? null : $"{workload.Updated} of {workload.Desired} updated, {workload.Ready} ready", At, null);
        return new(Id, PlatformOperationState.Succeeded, null, At, workload.Condition("Progressing").Time("lastUpdateTime"));
    }

    private static JsonNode Json(OperationRecord record)
    {
        var json = new JsonObject { ["id"] = record.Id, ["kind"] = record.What, ["by"] = record.By, ["at"] = PlatformJson.Time(record.At) };
        if (record.Goal is { } goal) json["goal"] = goal.Json();
        return json;
    }

    private static OperationRecord? One(JsonNode? node) =>
        node.Text("id") is { } id && node.Time("at") is { } at ? new(id, node.Text("kind") ?? "", node.Text("by") ?? "", at) { Goal = CandidateGoal.Of(node.At("goal")) } : null;
}
