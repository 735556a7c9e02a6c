namespace ChatOps.Diagnosis;

/// <summary>A fact with its source, its time and a link: what hypotheses stand on and the post-mortem quotes.</summary>
public sealed record Evidence
{
    /// <summary>Assigned by the store; 0 before.</summary>
    public long Id { get; init; }

    /// <summary>A stable word that runbooks and rules match: see <see cref="Signs"/>.</summary>
    public required string Sign { get; init; }

    /// <summary>The service that the fact is about.</summary>
    public required string Service { get; init; }

    /// <summary>One line for people: "shop-db NOT RUNNING, OOM killed 14:20". Redacted.</summary>
    public required string Text { get; init; }

    public required Weight Weight { get; init; }

    /// <summary>When it became so, as the source says; not when it was asked.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who says so: "platform shop-platform", "probe login".</summary>
    public required string Source { get; init; }

    public string? Link { get; init; }

    /// <summary>What rules compare: a version, a count, a pattern. Values are redacted.</summary>
    public IReadOnlyDictionary<string, string> Data { get; init; } = new Dictionary<string, string>();
}

/// <summary>How a fact reads: what is broken, what is odd, what is well, what merely is.</summary>
public enum Weight
{
    Bad,
    Warning,
    Good,
    Info,
}

/// <summary>The stable words of <see cref="Evidence.Sign"/>. Rows of years ago carry them: add, never rename.</summary>
public static class Signs
{
    public const string ProbeFailed = "probe.failed";
    public const string ProbeHealthy = "probe.healthy";
    public const string TargetDown = "target.down";
    public const string TargetDegraded = "target.degraded";
    public const string TargetRunning = "target.running";
    public const string OomKilled = "target.oom_killed";
    public const string Restarted = "target.restarted";
    public const string Deployed = "change.deploy";
    public const string Changed = "change.other";
    public const string NewErrorPattern = "log.new_pattern";
    public const string MoreFrequentPattern = "log.more_frequent";
    public const string MemoryHigh = "metric.memory_high";
    public const string MemoryGrowing = "metric.memory_growing";
    public const string CpuHigh = "metric.cpu_high";
    public const string SaturationHigh = "metric.saturation_high";
    public const string DiskFull = "metric.disk_full";
    public const string ConnectionsHigh = "metric.connections_high";
    public const string LatencyHigh = "metric.latency_high";
    public const string ErrorRateHigh = "metric.error_rate_high";
    public const string TrafficHigh = "metric.traffic_high";
    public const string LogsClean = "log.clean";
    public const string MetricNormal = "metric.normal";
    public const string LastWords = "saved.before_action";
    public const string CertificateExpiring = "probe.certificate";
    public const string PastIncident = "history.incident";
    public const string NoAnswer = "source.no_answer";
}
