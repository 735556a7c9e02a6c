using System.Text.Json.Serialization;

namespace ChatOps.Platforms.Http;

// What docs/http-platform.md says goes over the wire, as far as the bot reads it.

internal sealed record CapabilitiesMessage(OperationIdsMessage? OperationIds, IReadOnlyList<ServiceMessage>? Services);

internal sealed record OperationIdsMessage(bool Kept);

internal sealed record ServiceMessage(string? Service, IReadOnlyList<string>? Actions, IReadOnlyList<string>? Strategies, bool? MetricsByVersion);

internal sealed record StatusMessage
{
    public string? State { get; init; }
    public bool? Recovering { get; init; }
    public string? Detail { get; init; }
    public int? ReadyReplicas { get; init; }
    public int? DesiredReplicas { get; init; }
    public long? Generation { get; init; }
    public string? Version { get; init; }
    public string? Digest { get; init; }
    public DateTimeOffset? DeployedAt { get; init; }
    public string? DeployedBy { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public int? Restarts { get; init; }
    public ExitMessage? LastExit { get; init; }
    public CandidateMessage? Candidate { get; init; }
    public IReadOnlyList<string?>? Variables { get; init; }
    public DateTimeOffset? LastBackupAt { get; init; }
}

internal sealed record CandidateMessage(string? Version, string? State, int? Percent, string? Detail);

internal sealed record ExitMessage(int? Code, int? Signal, bool? OomKilled, DateTimeOffset? At, string? Reason);

internal sealed record ReleasesMessage(IReadOnlyList<ReleaseMessage>? Releases);

internal sealed record ReleaseMessage
{
    public string? Version { get; init; }
    public string? Commit { get; init; }
    public string? Author { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? DeployedAt { get; init; }
    public bool? Current { get; init; }
    public string? Digest { get; init; }
    public string? SchemaVersion { get; init; }
    public string? ServesBackTo { get; init; }
    public IReadOnlyList<string?>? Migrations { get; init; }
    public bool? ChecksPassed { get; init; }
    public IReadOnlyList<string?>? RequiredVariables { get; init; }
}

internal sealed record ChangesMessage(IReadOnlyList<ChangeMessage>? Changes);

internal sealed record ChangeMessage
{
    public string? Kind { get; init; }
    public DateTimeOffset? At { get; init; }
    public string? State { get; init; }
    public string? Actor { get; init; }
    public bool? Automatic { get; init; }
    public string? Reason { get; init; }
    public string? FromVersion { get; init; }
    public string? ToVersion { get; init; }
    public string? Detail { get; init; }
}

internal sealed record LogMessage(DateTimeOffset? At, string? Line, string? Instance, bool? End, int? Lines, string? NextCursor);

internal sealed record MetricsMessage(IReadOnlyList<SeriesMessage>? Series);

internal sealed record SeriesMessage(string? Name, string? Unit, double? Limit, IReadOnlyList<IReadOnlyList<double?>>? Points);

internal sealed record ActionMessage
{
    public required string OperationId { get; init; }
    public required string Actor { get; init; }
    public required string Reason { get; init; }
    public string? ToVersion { get; init; }
    public string? Version { get; init; }
    public string? Strategy { get; init; }
    public int? Percent { get; init; }
    public int? Replicas { get; init; }
    public long? MemoryBytes { get; init; }
    public long? IfGeneration { get; init; }
}

internal sealed record OperationMessage(string? OperationId, string? State, string? Message, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);

internal sealed record ErrorMessage(ErrorDetail? Error);

internal sealed record ErrorDetail(string? Code, string? Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CapabilitiesMessage))]
[JsonSerializable(typeof(StatusMessage))]
[JsonSerializable(typeof(ReleasesMessage))]
[JsonSerializable(typeof(ChangesMessage))]
[JsonSerializable(typeof(LogMessage))]
[JsonSerializable(typeof(MetricsMessage))]
[JsonSerializable(typeof(ActionMessage))]
[JsonSerializable(typeof(OperationMessage))]
[JsonSerializable(typeof(ErrorMessage))]
internal sealed partial class HttpPlatformJson : JsonSerializerContext;
