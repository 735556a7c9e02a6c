using System.Collections.Concurrent;
using ChatOps.Deployments;
using ChatOps.Platforms;

namespace ChatOps.Tests.Deployments;

/// <summary>A platform in memory that does what it is asked at once, keeps ids, and goes wrong as it is told. It counts what took effect.</summary>
internal sealed class FakeDeployPlatform(TimeProvider time) : IPlatform
{
    private readonly ConcurrentDictionary<string, PlatformOperation> known = new(StringComparer.Ordinal);

    /// <summary>Each call that took effect, in order: "deploy v42", "weight 5".</summary>
    public ConcurrentQueue<string> Done { get; } = new();

    /// <summary>Each call that arrived, those that the ids made harmless too.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    public string? Version { get; set; } = "v40";
    public Candidate? Candidate { get; set; }
    public bool KeepsIds { get; set; } = true;

    /// <summary>It finds the ids that it has, and cannot say that it has all.</summary>
    public bool FindsIds { get; set; }
    public TargetState State { get; set; } = TargetState.Running;
    public bool Healthy { get; set; } = true;
    public DateTimeOffset? LastBackupAt { get; set; }

    /// <summary>Null: it does not count what is done to it.</summary>
    public long? Generation { get; set; } = 7;
    public IReadOnlyList<Release> Releases { get; set; } = TestFacts.Good.Releases!;

    /// <summary>What is between two versions; null: it knows no commits.</summary>
    public Func<string, string, CommitRange?> Between { get; set; } = (_, _) => null;

    /// <summary>It does not answer reads.</summary>
    public bool Away { get; set; }

    /// <summary>What each version serves in a minute; null: nothing is measured.</summary>
    public Func<string, CanarySample?> Numbers { get; set; } = _ => new(600, 0, 20, 50);

    /// <summary>Asked before a call takes effect, by its words.</summary>
    public Action<string> Before { get; set; } = _ => { };

    /// <summary>Asked after a call took effect.</summary>
    public Action<string> After { get; set; } = _ => { };

    /// <summary>Calls that fail after they were taken, with what the platform says.</summary>
    public Dictionary<string, string> Failing { get; } = new(StringComparer.Ordinal);

    /// <summary>Calls that never end.</summary>
    public HashSet<string> Endless { get; } = new(StringComparer.Ordinal);

    /// <summary>What it says when it is asked to end a call early; null: it ends nothing.</summary>
    public Func<bool>? EndsEarly { get; set; }

    /// <summary>How often that was asked.</summary>
    public int AskedToEnd { get; private set; }

    public string Name => "fake";

    public Task<PlatformCapabilities> CapabilitiesAsync(CancellationToken cancellationToken) => Task.FromResult(new PlatformCapabilities(true, true, KeepsIds)
    {
        ByService = new Dictionary<string, IReadOnlySet<PlatformAction>> { ["shop"] = Enum.GetValues<PlatformAction>().ToHashSet() },
        ByVersion = new HashSet<string> { "shop" },
    });

    public Task<TargetStatus> StatusAsync(PlatformTarget target, CancellationToken cancellationToken) => Read(new TargetStatus { State = State, Version = Version, Candidate = Candidate, Generation = Generation, LastBackupAt = LastBackupAt });

    public Task<IReadOnlyList<Release>> ReleasesAsync(PlatformTarget target, CancellationToken cancellationToken) => Read(Releases);

    public Task<IReadOnlyList<TargetChange>> ChangesAsync(PlatformTarget target, DateTimeOffset since, CancellationToken cancellationToken) => Read<IReadOnlyList<TargetChange>>([]);

    public IAsyncEnumerable<LogLine> LogsAsync(PlatformTarget target, LogWindow window, CancellationToken cancellationToken) => AsyncEnumerable.Empty<LogLine>();

    public Task<IReadOnlyList<MetricSeries>> MetricsAsync(PlatformTarget target, string? version, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (Numbers(version!) is not { } a) return Read<IReadOnlyList<MetricSeries>>([]);
        var minutes = (until - since).TotalMinutes;
        MetricSeries Total(string name, double perMinute) => new(name, "count", null, [new(since, 0), new(until, Math.Floor(perMinute * minutes))]);
        MetricSeries Value(string name, double value) => new(name, "ms", null, [new(until, value)]);
        return Read<IReadOnlyList<MetricSeries>>([Total("requests_total", a.Requests), Total("errors_total", a.Errors), Value("latency_p50", a.P50Ms), Value("latency_p99", a.P99Ms)]);
    }

    public Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => throw new NotSupportedException("Nobody registered a restart.");

    public Task<PlatformOperation> RollBackAsync(PlatformTarget target, string toVersion, PlatformCall call, CancellationToken cancellationToken) => DoAsync(call, $"rollback {toVersion}", () => Version = toVersion);

    public Task<PlatformOperation> DeployAsync(PlatformTarget target, string version, bool recreate, PlatformCall call, CancellationToken cancellationToken) =>
        DoAsync(call, $"{(recreate ? "recreate" : "deploy")} {version}", () => Version = version);

    public Task<PlatformOperation> StartCandidateAsync(PlatformTarget target, string version, PlatformCall call, CancellationToken cancellationToken) =>
        DoAsync(call, $"candidate {version}", () => Candidate = new(version, TargetState.Running, 0, null));

    public Task<PlatformOperation> SetWeightAsync(PlatformTarget target, int percent, PlatformCall call, CancellationToken cancellationToken) =>
        DoAsync(call, $"weight {percent}", () => Candidate = Candidate! with { Percent = percent });

    public Task<PlatformOperation> PromoteAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) =>
        DoAsync(call, "promote", () => (Version, Candidate) = (Candidate!.Version, null));

    public Task<PlatformOperation> DropCandidateAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => DoAsync(call, "drop", () => Candidate = null);

    public Task<PlatformOperation> BackUpAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => DoAsync(call, "backup", () => { });

    public Task<PlatformOperation?> FindOperationAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken) =>
        KeepsIds || (FindsIds && known.ContainsKey(operationId)) ? Read(known.GetValueOrDefault(operationId))
            : Task.FromException<PlatformOperation?>(new PlatformException("fake keeps no ids.", CallOutcome.Unknown) { Code = "ids_not_kept" });

    public Task<PlatformOperation> ScaleAsync(PlatformTarget target, int replicas, PlatformCall call, CancellationToken cancellationToken) => DoAsync(call, "scale", () => { });

    public Task<PlatformOperation> SetMemoryLimitAsync(PlatformTarget target, long bytes, PlatformCall call, CancellationToken cancellationToken) => DoAsync(call, "memory", () => { });

    public Task<bool> CancelAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken)
    {
        AskedToEnd++;
        if (EndsEarly?.Invoke() is not true) return Task.FromResult(false);
        known[operationId] = known[operationId] with { State = PlatformOperationState.Failed, Message = "run 7 failed (cancelled)" };
        return Task.FromResult(true);
    }

    public Task<CommitRange?> CommitsAsync(PlatformTarget target, string fromVersion, string toVersion, CancellationToken cancellationToken) => Read(Between(fromVersion, toVersion));

    public Task<PlatformReach> ReachAsync(CancellationToken cancellationToken) => Task.FromResult(new PlatformReach("answers", []));

    public string CommandByHand(PlatformTarget target, PlatformAction action, string? version) => $"fakectl {action} {version}";

    /// <summary>What never ended has failed.</summary>
    public void Fail(string why)
    {
        foreach (var (id, operation) in known.Where(k => k.Value.State == PlatformOperationState.Running)) known[id] = operation with { State = PlatformOperationState.Failed, Message = why };
    }

    private Task<PlatformOperation> DoAsync(PlatformCall call, string what, Action effect)
    {
        Received.Enqueue(what);
        Before(what);
        if (known.TryGetValue(call.OperationId, out var before) && KeepsIds) return Task.FromResult(before);
        Done.Enqueue(what);
        var fails = Failing.GetValueOrDefault(what);
        var state = Endless.Contains(what) ? PlatformOperationState.Running : fails is null ? PlatformOperationState.Succeeded : PlatformOperationState.Failed;
        if (state == PlatformOperationState.Succeeded) effect();
        var operation = new PlatformOperation(call.OperationId, state, fails ?? "done", time.GetUtcNow(), null);
        known[call.OperationId] = operation;
        After(what);
        return Task.FromResult(operation);
    }

    private Task<T> Read<T>(T value) => Away ? Task.FromException<T>(new PlatformException("fake gave no answer in 5 s.", CallOutcome.NotDone)) : Task.FromResult(value);
}
