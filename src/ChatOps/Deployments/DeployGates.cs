using System.Text.Json.Serialization;
using ChatOps.Configuration;

namespace ChatOps.Deployments;

/// <summary>What a gate says. The names are kept in rows: add, never rename.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GateOutcome>))]
public enum GateOutcome
{
    Pass,
    Fail,

    /// <summary>It cannot be known: a person is asked; it never passes by itself.</summary>
    Inconclusive,

    /// <summary>It does not apply here.</summary>
    Skipped,
}

/// <summary>The answer of one gate.</summary>
/// <param name="Gate">Its name, as <c>--force</c> takes it.</param>
/// <param name="Code">Stable: rows, figures and other tools carry it.</param>
/// <param name="Sentence">For people: what is.</param>
/// <param name="Next">For people: what would make it pass; null where nothing needs to be done.</param>
public sealed record GateResult(string Gate, string Code, GateOutcome Outcome, string Sentence, string? Next)
{
    /// <summary>It fails or is not known, and somebody who may overrides it with a reason.</summary>
    public bool Forced { get; init; }

    /// <summary>It stands in the way.</summary>
    [JsonIgnore]
    public bool Refuses => Outcome == GateOutcome.Fail && !Forced;

    /// <summary>A person must answer it.</summary>
    [JsonIgnore]
    public bool Asks => Outcome == GateOutcome.Inconclusive && !Forced;
}

/// <summary>All gates of one deploy, in the order in which a refusal is told.</summary>
public sealed record GateReport(IReadOnlyList<GateResult> Gates)
{
    /// <summary>The first that stands in the way; null: none does.</summary>
    public GateResult? Refusal => Gates.FirstOrDefault(g => g.Refuses);

    /// <summary>What the card must ask.</summary>
    public IReadOnlyList<GateResult> Questions => [.. Gates.Where(g => g.Asks)];

    /// <summary>What would stand in the way or ask, had nobody overridden it: shouted in the channel.</summary>
    public IReadOnlyList<GateResult> Overridden => [.. Gates.Where(g => g.Forced)];
}

/// <param name="Name">As <c>--force</c> takes it.</param>
/// <param name="CanForce">Whether somebody may override it at all.</param>
/// <param name="Asks">For people: the question that it answers.</param>
public sealed record GateDefinition(string Name, bool CanForce, string Asks, Func<DeployFacts, GateResult> Judge);

/// <summary>What must be true before a deploy may begin. Pure; asked for the card, at the press and when a deploy leaves the queue.</summary>
public static class DeployGates
{
    /// <summary>Name of the gate that refuses what <c>--force</c> asks for.</summary>
    public const string Force = "force";

    /// <summary>In the order in which a refusal is told: what makes the request pointless first, then what people decided, then what must be looked at.</summary>
    public static IReadOnlyList<GateDefinition> All { get; } =
    [
        new("artifact", CanForce: false, "Does this version exist, pinned to a digest?", ArtifactGates.Artifact),
        new("new-version", CanForce: false, "Is it another version than the one that runs?", ArtifactGates.NewVersion),
        new("concurrent", CanForce: false, "Is nobody else changing the target?", CalendarGates.Concurrent),
        new("strategy", CanForce: false, "Can the platform do it like that?", TargetGates.Strategy),
        new("schema", CanForce: false, "Does the database schema in place serve this version?", ArtifactGates.Schema),
        new("lock", CanForce: true, "Is the target unlocked?", CalendarGates.Lock),
        new("bad-version", CanForce: true, "Is this version not marked bad here?", ArtifactGates.BadVersion),
        new("incident", CanForce: true, "Is no incident open on the service, unless this is its fix?", CalendarGates.Incident),
        new("freeze", CanForce: true, "Is no freeze in force? An exception needs a second person.", CalendarGates.Freeze),
        new("friday", CanForce: true, "On a Friday: does it say why?", CalendarGates.Friday),
        new("checks", CanForce: true, "Are the checks of its commit green?", ArtifactGates.Checks),
        new("environment-before", CanForce: true, "Does the environment before run this very version, in good health?", TargetGates.Before),
        new("variables", CanForce: true, "Are the environment variables present that it needs?", ArtifactGates.Variables),
        new("migrations", CanForce: true, "Are its migrations and its schema declared?", ArtifactGates.Migrations),
        new("backup", CanForce: true, "Can its data be backed up, or was it within a day?", TargetGates.Backup),
        new("way-back", CanForce: true, "Is there a version to go back to?", TargetGates.BackTo),
        new("auto-sync", CanForce: true, "Does the platform keep what is deployed?", TargetGates.AutoSync),
        new("monitoring", CanForce: true, "Can error rate and latency be read?", TargetGates.Monitoring),
        new("team", CanForce: true, "Is the team told?", TargetGates.Team),
    ];

    public static GateReport Judge(DeployFacts facts)
    {
        var forced = facts.Request.Forced.Select(f => f.Trim().ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        var gates = All.Select(g => g.Judge(facts)).ToList();
        if (ForceRefusal(facts, forced) is { } refusal) return new([refusal, .. gates]);
        return new([.. gates.Select(g => g with { Forced = g.Outcome is GateOutcome.Fail or GateOutcome.Inconclusive && forced.Contains(g.Gate) })]);
    }

    /// <summary>Why nothing is overridden; null: what was named may be.</summary>
    private static GateResult? ForceRefusal(DeployFacts facts, HashSet<string> forced)
    {
        if (forced.Count == 0) return null;
        var can = All.Where(g => g.CanForce).Select(g => g.Name).ToList();
        if (forced.FirstOrDefault(f => All.All(g => g.Name != f)) is { } unknown)
            return Refuse(GateCodes.ForceUnknown, $"There is no gate '{unknown}'.", Nearest.Of(unknown, can) is { } near ? $"Did you mean {near}?" : $"Gates that can be overridden: {string.Join(", ", can)}.");
        if (All.FirstOrDefault(g => !g.CanForce && forced.Contains(g.Name)) is { } never)
            return Refuse(GateCodes.ForceNever, $"The gate '{never.Name}' cannot be overridden by anybody.", "Leave it out of --force and do what it says.");
        if (!facts.MayForce) return Refuse(GateCodes.ForceNotAllowed, "You may deploy there, but not override gates.", $"Ask {(facts.WhoMay.Length > 0 ? facts.WhoMay : "somebody who may")}, or do what the gates say.");
        return facts.Request.HasReason ? null : Refuse(GateCodes.ForceWithoutReason, "Gates are overridden with a reason alone.", "Add --reason and say why it cannot wait.");
    }

    private static GateResult Refuse(string code, string sentence, string next) => new(Force, code, GateOutcome.Fail, sentence, next);
}
