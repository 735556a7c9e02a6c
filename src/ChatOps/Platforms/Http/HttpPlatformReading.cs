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
            if (service.Actions?.Contains("restart", StringComparer.Ordinal) == true) actions.Add(PlatformAction.Restart);
            if (service.Actions?.Contains("rollback", StringComparer.Ordinal) == true) actions.Add(PlatformAction.RollBack);
            byService[service.Service] = actions;
        }
        return new(
            byService.Values.Any(a => a.Contains(PlatformAction.Restart)),
            byService.Values.Any(a => a.Contains(PlatformAction.RollBack)),
            message.OperationIds?.Kept == true) { ByService = byService };
    }

    public TargetStatus Status(StatusMessage message, DateTimeOffset now) => new()
    {
        State = message.State switch
        {
            "running" => TargetState.Running,
            "degraded" => TargetState.Degraded,
            "starting" => TargetState.Starting,
            "stopped" => TargetState.Stopped,
            "crashed" => TargetState.Crashed,
            null => throw failures.NotTheProtocol(CallOutcome.NotDone),
            _ => TargetState.Unknown,
        },
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

    private static MetricPoint? Point(IReadOnlyList<double?> point) =>
        point is [{ } at, var value] && at is >= 0 and < 253402300800000 ? new(DateTimeOffset.FromUnixTimeMilliseconds((long)at), value ?? double.NaN) : null;

    private static DateTimeOffset? Utc(DateTimeOffset? at) => at?.ToUniversalTime();
}
