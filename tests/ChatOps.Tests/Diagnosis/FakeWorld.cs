using System.Runtime.CompilerServices;
using ChatOps.Catalog;
using ChatOps.Diagnosis;
using ChatOps.Platforms;
using ChatOps.Telemetry;
using static ChatOps.Tests.Diagnosis.Facts;

namespace ChatOps.Tests.Diagnosis;

/// <summary>A clock that stands where a test puts it.</summary>
internal sealed class StillClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>Platform, logs, metrics and probes as a test wants them; what nobody registered is an empty answer, never an invented one.</summary>
internal sealed class FakeWorld : IPlatform
{
    public Dictionary<string, TargetStatus> Status { get; } = [];
    public Dictionary<string, IReadOnlyList<TargetChange>> Changes { get; } = [];
    public Dictionary<string, IReadOnlyList<Release>> Releases { get; } = [];
    public Dictionary<string, IReadOnlyList<LogLine>> Lines { get; } = [];
    public Dictionary<string, IReadOnlyList<MetricSeries>> Series { get; } = [];
    public Dictionary<string, IReadOnlyList<(string Probe, bool Healthy)>> Health { get; } = [];
    public Dictionary<string, IReadOnlyList<(string Probe, bool Healthy)>> Checks { get; } = [];

    /// <summary>"logs shop", "status pay": these never answer and do not listen to their cancellation.</summary>
    public HashSet<string> Hangs { get; } = [];

    /// <summary>When probes are asked.</summary>
    public DateTimeOffset Asked { get; set; } = At(30);

    public string Name => "p";

    public ServiceCatalog Catalog { get; } = World with
    {
        Services = World.Services.ToDictionary(s => s.Key, s => s.Value with
        {
            Environments = new Dictionary<string, ServiceEnvironment>
            {
                ["production"] = new() { Platform = "p", PlatformName = s.Key, Health = [Probe("ready")], Checks = s.Key is "shop" or "shop-db" ? [Probe(s.Key == "shop" ? "login" : "query")] : [] },
            },
        }),
    };

    public DiagnosisSources Sources => new()
    {
        PlatformOf = t => (this, new(t, t.Service)),
        LogsOf = t => [new Logs(this, t)],
        MetricsOf = t => [new Metrics(this, t)],
        ProbeAsync = async (t, checks, _) =>
        {
            await Maybe($"{(checks ? "checks" : "health")} {t.Service}");
            return [.. ((checks ? Checks : Health).GetValueOrDefault(t.Service) ?? [(checks ? "login" : "ready", true)]).Select(p => new ProbeResult(t, p.Probe, p.Healthy, p.Healthy ? "200" : "500", Asked, TimeSpan.FromMilliseconds(12)))];
        },
    };

    /// <summary>What can be done to a service, where it is other than to restart it and to go back.</summary>
    public Dictionary<string, IReadOnlySet<PlatformAction>> Can { get; } = [];

    public Task<PlatformCapabilities> CapabilitiesAsync(CancellationToken cancellationToken) => Task.FromResult(new PlatformCapabilities(true, true, KeepsIds) { ByService = Can });

    public async Task<TargetStatus> StatusAsync(PlatformTarget target, CancellationToken cancellationToken)
    {
        await Maybe($"status {target.PlatformName}");
        return Status.GetValueOrDefault(target.PlatformName) ?? new() { State = TargetState.Running, Version = "v42", StartedAt = At(-500) };
    }

    public Task<IReadOnlyList<Release>> ReleasesAsync(PlatformTarget target, CancellationToken cancellationToken) => Task.FromResult(Releases.GetValueOrDefault(target.PlatformName) ?? []);

    public Task<IReadOnlyList<TargetChange>> ChangesAsync(PlatformTarget target, DateTimeOffset since, CancellationToken cancellationToken) => Task.FromResult(Changes.GetValueOrDefault(target.PlatformName) ?? []);

    public IAsyncEnumerable<LogLine> LogsAsync(PlatformTarget target, LogWindow window, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<MetricSeries>> MetricsAsync(PlatformTarget target, string? version, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What a restart or a rollback does; null: refused, since no test registered it.</summary>
    public Func<PlatformCall, PlatformOperation>? OnChange { get; set; }

    /// <summary>What the platform knows of earlier requests.</summary>
    public Dictionary<string, PlatformOperation> Known { get; } = [];
    public List<(string Kind, string Service, string? Version, PlatformCall Call)> Calls { get; } = [];
    public bool KeepsIds { get; set; } = true;

    public Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => ChangeAsync("restart", target, null, call);

    public Task<PlatformOperation> RollBackAsync(PlatformTarget target, string toVersion, PlatformCall call, CancellationToken cancellationToken) => ChangeAsync("rollback", target, toVersion, call);

    public Task<PlatformOperation> DeployAsync(PlatformTarget target, string version, bool recreate, PlatformCall call, CancellationToken cancellationToken) => ChangeAsync(recreate ? "recreate" : "deploy", target, version, call);

    public Task<PlatformOperation> StartCandidateAsync(PlatformTarget target, string version, PlatformCall call, CancellationToken cancellationToken) => ChangeAsync("candidate", target, version, call);

    public Task<PlatformOperation> SetWeightAsync(PlatformTarget target, int percent, PlatformCall call, CancellationToken cancellationToken) => ChangeAsync($"weight {percent}", target, null, call);

    public Task<PlatformOperation> PromoteAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => ChangeAsync("promote", target, null, call);

    public Task<PlatformOperation> DropCandidateAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => ChangeAsync("drop-candidate", target, null, call);

    public Task<PlatformOperation> BackUpAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => ChangeAsync("backup", target, null, call);

    public Task<PlatformOperation?> FindOperationAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken) => Task.FromResult(Known.GetValueOrDefault(operationId));

    private Task<PlatformOperation> ChangeAsync(string kind, PlatformTarget target, string? version, PlatformCall call)
    {
        Calls.Add((kind, target.PlatformName, version, call));
        var operation = OnChange is { } change ? change(call) : throw new PlatformException("p refuses it", CallOutcome.NotDone);
        Known[call.OperationId] = operation;
        return Task.FromResult(operation);
    }

    public Task<PlatformOperation> ScaleAsync(PlatformTarget target, int replicas, PlatformCall call, CancellationToken cancellationToken) => ChangeAsync("scale", target, replicas.ToString(System.Globalization.CultureInfo.InvariantCulture), call);

    public Task<PlatformOperation> SetMemoryLimitAsync(PlatformTarget target, long bytes, PlatformCall call, CancellationToken cancellationToken) => ChangeAsync("memory", target, bytes.ToString(System.Globalization.CultureInfo.InvariantCulture), call);

    public Task<PlatformReach> ReachAsync(CancellationToken cancellationToken) => Task.FromResult(new PlatformReach("answers", []));

    public string CommandByHand(PlatformTarget target, PlatformAction action, string? version) => $"p {action} {target.PlatformName} {version}".Trim();

    private Task Maybe(string what) => Hangs.Contains(what) ? new TaskCompletionSource().Task : Task.CompletedTask;

    public ChatOps.Deployments.TargetAccess Access => new() { PlatformOf = Sources.PlatformOf, ProbeAsync = Sources.ProbeAsync };

    private static ProbeDefinition Probe(string name) => new() { Name = name, Type = ProbeType.Http, Address = "http://127.0.0.1/" };

    private sealed class Logs(FakeWorld world, Target target) : ILogSource
    {
        public string Name => $"log of {target.Service}";

        public async IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var line in world.Lines.GetValueOrDefault(target.Service) ?? [])
                if (line.At >= window.Since && (window.Until is null || line.At < window.Until)) yield return line;
            await world.Maybe($"logs {target.Service}");
        }
    }

    private sealed class Metrics(FakeWorld world, Target target) : IMetricSource
    {
        public string Name => $"metrics of {target.Service}";

        public async Task<IReadOnlyList<MetricSeries>> ReadAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
        {
            await world.Maybe($"metrics {target.Service}");
            return world.Series.GetValueOrDefault(target.Service) ?? [];
        }
    }
}
