using System.Security.Cryptography.X509Certificates;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Described;

/// <summary>A platform's own API, as <c>chatops.yaml</c> describes it (docs/described-platform.md). Validated when it is read.</summary>
internal sealed record DescribedSettings : PlatformSettings
{
    /// <summary>By the words of <see cref="DescribedOperations"/>; what is not here is not offered.</summary>
    public required IReadOnlyDictionary<string, DescribedCall> Calls { get; init; }

    /// <summary>The platform keeps the id of a request, and finds it again by it.</summary>
    public bool KeepsOperationIds { get; init; }

    public TimeForm Times { get; init; }

    /// <summary>The platform's words for how a target is, whatever their case.</summary>
    public required IReadOnlyDictionary<string, TargetState> States { get; init; }

    public required IReadOnlyDictionary<string, PlatformOperationState> OperationStates { get; init; }

    /// <summary>The platform's words for what changed, and the bot's: deploy, rollback, restart, config, scale.</summary>
    public required IReadOnlyDictionary<string, string> Kinds { get; init; }

    /// <summary>Where a refusal says in the platform's own word why; null: nowhere.</summary>
    public JsonPlace? ErrorCode { get; init; }

    public JsonPlace? ErrorMessage { get; init; }

    /// <summary>An operation is not asked for more often.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>An operation that runs longer is told as not known.</summary>
    public TimeSpan PollAtMost { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Words of the platform with which it says that it has never seen an operation.</summary>
    public IReadOnlyList<string> NeverSeen { get; init; } = [];

    /// <summary>The header that carries the token; null: <c>Authorization: Bearer</c>.</summary>
    public string? TokenHeader { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>Whose certificates count; null: the system's.</summary>
    public X509Certificate2Collection? Authorities { get; init; }
}

/// <summary>One request and where in its answer to find what.</summary>
internal sealed record DescribedCall(RequestTemplate Request)
{
    /// <summary>By the bot's word: <c>state</c>, <c>last_exit.at</c>.</summary>
    public IReadOnlyDictionary<string, FieldPlace> Answer { get; init; } = new Dictionary<string, FieldPlace>(StringComparer.Ordinal);

    /// <summary>The list that the answer is; the fields are then those of one of it.</summary>
    public JsonPlace? Each { get; init; }

    /// <summary>The list has the oldest first.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>One JSON text a line instead of one JSON text.</summary>
    public bool Lines { get; init; }

    public IReadOnlyList<SeriesPlaces> Series { get; init; } = [];

    /// <summary>Services, by the platform's names, to which it applies; null: all.</summary>
    public IReadOnlySet<string>? Services { get; init; }
}

/// <param name="Is">The words that mean yes; null: it is true or false by itself.</param>
internal sealed record FieldPlace(JsonPlace Where, IReadOnlySet<string>? Is);

/// <summary>One measured quantity of an answer.</summary>
/// <param name="Points">The list of its points; null: <paramref name="Value"/> is what it is now.</param>
/// <param name="At">In a point.</param>
/// <param name="Value">In a point, or in the answer.</param>
/// <param name="Factor">From the platform's unit to the bot's.</param>
internal sealed record SeriesPlaces(string Name, string Unit, JsonPlace? Points, JsonPlace At, JsonPlace Value, JsonPlace? Limit, double Factor);
