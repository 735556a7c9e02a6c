using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Sandbox.Shop.Platform;

// The answers of docs/http-platform.md.

internal sealed record CapabilitiesAnswer(int Protocol, string Platform, OperationIdsAnswer OperationIds, IReadOnlyList<ServiceCapabilities> Services);

internal sealed record OperationIdsAnswer(bool Kept, int KeptForSeconds);

internal sealed record ServiceCapabilities(
    string Service, IReadOnlyList<string> Environments, string Kind, IReadOnlyList<string> Actions, IReadOnlyList<string> Strategies,
    bool Logs, bool Metrics, bool MetricsByVersion, int LogRetentionSeconds, int MetricRetentionSeconds);

internal sealed record StatusAnswer(
    string Service, string Environment, string Kind, DateTimeOffset ObservedAt, string State, bool Recovering, string Detail,
    int ReadyReplicas, int DesiredReplicas, int Generation, string? Version, string? Digest, string? Commit,
    DateTimeOffset? DeployedAt, string? DeployedBy, DateTimeOffset? StartedAt, int Restarts, LastExit? LastExit,
    CandidateAnswer? Candidate, IReadOnlyList<string>? Variables, DateTimeOffset? LastBackupAt, IReadOnlyList<StatusCheck> Checks, IReadOnlyList<InstanceAnswer> Instances);

internal sealed record CandidateAnswer(string Version, string State, int Percent, string Detail);

internal sealed record LastExit(int? Code, int? Signal, bool OomKilled, DateTimeOffset At, string Reason, string Instance);

internal sealed record StatusCheck(string Name, bool Ok, string Detail);

internal sealed record InstanceAnswer(string Id, string State, string? Version, int? Pid, DateTimeOffset StartedAt, long MemoryBytes, long MemoryLimitBytes);

internal sealed record ReleasesAnswer(IReadOnlyList<ReleaseAnswer> Releases);

internal sealed record ReleaseAnswer(
    string Version, string Commit, string Author, string Message, DateTimeOffset CreatedAt, DateTimeOffset? DeployedAt, bool Current,
    string Digest, string? SchemaVersion, string? ServesBackTo, IReadOnlyList<string> Migrations, bool? ChecksPassed, IReadOnlyList<string> RequiredVariables);

internal sealed record ChangesAnswer(IReadOnlyList<Change> Changes);

internal sealed record Change(
    string Id, string Kind, DateTimeOffset At, DateTimeOffset? FinishedAt, string State, string Actor, bool Automatic, string? Reason,
    string? FromVersion, string? ToVersion, string? OperationId, string? Detail);

internal sealed record MetricsAnswer(IReadOnlyList<MetricSeries> Series);

internal sealed record MetricSeries(string Name, string Unit, double? Limit, IReadOnlyList<IReadOnlyList<double>> Points);

internal sealed record ActionRequest(
    string? OperationId, string? Actor, string? Reason, int? IfGeneration, string? ToVersion, string? Version, string? Strategy, int? Percent, int? Replicas);

internal sealed record Operation(
    string OperationId, string Kind, string Service, string Environment, string State, string? Message, string Actor, string? Reason,
    DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string? FromVersion, string? ToVersion, string? Strategy = null, int? Percent = null);

internal sealed record ErrorAnswer(ErrorBody Error);

internal sealed record ErrorBody(string Code, string Message);

internal sealed record LogLine(DateTimeOffset At, string Line, string Instance);

internal sealed record LogEnd(bool End, long Lines, string NextCursor);

/// <summary>UTC with milliseconds and a Z, as the protocol says.</summary>
internal sealed class UtcConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset().ToUniversalTime();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(CapabilitiesAnswer))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(ReleasesAnswer))]
[JsonSerializable(typeof(ChangesAnswer))]
[JsonSerializable(typeof(MetricsAnswer))]
[JsonSerializable(typeof(ActionRequest))]
[JsonSerializable(typeof(Operation))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(LogEnd))]
internal sealed partial class PlatformJson : JsonSerializerContext;
