using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Docker;

/// <summary>
/// What the bot does to a service, kept at the Engine before anything is done: the labels of an empty volume, since a container's own cannot be
/// changed and a restart makes none. A second volume keeps how it ended.
/// </summary>
internal sealed record OperationRecord
{
    public const string IdLabel = "chatops.operation";
    public const string TargetLabel = "chatops.target";
    public const string Nonce = "chatops.nonce";

    public required string Id { get; init; }
    public required string Target { get; init; }

    /// <summary>restart, deploy, rollback or config.</summary>
    public required string Kind { get; init; }
    public bool Replaces => Kind is "deploy" or "rollback";
    public required string Actor { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Whoever carries it out has given up by then.</summary>
    public required DateTimeOffset Until { get; init; }

    public string? From { get; init; }
    public string? To { get; init; }

    /// <summary>What tells that it is done, as <see cref="OperationProof"/> reads it.</summary>
    public string Proof { get; init; } = "";

    /// <summary>Null: no end is written down.</summary>
    public bool? Succeeded { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Short, the same for the same operation: for names.</summary>
    public static string MarkOf(string target, string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{target}\n{id}")))[..12];

    public static string VolumeOf(string target, string id) => $"chatops-operation-{MarkOf(target, id)}";

    public JsonObject Begin(string nonce) => Volume(VolumeOf(Target, Id), new()
    {
        [IdLabel] = Id, [TargetLabel] = Target, ["chatops.kind"] = Kind, ["chatops.actor"] = Actor, ["chatops.reason"] = Reason, ["chatops.at"] = PlatformJson.Time(At),
        ["chatops.until"] = PlatformJson.Time(Until), ["chatops.from"] = From ?? "", ["chatops.to"] = To ?? "", ["chatops.proof"] = Proof, [Nonce] = nonce,
    });

    public JsonObject End(bool succeeded, string? message, DateTimeOffset at) => Volume($"{VolumeOf(Target, Id)}-end", new()
    {
        ["chatops.ended"] = Id, [TargetLabel] = Target, ["chatops.state"] = succeeded ? "succeeded" : "failed", ["chatops.message"] = message ?? "", ["chatops.at"] = PlatformJson.Time(at),
    });

    /// <param name="volumes">All of one target.</param>
    /// <returns>Newest first.</returns>
    public static IReadOnlyList<OperationRecord> Read(IEnumerable<JsonNode> volumes)
    {
        var all = volumes.Select(v => v.At("Labels")).ToList();
        var ends = all.Where(l => l.Text("chatops.ended") is not null).DistinctBy(l => l.Text("chatops.ended")).ToDictionary(l => l.Text("chatops.ended")!, StringComparer.Ordinal);
        return [.. all.Select(l => One(l, l.Text(IdLabel) is { } id ? ends.GetValueOrDefault(id) : null)).OfType<OperationRecord>().OrderByDescending(r => r.At)];
    }

    private static OperationRecord? One(JsonNode? labels, JsonNode? end) =>
        labels.Text(IdLabel) is { } id && labels.Text(TargetLabel) is { } target && labels.Time("chatops.at") is { } at ? new()
        {
            Id = id,
            Target = target,
            Kind = labels.Text("chatops.kind") ?? "deploy",
            Actor = labels.Text("chatops.actor") ?? "",
            Reason = labels.Text("chatops.reason") ?? "",
            At = at,
            Until = labels.Time("chatops.until") ?? at,
            From = labels.Text("chatops.from"),
            To = labels.Text("chatops.to"),
            Proof = labels.Text("chatops.proof") ?? "",
            Succeeded = end.Text("chatops.state") is { } state ? state == "succeeded" : null,
            Message = end.Text("chatops.message"),
            FinishedAt = end.Time("chatops.at"),
        } : null;

    private static JsonObject Volume(string name, JsonObject labels) => new() { ["Name"] = name, ["Driver"] = "local", ["Labels"] = labels };
}
