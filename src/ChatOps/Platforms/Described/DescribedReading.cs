using System.Globalization;
using System.Text.Json;

namespace ChatOps.Platforms.Described;

/// <summary>From the platform's answers to the bot's records, by the description.</summary>
internal sealed class DescribedReading(DescribedSettings settings)
{
    public TargetStatus Status(AnswerReading read, JsonElement answer)
    {
        var word = read.RequiredText(answer, "state");
        var known = settings.States.TryGetValue(word, out var state);
        return new()
        {
            State = known ? state : TargetState.Unknown,
            // A state that nobody named is no reason to keep the rest back.
            Detail = known ? read.Text(answer, "detail") : $"its platform calls it '{word}', a word that 'states' in chatops.yaml does not name",
            Recovering = read.Flag(answer, "recovering") == true,
            Version = read.Text(answer, "version"),
            Digest = read.Text(answer, "digest"),
            Generation = read.Whole(answer, "generation"),
            ReadyReplicas = read.Small(answer, "ready_replicas"),
            DesiredReplicas = read.Small(answer, "desired_replicas"),
            DeployedAt = read.Time(answer, "deployed_at"),
            DeployedBy = read.Text(answer, "deployed_by"),
            StartedAt = read.Time(answer, "started_at"),
            Restarts = read.Small(answer, "restarts") ?? 0,
            Variables = read.Texts(answer, "variables"),
            LastBackupAt = read.Time(answer, "last_backup_at"),
            LastExit = read.Time(answer, "last_exit.at") is { } at
                ? new(read.Small(answer, "last_exit.code"), read.Small(answer, "last_exit.signal"), read.Flag(answer, "last_exit.oom_killed") == true, at, read.Text(answer, "last_exit.reason"))
                : null,
            Candidate = read.Text(answer, "candidate.version") is { } version
                ? new(version, read.Text(answer, "candidate.state") is { } its ? settings.States.GetValueOrDefault(its, TargetState.Unknown) : TargetState.Unknown,
                    Math.Clamp(read.Small(answer, "candidate.percent") ?? 0, 0, 100), read.Text(answer, "candidate.detail"))
                : null,
        };
    }

    /// <summary>Newest first: by when they were made, where that is told, else as the list has them.</summary>
    public static IReadOnlyList<Release> Releases(AnswerReading read, JsonElement answer, bool oldestFirst)
    {
        var releases = read.Each(answer).Select(r => new Release
        {
            Version = read.RequiredText(r, "version"),
            Commit = read.Text(r, "commit"),
            Author = read.Text(r, "author"),
            Message = read.Text(r, "message"),
            CreatedAt = read.Time(r, "created_at"),
            DeployedAt = read.Time(r, "deployed_at"),
            Current = read.Flag(r, "current") == true,
            Digest = read.Text(r, "digest"),
            SchemaVersion = read.Text(r, "schema_version"),
            ServesBackTo = read.Text(r, "serves_back_to"),
            Migrations = read.Texts(r, "migrations") ?? [],
            ChecksPassed = read.Flag(r, "checks_passed"),
            RequiredVariables = read.Texts(r, "required_variables") ?? [],
        }).ToList();
        if (oldestFirst) releases.Reverse();
        return releases.TrueForAll(r => r.CreatedAt is not null) ? [.. releases.OrderByDescending(r => r.CreatedAt)] : releases;
    }

    public IReadOnlyList<TargetChange> Changes(AnswerReading read, JsonElement answer) =>
    [
        .. read.Each(answer).Select(c =>
        {
            var kind = read.RequiredText(c, "kind");
            var known = settings.Kinds.TryGetValue(kind, out var ours);
            // What nobody named is told in the platform's word, as something about the configuration.
            return new TargetChange(known ? ours! : "config", read.RequiredTime(c, "at"), read.Text(c, "actor"), read.Text(c, "version"), read.Text(c, "text") ?? (known ? null : kind))
            {
                FromVersion = read.Text(c, "from_version"),
                Automatic = read.Flag(c, "automatic") == true,
                Succeeded = read.Text(c, "state") is not { } state ? null
                    : read.Word(state, settings.OperationStates, "state", "operation_states") switch { PlatformOperationState.Succeeded => true, PlatformOperationState.Failed => false, _ => null },
            };
        }).OrderBy(c => c.At),
    ];

    /// <param name="unless">What it is where the answer says nothing of its state; null: it must say.</param>
    public PlatformOperation Operation(AnswerReading read, JsonElement answer, string id, PlatformOperationState? unless) => new(
        id,
        read.Text(answer, "state") is { } word ? read.Word(word, settings.OperationStates, "state", "operation_states") : unless ?? throw read.Missing("state"),
        read.Text(answer, "message"), read.Time(answer, "started_at"), read.Time(answer, "finished_at"));

    /// <param name="name">Of the platform, for what it did not measure.</param>
    public IReadOnlyList<MetricSeries> Metrics(string name, IEnumerable<SeriesPlaces> series, JsonElement answer, DateTimeOffset now) =>
    [
        .. series.Select(s =>
        {
            var limit = s.Limit?.First(answer) is { } l && Number(l) is { } most ? most * s.Factor : (double?)null;
            IReadOnlyList<MetricPoint>? points = s.Points is not { } place
                ? s.Value.First(answer) is { } value && Number(value) is { } number ? [new(now, number * s.Factor)] : null
                : place.Each(answer)?.Select(p => Point(s, p)).OfType<MetricPoint>().OrderBy(p => p.At).ToList();
            return new MetricSeries(s.Name, s.Unit, limit, points ?? []) { Doubt = points is null ? $"{name} sent no figure at {s.Points ?? s.Value}" : null };
        }),
    ];

    private MetricPoint? Point(SeriesPlaces series, JsonElement point) =>
        series.At.First(point) is { ValueKind: JsonValueKind.String or JsonValueKind.Number } at && AnswerReading.TimeOf(at.ToString(), settings.Times) is { } time
            ? new MetricPoint(time, series.Value.First(point) is { } value && Number(value) is { } number ? number * series.Factor : double.NaN)
            : null;

    /// <summary>Some write their numbers as texts.</summary>
    private static double? Number(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number or JsonValueKind.String && double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
