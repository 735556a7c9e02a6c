using System.Text.RegularExpressions;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>Why an action that was asked for is not taken in.</summary>
internal static partial class ActionChecks
{
    public const string Recreate = "recreate";
    public static readonly IReadOnlyList<string> Strategies = ["rolling", Recreate];

    /// <summary>All calls; the capability that a call needs is its own name, but for those of a candidate.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["restart", "rollback", "deploy", "candidate", "weight", "promote", "drop-candidate", "backup", "scale"];

    /// <summary>The version that the request names; null: it names none.</summary>
    public static string? VersionOf(string kind, ActionRequest request) => kind switch
    {
        "rollback" => request.ToVersion,
        "deploy" or "candidate" => request.Version,
        _ => null,
    };

    /// <summary>What is wrong with the request by itself.</summary>
    public static Refusal? Form(Unit unit, string kind, ActionRequest request)
    {
        if (!unit.Actions.Contains(kind is "weight" or "promote" or "drop-candidate" ? "candidate" : kind, StringComparer.Ordinal))
            return new Refusal(422, "unsupported", $"{unit.Name} cannot do {kind} here. It can: {string.Join(", ", unit.Actions)}.");
        if (request.OperationId is not { } id || !OperationId().IsMatch(id))
            return Bad("operation_id is needed: 1 to 100 characters of A-Z a-z 0-9 . _ : -");
        if (string.IsNullOrWhiteSpace(request.Actor)) return Bad("actor is needed: the person who asks for this.");
        return kind switch
        {
            "rollback" when string.IsNullOrEmpty(request.ToVersion) => Bad("to_version is needed: the release to go back to."),
            "deploy" or "candidate" when string.IsNullOrEmpty(request.Version) => Bad("version is needed: the release to start."),
            "deploy" when request.Strategy is { } strategy && !Strategies.Contains(strategy, StringComparer.Ordinal) =>
                new Refusal(422, "unsupported", $"The strategy {strategy} is not known here. Use one of: {string.Join(", ", Strategies)}."),
            "weight" when request.Percent is null or < 0 or > 100 => Bad("percent is needed: a whole number from 0 to 100."),
            _ => null,
        };
    }

    /// <summary>What stands against it as the unit is now.</summary>
    public static Refusal? State(Unit unit, string kind, ActionRequest request)
    {
        if (request.IfGeneration is { } generation && generation != unit.Generation)
            return new Refusal(409, "generation_changed", $"{unit.Name} is at generation {unit.Generation}, not {generation}: something was done to it meanwhile. Look at it again.");
        var candidate = (unit as WebUnit)?.Candidate;
        if (kind is "weight" or "promote" or "drop-candidate" && candidate is null)
            return new Refusal(409, "no_candidate", $"{unit.Name} has no candidate: start one first.");
        if (kind is "deploy" or "candidate" && candidate is not null)
            return new Refusal(409, "candidate_exists", $"{candidate.Version} is a candidate of {unit.Name}: promote or drop it first.");
        if (VersionOf(kind, request) is not { } version) return null;
        if (unit.Releases.Find(version) is not { } release)
            return new Refusal(422, "version_unknown", $"There is no release {version} of {unit.Name}. The newest are {string.Join(", ", unit.Releases.Describe().Take(5).Select(r => r.Version))}.");
        return release == unit.Releases.Current ? new Refusal(409, "already_current", $"{unit.Name} runs {version} already.") : null;
    }

    /// <summary>Whether a request with a known id is that request again.</summary>
    public static Refusal? SameAsked(Operation known, Unit unit, string kind, ActionRequest request)
    {
        var same = known.Kind == kind && known.Service == unit.Name && known.Environment == unit.Environment
            && (VersionOf(kind, request) is not { } version || version == known.ToVersion) && (kind != "weight" || request.Percent == known.Percent);
        return same ? null : new Refusal(409, "operation_id_reused", $"Operation {known.OperationId} is a {known.Kind} of {known.Service} in {known.Environment}. Choose another id.");
    }

    private static Refusal Bad(string what) => new(400, "bad_request", what);

    [GeneratedRegex("^[A-Za-z0-9._:-]{1,100}$")]
    private static partial Regex OperationId();
}
