using System.Globalization;
using System.Text.Json;
using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>What a card says and an operation does: the arguments of a restart, a rollback or a higher memory limit. Rows of years ago carry it: add, never rename.</summary>
public sealed record ActionPlan
{
    /// <summary>The version that runs; null where the platform has none.</summary>
    public string? Running { get; init; }

    /// <summary>The platform's word for how the target is.</summary>
    public required string State { get; init; }

    /// <summary>The platform's count of what was done to the target, given back to it so that it refuses when somebody else was faster.</summary>
    public long? Generation { get; init; }

    /// <summary>Rollback alone.</summary>
    public string? ToVersion { get; init; }

    /// <summary>What a rollback undoes, newest first.</summary>
    public IReadOnlyList<UndoneRelease> Undone { get; init; } = [];

    /// <summary>Of <see cref="Undone"/>, those that will be refused there from then on. Who may press chooses.</summary>
    public IReadOnlyList<string> Bad { get; init; } = [];

    /// <summary>The platform has no rollback of its own: the earlier version is deployed again.</summary>
    public bool ByDeploy { get; init; }

    /// <summary>More memory, and nothing else.</summary>
    public MemoryRaise? Memory { get; init; }

    /// <summary>The channel that is told of a rollback at its end; null: the one where the card is.</summary>
    public string? Told { get; init; }
    public required string WayBack { get; init; }
    public required string Why { get; init; }
    public required string Risk { get; init; }

    /// <summary>From history: "usually 4 s (median of 3)", or "no history".</summary>
    public required string Expected { get; init; }

    /// <summary>For people: "@oncall or @ana".</summary>
    public required string WhoMay { get; init; }

    public JsonElement ToArguments() => JsonSerializer.SerializeToElement(this, JsonSerializerOptions.Web);

    public static ActionPlan Of(JsonElement arguments) => arguments.Deserialize<ActionPlan>(JsonSerializerOptions.Web) ?? throw new JsonException("An action without its plan.");

    /// <summary>
    /// What the card says is true, in parts that can be named when one of them changed. Whether it runs well is one of them, the exact state is not:
    /// a process that crashes and starts in turns would make every card outdated before anybody can press it.
    /// </summary>
    public static string Fingerprint(TargetStatus status, string? toVersion) => string.Join("; ", new[]
    {
        $"version={status.Version ?? "none"}",
        toVersion is null ? $"runs={(status.Recovering ? "recovering" : status.State == TargetState.Running ? "yes" : "no")}" : $"back to={toVersion}",
        // Where the platform counts what is done to the target, a crash alone changes nothing; elsewhere only the start tells.
        status.Generation is { } generation
            ? string.Create(CultureInfo.InvariantCulture, $"changes={generation}")
            : string.Create(CultureInfo.InvariantCulture, $"started={status.StartedAt?.ToUnixTimeSeconds()}; last exit={status.LastExit?.At.ToUnixTimeSeconds()}"),
    });
}

/// <summary>One release that a rollback takes away, for those who made it.</summary>
public sealed record UndoneRelease(string Version, string? Commit, string? Author, string? Message);
