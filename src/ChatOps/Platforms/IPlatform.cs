using ChatOps.Catalog;

namespace ChatOps.Platforms;

/// <summary>
/// What a platform can tell of a target and do to it. One adapter per kind of platform, one instance per entry of the catalog.
/// Reads may be retried by the adapter; writes never are. Every call ends by its own time-out with a <see cref="PlatformException"/>
/// whose message is fit for people and free of secrets. What a platform returns passes the redactor before anyone keeps it.
/// </summary>
public interface IPlatform
{
    /// <summary>The name in the catalog.</summary>
    string Name { get; }

    Task<PlatformCapabilities> CapabilitiesAsync(CancellationToken cancellationToken);

    Task<TargetStatus> StatusAsync(PlatformTarget target, CancellationToken cancellationToken);

    /// <summary>Releases that the platform could run, newest first.</summary>
    Task<IReadOnlyList<Release>> ReleasesAsync(PlatformTarget target, CancellationToken cancellationToken);

    /// <summary>Deploys, restarts, configuration and scaling since then, oldest first.</summary>
    Task<IReadOnlyList<TargetChange>> ChangesAsync(PlatformTarget target, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>The commits that come in when the one version is replaced by the other, or those that go when the other is the older one.</summary>
    /// <returns>Null: the platform does not know commits, or not those of one of the versions any more.</returns>
    /// <exception cref="PlatformException">It does not answer, or refuses.</exception>
    Task<CommitRange?> CommitsAsync(PlatformTarget target, string fromVersion, string toVersion, CancellationToken cancellationToken) => Task.FromResult<CommitRange?>(null);

    /// <summary>Streams the lines written in the window, oldest first.</summary>
    IAsyncEnumerable<LogLine> LogsAsync(PlatformTarget target, LogWindow window, CancellationToken cancellationToken);

    /// <summary>
    /// What was measured in the window. For a version: what that version alone served, as running totals (<c>requests_total</c>, <c>errors_total</c> and the
    /// service's own, such as <c>logins_total</c> and <c>logins_failed_total</c>) whose last point less the first is the window's count, and <c>latency_p50</c>
    /// and <c>latency_p99</c>, each with one point for the whole window or none without requests.
    /// </summary>
    /// <param name="version">Null: everything that the target served, over time.</param>
    /// <exception cref="PlatformException">Among others: it does not measure by version (<see cref="PlatformCapabilities.MeasuresVersions"/>), or does not know this one.</exception>
    Task<IReadOnlyList<MetricSeries>> MetricsAsync(PlatformTarget target, string? version, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Asks for a restart; returns when the platform took the request, not when it is done.</summary>
    Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken);

    /// <summary>Asks to run an earlier version again.</summary>
    Task<PlatformOperation> RollBackAsync(PlatformTarget target, string toVersion, PlatformCall call, CancellationToken cancellationToken);

    /// <summary>Asks to replace what runs by this version: in place, new processes answering before old ones end, or, to <paramref name="recreate"/>, the old ones ending first.</summary>
    Task<PlatformOperation> DeployAsync(PlatformTarget target, string version, bool recreate, PlatformCall call, CancellationToken cancellationToken);

    /// <summary>Asks to start a version beside the one that runs, without traffic.</summary>
    Task<PlatformOperation> StartCandidateAsync(PlatformTarget target, string version, PlatformCall call, CancellationToken cancellationToken);

    /// <summary>Asks to give the candidate this share of the traffic: a step of a canary, or the switch of a blue-green deploy (100) and the switch back (0).</summary>
    /// <param name="percent">0 to 100.</param>
    Task<PlatformOperation> SetWeightAsync(PlatformTarget target, int percent, PlatformCall call, CancellationToken cancellationToken);

    /// <summary>Asks to make the candidate what runs: it gets all traffic, the old version ends.</summary>
    Task<PlatformOperation> PromoteAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken);

    /// <summary>Asks to give all traffic to what runs and to end the candidate.</summary>
    Task<PlatformOperation> DropCandidateAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken);

    /// <summary>Asks for a copy of its data; when it is done, <see cref="PlatformOperation.Message"/> says where the copy is and how large.</summary>
    Task<PlatformOperation> BackUpAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken);

    /// <summary>Asks to run so many processes of it.</summary>
    /// <param name="replicas">1 or more.</param>
    Task<PlatformOperation> ScaleAsync(PlatformTarget target, int replicas, PlatformCall call, CancellationToken cancellationToken);

    /// <summary>Asks to give each of its processes so much memory at most, which may start them anew.</summary>
    Task<PlatformOperation> SetMemoryLimitAsync(PlatformTarget target, long bytes, PlatformCall call, CancellationToken cancellationToken);

    /// <summary>What became of a request that carried this id. Null: the platform has never seen the id, and can tell.</summary>
    /// <exception cref="PlatformException">It does not answer, or keeps no ids (<see cref="PlatformCapabilities.KeepsOperationIds"/>): nothing is known.</exception>
    Task<PlatformOperation?> FindOperationAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken);

    /// <summary>Asks to end, before its time, what a request with this id began; what it did by then stays. It is over only when <see cref="FindOperationAsync"/> says so.</summary>
    /// <returns>False: it is over, or the platform ends nothing that it has begun.</returns>
    Task<bool> CancelAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>Who answers there and which right is missing, for doctor: reads alone.</summary>
    /// <exception cref="PlatformException">Nobody answers, or the credentials are refused.</exception>
    Task<PlatformReach> ReachAsync(CancellationToken cancellationToken);

    /// <summary>The command with which a person does the same without the bot, for when the bot must refuse.</summary>
    /// <param name="version">The version, or how many processes (scale), or bytes (memory limit); null: the person puts it in.</param>
    string CommandByHand(PlatformTarget target, PlatformAction action, string? version);
}

/// <summary>A target as its platform knows it.</summary>
public sealed record PlatformTarget(Target Target, string PlatformName)
{
    /// <summary>What measures each of its versions where the platform does not; null: nothing does.</summary>
    public MeasureVersion? VersionMetrics { get; init; }
}

/// <summary>What one version alone served in a window, in the form of <see cref="IPlatform.MetricsAsync"/>. Empty: nothing that could be trusted.</summary>
/// <exception cref="PlatformException">The source does not answer.</exception>
public delegate Task<IReadOnlyList<MetricSeries>> MeasureVersion(string version, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);

/// <summary>What every change carries, so that it happens at most once and names who wanted it.</summary>
/// <param name="OperationId">Given to the platform where it can keep one.</param>
/// <param name="Actor">The person who pressed, for the platform's own record.</param>
/// <param name="Reason">One line.</param>
public sealed record PlatformCall(string OperationId, string Actor, string Reason)
{
    /// <summary>Act only while <see cref="TargetStatus.Generation"/> still is this one; null: whatever it is.</summary>
    public long? IfGeneration { get; init; }
}

public enum PlatformAction
{
    Restart,
    RollBack,

    /// <summary>Replace what runs by another version, in place: new processes answer before old ones end.</summary>
    Deploy,

    /// <summary>The same with downtime: the old version ends before the new one starts.</summary>
    Recreate,

    /// <summary>Start a version beside the one that runs, with a share of the traffic that can be set.</summary>
    Candidate,

    /// <summary>Keep a copy of its data.</summary>
    BackUp,

    /// <summary>Run more or fewer processes of it.</summary>
    Scale,

    /// <summary>Change how much memory each of its processes may have.</summary>
    MemoryLimit,
}

/// <param name="Restart">It can restart a target.</param>
/// <param name="RollBack">It can run an earlier release again.</param>
/// <param name="KeepsOperationIds">It keeps the id of a request and can be asked for it, with reads that see earlier writes.</param>
public sealed record PlatformCapabilities(bool Restart, bool RollBack, bool KeepsOperationIds)
{
    /// <summary>What it can do to a service, by the platform's name of it; a service that is not here can have done what the platform can do at all.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<PlatformAction>> ByService { get; init; } = new Dictionary<string, IReadOnlySet<PlatformAction>>();

    /// <summary>Services, by the platform's names, of which it measures each version by itself.</summary>
    public IReadOnlySet<string> ByVersion { get; init; } = new HashSet<string>();

    public bool Can(PlatformAction action, PlatformTarget target) =>
        ByService.GetValueOrDefault(target.PlatformName) is { } actions ? actions.Contains(action)
        : action switch { PlatformAction.Restart => Restart, PlatformAction.RollBack => RollBack, _ => false };

    /// <summary>Metrics can be asked for one version of it, of the platform or of somebody else: what a judgement of new against old needs.</summary>
    public bool MeasuresVersions(PlatformTarget target) => ByVersion.Contains(target.PlatformName) || target.VersionMetrics is not null;
}

public enum TargetState
{
    Running,
    Degraded,
    Starting,
    Stopped,
    Crashed,
    Unknown,
}

/// <summary>How a target is, by its platform.</summary>
public sealed record TargetStatus
{
    public required TargetState State { get; init; }
    public string? Version { get; init; }
    public string? Digest { get; init; }
    public DateTimeOffset? DeployedAt { get; init; }
    public string? DeployedBy { get; init; }
    public int? ReadyReplicas { get; init; }
    public int? DesiredReplicas { get; init; }
    public int Restarts { get; init; }

    /// <summary>How its last process ended, when it ended otherwise than by request.</summary>
    public LastExit? LastExit { get; init; }
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How much memory each of its processes may have, in bytes; null: without a limit, or the platform does not tell.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>It repairs itself after a crash, as a database that replays its log does: a restart would begin that anew.</summary>
    public bool Recovering { get; init; }

    /// <summary>One line of the platform for people; null: nothing to add.</summary>
    public string? Detail { get; init; }

    /// <summary>The version that runs beside it for a share of the traffic; null: none.</summary>
    public Candidate? Candidate { get; init; }

    /// <summary>A candidate's share of the traffic is one of whole processes, of which there are so many without it (<see cref="CandidateShare"/>); null: any share is possible.</summary>
    public int? SharedProcesses { get; init; }

    /// <summary>Names of the environment variables that are set for it; null where the platform does not tell.</summary>
    public IReadOnlyList<string>? Variables { get; init; }

    /// <summary>When the newest whole copy of its data began, by whomever; null where there is none or the platform does not tell.</summary>
    public DateTimeOffset? LastBackupAt { get; init; }

    /// <summary>Grows with everything that is done to the target; null where the platform does not count. For fingerprints.</summary>
    public long? Generation { get; init; }
}

/// <summary>A version beside the one that runs.</summary>
/// <param name="Percent">Its share of the traffic, 0 to 100.</param>
public sealed record Candidate(string Version, TargetState State, int Percent, string? Detail);

/// <param name="Reason">The platform's own word for it.</param>
public sealed record LastExit(int? Code, int? Signal, bool OomKilled, DateTimeOffset At, string? Reason);

public sealed record Release
{
    public required string Version { get; init; }
    public string? Commit { get; init; }
    public string? Author { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? DeployedAt { get; init; }
    public bool Current { get; init; }

    /// <summary>What the version is made of, such as <c>sha256:…</c>; null where the platform has none.</summary>
    public string? Digest { get; init; }

    /// <summary>The database schema it needs; releases list them in rising order. Null: not declared.</summary>
    public string? SchemaVersion { get; init; }

    /// <summary>The oldest version of the application that <see cref="SchemaVersion"/> still serves. Null: not declared.</summary>
    public string? ServesBackTo { get; init; }

    /// <summary>Names of the migrations that it brings; empty: none, or not declared.</summary>
    public IReadOnlyList<string> Migrations { get; init; } = [];

    /// <summary>Whether its commit's checks passed; null: the platform does not know.</summary>
    public bool? ChecksPassed { get; init; }

    /// <summary>Names of the environment variables that it cannot start without.</summary>
    public IReadOnlyList<string> RequiredVariables { get; init; } = [];
}

/// <param name="Kind">deploy, rollback, restart, config or scale.</param>
/// <param name="Version">The one that runs after it.</param>
public sealed record TargetChange(string Kind, DateTimeOffset At, string? Actor, string? Version, string? Text)
{
    public string? FromVersion { get; init; }

    /// <summary>The platform did it by itself, such as a restart after a crash.</summary>
    public bool Automatic { get; init; }

    /// <summary>Null while it runs; false: it failed.</summary>
    public bool? Succeeded { get; init; }
}

/// <param name="Until">Null: until now.</param>
/// <param name="Limit">At most so many lines, the newest; null: all.</param>
public sealed record LogWindow(DateTimeOffset Since, DateTimeOffset? Until, int? Limit);

public sealed record LogLine(DateTimeOffset At, string Text, string? Instance);

/// <summary>One measured quantity over time.</summary>
/// <param name="Name">cpu, memory, connections, requests, error_rate, latency_p50, latency_p99, restarts, disk, requests_total, errors_total or the source's own name.</param>
/// <param name="Unit">percent, bytes, count, per_second, ratio, ms.</param>
/// <param name="Limit">What it must not reach, in the same unit; null where there is none.</param>
/// <param name="Points">Oldest first; values may be NaN, which means "not measured".</param>
public sealed record MetricSeries(string Name, string Unit, double? Limit, IReadOnlyList<MetricPoint> Points)
{
    /// <summary>So much time before its own each point stands for, as a rate does; zero: the moment, or the time since the point before.</summary>
    public TimeSpan Over { get; init; }

    /// <summary>Why it was not measured, or not whole, for people. Such a figure proves nothing, neither good nor bad.</summary>
    public string? Doubt { get; init; }
}

public readonly record struct MetricPoint(DateTimeOffset At, double Value);

public enum PlatformOperationState
{
    Running,
    Succeeded,
    Failed,
}

public sealed record PlatformOperation(string Id, PlatformOperationState State, string? Message, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);
