namespace ChatOps.Platforms.Http;

/// <summary>From the protocol's messages to the bot's words; all text of the platform passes the redactor here.</summary>
internal sealed class HttpPlatformReading(HttpPlatformFailures failures)
{
    /// <summary>The protocol's names of metrics and the bot's, with the unit. Others stay as they are.</summary>
    private static readonly Dictionary<string, (string Name, string Unit)> Known = new(StringComparer.Ordinal)
    {
        ["cpu_percent"] = ("cpu", "percent"),
        ["memory_bytes"] = ("memory", "bytes"),
        ["disk_used_bytes"] = ("disk", "bytes"),
        ["requests_per_second"] = ("requests", "per_second"),
        ["error_ratio"] = ("error_rate", "ratio"),
        ["latency_p50_ms"] = ("latency_p50", "ms"),
        ["latency_p99_ms"] = ("latency_p99", "ms"),
        ["connections_in_use"] = ("connections", "count"),
        ["ready_replicas"] = ("replicas", "count"),
        ["restarts"] = ("restarts", "count"),
    };

    public static PlatformCapabilities Capabilities(CapabilitiesMessage message)
    {
        var byService = new Dictionary<string, IReadOnlySet<PlatformAction>>(StringComparer.Ordinal);
        foreach (var service in message.Services ?? [])
        {
            if (service.Service is null) continue;
            var actions = new HashSet<PlatformAction>();
            if (Offers("restart")) actions.Add(PlatformAction.Restart);
            if (Offers("rollback")) actions.Add(PlatformAction.RollBack);
            // A platform that deploys and names no strategies does what it does without being told: in place.
            if (Offers("deploy") && (service.Strategies is null or [] || Knows("rolling"))) actions.Add(PlatformAction.Deploy);
            if (Offers("deploy") && Knows("recreate")) actions.Add(PlatformAction.Recreate);
            if (Offers("candidate")) actions.Add(PlatformAction.Candidate);
            if (Offers("backup")) actions.Add(PlatformAction.BackUp);
            if (Offers("scale")) actions.Add(PlatformAction.Scale);
            if (Offers("memory")) actions.Add(PlatformAction.MemoryLimit);
            byService[service.Service] = actions;

            bool Offers(string action) => service.Actions?.Contains(action, StringComparer.Ordinal) == true;
            bool Knows(string strategy) => service.Strategies?.Contains(strategy, StringComparer.Ordinal) == true;
        }
        return new(
            byService.Values.Any(a => a.Contains(PlatformAction.Restart)),
            byService.Values.Any(a => a.Contains(PlatformAction.RollBack)),
            message.OperationIds?.Kept == true)
        {
            ByService = byService,
            ByVersion = (message.Services ?? []).Where(s => s.MetricsByVersion == true).Select(s => s.Service).OfType<string>().ToHashSet(StringComparer.Ordinal),
        };
    }

    public TargetStatus Status(StatusMessage message, DateTimeOffset now) => new()
    {
        State = State(message.State ?? throw failures.NotTheProtocol(CallOutcome.NotDone)),
        Recovering = message.Recovering == true,
        Detail = failures.CleanOrNull(message.Detail),
        ReadyReplicas = message.ReadyReplicas,
        DesiredReplicas = message.DesiredReplicas,
        Generation = message.Generation,
        Version = failures.CleanOrNull(message.Version),
        Digest = failures.CleanOrNull(message.Digest),
        DeployedAt = Utc(message.DeployedAt),
        DeployedBy = failures.CleanOrNull(message.DeployedBy),
        StartedAt = Utc(message.StartedAt),
        Restarts = message.Restarts ?? 0,
        LastExit = message.LastExit is { } exit
            ? new(exit.Code, exit.Signal, exit.OomKilled == true, Utc(exit.At) ?? now, failures.CleanOrNull(exit.Reason))
            : null,
        Candidate = message.Candidate is { Version: { } version } candidate
            ? new(failures.Clean(version), State(candidate.State), Math.Clamp(candidate.Percent ?? 0, 0, 100), failures.CleanOrNull(candidate.Detail))
            : null,
        Variables = message.Variables is null ? null : Names(message.Variables),
        LastBackupAt = Utc(message.LastBackupAt),
    };

    public IReadOnlyList<Release> Releases(ReleasesMessage message) =>
    [
        .. (message.Releases ?? throw failures.NotTheProtocol(CallOutcome.NotDone)).Where(r => r.Version is not null).Select(r => new Release
        {
            Version = failures.Clean(r.Version!),
            Commit = failures.CleanOrNull(r.Commit),
            Author = failures.CleanOrNull(r.Author),
            Message = failures.CleanOrNull(r.Message),
            CreatedAt = Utc(r.CreatedAt),
            DeployedAt = Utc(r.DeployedAt),
            Current = r.Current == true,
            Digest = failures.CleanOrNull(r.Digest),
            SchemaVersion = failures.CleanOrNull(r.SchemaVersion),
            ServesBackTo = failures.CleanOrNull(r.ServesBackTo),
            Migrations = Names(r.Migrations),
            ChecksPassed = r.ChecksPassed,
            RequiredVariables = Names(r.RequiredVariables),
        }),
    ];

    /// <summary>Oldest first, as the bot tells it; the protocol has them the other way round.</summary>
    public IReadOnlyList<TargetChange> Changes(ChangesMessage message) =>
    [
        .. (message.Changes ?? throw failures.NotTheProtocol(CallOutcome.NotDone)).Where(c => c.Kind is not null && c.At is not null)
            .Select(c => new TargetChange(c.Kind!, Utc(c.At)!.Value, failures.CleanOrNull(c.Actor), failures.CleanOrNull(c.ToVersion), failures.CleanOrNull(c.Detail ?? c.Reason))
            {
                FromVersion = failures.CleanOrNull(c.FromVersion),
                Automatic = c.Automatic == true,
                Succeeded = c.State switch { "succeeded" => true, "failed" => false, _ => null },
            })
            .OrderBy(c => c.At),
    ];

    public IReadOnlyList<MetricSeries> Metrics(MetricsMessage message) =>
    [
        .. (message.Series ?? throw failures.NotTheProtocol(CallOutcome.NotDone)).Where(s => s.Name is not null).Select(s =>
        {
            var (name, unit) = Known.GetValueOrDefault(s.Name!, (failures.Clean(s.Name!), s.Unit == "milliseconds" ? "ms" : s.Unit ?? "count"));
            return new MetricSeries(name, unit, s.Limit, [.. (s.Points ?? []).Select(Point).OfType<MetricPoint>().OrderBy(p => p.At)]);
        }),
    ];

    public PlatformOperation Operation(OperationMessage message, string id) => new(
        id,
        message.State switch
        {
            "running" => PlatformOperationState.Running,
            "succeeded" => PlatformOperationState.Succeeded,
            "failed" => PlatformOperationState.Failed,
            // Whether it was a write: the caller of a read asks again, the caller of a write looks first.
            _ => throw failures.NotTheProtocol(CallOutcome.Unknown),
        },
        failures.CleanOrNull(message.Message), Utc(message.StartedAt), Utc(message.FinishedAt));

    private IReadOnlyList<string> Names(IReadOnlyList<string?>? names) => [.. (names ?? []).OfType<string>().Select(failures.Clean)];

    private static TargetState State(string? state) => state switch
    {
        "running" => TargetState.Running,
        "degraded" => TargetState.Degraded,
        "starting" => TargetState.Starting,
        "stopped" => TargetState.Stopped,
        "crashed" => TargetState.Crashed,
        _ => TargetState.Unknown,
    };

    private static MetricPoint? Point(IReadOnlyList<double?> point) =>
        point is [{ } at, var value] && at is >= 0 and < 253402300800000 ? new(DateTimeOffset.FromUnixTimeMilliseconds((long)at), value ?? double.NaN) : null;

    private static DateTimeOffset? Utc(DateTimeOffset? at) => at?.ToUniversalTime();
}
