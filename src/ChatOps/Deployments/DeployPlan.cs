using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>What a deploy will do, the way back first. Pure; rows of years ago carry it: add, never rename.</summary>
public sealed record DeployPlan
{
    /// <summary>Null: nothing runs there yet, or it is not known.</summary>
    public string? Running { get; init; }

    /// <summary>The platform's word for how the target is.</summary>
    public required string State { get; init; }
    public required string ToVersion { get; init; }

    /// <summary>What <see cref="ToVersion"/> was when the card was made.</summary>
    public string? Digest { get; init; }

    /// <summary>As in <see cref="ActionPlan.Generation"/>.</summary>
    public long? Generation { get; init; }

    /// <summary>The version that it goes back to; null: there is none.</summary>
    public string? BackTo { get; init; }

    /// <summary>For people: how it goes back, or why not and what is left.</summary>
    public required string WayBack { get; init; }

    /// <summary>Whether the press arms a rollback without a further question.</summary>
    public bool AutomaticRollback { get; init; }

    /// <summary>For people: why it does not; null where it does.</summary>
    public string? AutomaticWhy { get; init; }

    /// <summary>For people: what makes it go back, each with its number.</summary>
    public IReadOnlyList<string> RollbackLimits { get; init; } = [];

    /// <summary>The releases that come in, newest first; where it goes to an older version, those that go.</summary>
    public IReadOnlyList<UndoneRelease> Commits { get; init; } = [];

    /// <summary>The commits of <see cref="Commits"/>, where the platform knows them.</summary>
    public CommitRange? Range { get; init; }

    /// <summary>It goes to a version older than the one that runs.</summary>
    public bool Backwards { get; init; }

    /// <summary>Who made what comes in, each once.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];
    public IReadOnlyList<string> Migrations { get; init; } = [];
    public required DeployStrategy Strategy { get; init; }

    /// <summary>Somebody asked for this strategy by name.</summary>
    public bool Named { get; init; }

    /// <summary>For people: the rule that chose it.</summary>
    public required string StrategyRule { get; init; }
    public IReadOnlyList<PlanStep> Steps { get; init; } = [];

    /// <summary>For people: "usually 4 min, 90 % within 6 min (last 12)", or "no history".</summary>
    public required string Expected { get; init; }
    public TimeSpan? Median { get; init; }

    /// <summary>90th percentile.</summary>
    public TimeSpan? Most { get; init; }
    public required DeployRisk Risk { get; init; }
    public IReadOnlyList<string> RiskReasons { get; init; } = [];

    /// <summary>Services that call it.</summary>
    public IReadOnlyList<string> Dependents { get; init; } = [];

    /// <summary>Services that it calls.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>For people: what must be true for it to stay.</summary>
    public IReadOnlyList<string> Go { get; init; } = [];

    /// <summary>For people: what ends it.</summary>
    public IReadOnlyList<string> NoGo { get; init; } = [];

    /// <summary>Of the configuration, as they were when the card was made: what was pressed is what is judged by.</summary>
    public CanaryLimits Limits { get; init; } = new();
    public BusinessMetric? BusinessMetric { get; init; }

    /// <summary>Shares of the traffic; empty: the strategy has none.</summary>
    public IReadOnlyList<int> Shares { get; init; } = [];
    public TimeSpan Watch { get; init; }

    /// <summary>A backup is made first.</summary>
    public bool Backup { get; init; }
    public string? Reason { get; init; }

    /// <summary>The incident that it is the fix of.</summary>
    public int? Incident { get; init; }
    public required string RequestedBy { get; init; }
    public required Approval Approval { get; init; }

    /// <summary>For people: who must press and why.</summary>
    public required string ApprovalSentence { get; init; }

    /// <summary>A second person reviews it within that time.</summary>
    public TimeSpan? ReviewWithin { get; init; }
    public required string WhoMay { get; init; }

    /// <summary>As they were when the card was made; asked again at the press.</summary>
    public IReadOnlyList<GateResult> Gates { get; init; } = [];

    /// <summary>What the card says is true.</summary>
    public required string Fingerprint { get; init; }

    [JsonIgnore]
    public GateReport Report => new(Gates);

    public JsonElement ToArguments() => JsonSerializer.SerializeToElement(this, JsonSerializerOptions.Web);

    public static DeployPlan Of(JsonElement arguments) => arguments.Deserialize<DeployPlan>(JsonSerializerOptions.Web) ?? throw new JsonException("A deploy without its plan.");

    public static DeployPlan Make(DeployFacts facts) => MakePlan.From(facts);

    /// <summary>
    /// What the card says is true, in parts that can be named when one of them changed: <see cref="ActionPlan.Fingerprint"/> with what a deploy adds.
    /// </summary>
    public static string FingerprintOf(DeployFacts facts)
    {
        var status = facts.Status;
        var choice = StrategyChoice.Choose(facts);
        return string.Join("; ", new[]
        {
            $"version={status?.Version ?? "none"}",
            $"to={facts.Request.Version}",
            $"digest={facts.Wanted?.Digest ?? "none"}",
            $"strategy={StrategyChoice.Word(choice.Strategy)}",
            $"back to={Deployments.WayBack.Of(facts).Version ?? "none"}",
            // A card asks for one press at least, also where the request would be enough by now.
            $"approval={(ApprovalRule.Of(facts, DeployGates.Judge(facts)).Approval == Approval.SecondPerson ? "a second person" : "one press")}",
            $"backup={(MakePlan.BacksUp(facts) ? "yes" : "no")}",
            $"candidate={status?.Candidate?.Version ?? "none"}",
            $"lock={(facts.Lock is { } held ? string.Create(CultureInfo.InvariantCulture, $"{held.By} {held.Since.ToUnixTimeSeconds()}") : "none")}",
            status?.Generation is { } generation
                ? string.Create(CultureInfo.InvariantCulture, $"changes={generation}")
                : string.Create(CultureInfo.InvariantCulture, $"started={status?.StartedAt?.ToUnixTimeSeconds()}"),
        });
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<DeployRisk>))]
public enum DeployRisk
{
    Low,
    Medium,
    High,
}

/// <summary>The five phases of a deploy. The names are kept in rows: add, never rename.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeployPhase>))]
public enum DeployPhase
{
    Prepare,
    Backup,
    Deploy,
    Verify,
    Confirm,
}

/// <param name="Text">For people.</param>
/// <param name="Takes">At least (a bake time) or usually; null: not known.</param>
/// <param name="Share">Of the traffic, where the step sets one.</param>
public sealed record PlanStep(DeployPhase Phase, string Text, TimeSpan? Takes, int? Share = null);
