using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>Where an operation on a workload and its candidate ends: kept with its id, so that whoever looks after a crash knows what is still to be done of what a person pressed.</summary>
/// <param name="Stable">Pods of the workload.</param>
/// <param name="Candidate">Pods of the deployment beside it.</param>
internal sealed record CandidateGoal(int Stable, int Candidate)
{
    /// <summary>What the candidate runs; null: what it has.</summary>
    public string? Image { get; init; }

    /// <summary>The candidate goes away when the workload has its pods.</summary>
    public bool Ends { get; init; }

    /// <summary>The workload itself changes its version: until it is all there, the candidate serves.</summary>
    public bool Whole { get; init; }

    /// <summary>For people, when it is done.</summary>
    public string? Told { get; init; }

    public JsonObject Json() => new() { ["stable"] = Stable, ["candidate"] = Candidate, ["image"] = Image, ["ends"] = Ends, ["whole"] = Whole, ["told"] = Told };

    public static CandidateGoal? Of(JsonNode? json) => json is null ? null
        : new((int)json.Number("stable"), (int)json.Number("candidate")) { Image = json.Text("image"), Ends = json.Flag("ends"), Whole = json.Flag("whole"), Told = json.Text("told") };
}
