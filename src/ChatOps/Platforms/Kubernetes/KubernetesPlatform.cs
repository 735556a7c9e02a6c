using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>Deployments, stateful sets and daemon sets of one namespace, by the API server alone.</summary>
public sealed class KubernetesPlatform : IPlatform, IDisposable
{
    private static readonly TimeSpan CapabilitiesAge = TimeSpan.FromMinutes(1);

    private readonly PlatformDefinition definition;
    private readonly KubernetesSettings settings;
    private readonly IReadOnlyCollection<string> services;
    private readonly TimeProvider time;
    private readonly KubernetesCalls calls;
    private readonly WorkloadReads reads;
    private readonly WorkloadChanges changes;
    private (PlatformCapabilities Value, DateTimeOffset At)? capabilities;

    /// <param name="services">The names that the catalog uses on this platform: what can be done to each is read from the cluster.</param>
    public KubernetesPlatform(PlatformDefinition definition, IReadOnlyCollection<string> services, TimeProvider time)
    {
        this.definition = definition;
        settings = (KubernetesSettings)definition.Settings!;
        this.services = services;
        this.time = time;
        calls = new(definition, time);
        reads = new(calls);
        changes = new(calls, reads, time);
    }

    public static PlatformOffer Offer { get; } = new("kubernetes", "Kubernetes")
    {
        Actions = new Dictionary<PlatformAction, string>
        {
            [PlatformAction.Restart] = "rollout restart",
            [PlatformAction.RollBack] = "to any kept revision",
            [PlatformAction.Deploy] = "image of a named container",
            [PlatformAction.Recreate] = "where the workload's strategy is Recreate",
        },
        Releases = "ReplicaSets or ControllerRevisions",
        Logs = "all pods at once, the previous container too",
        Usage = "metrics.k8s.io against requests and limits",
        OperationIds = "an annotation on the workload",
    };

    public string Name => definition.Name;

    public async Task<PlatformCapabilities> CapabilitiesAsync(CancellationToken cancellationToken)
    {
        if (capabilities is { } known && time.GetUtcNow() - known.At < CapabilitiesAge) return known.Value;
        var value = await InTimeAsync(async patience =>
        {
            var each = await Task.WhenAll(services.Select(async s => (Name: s, Actions: await ActionsAsync(s, patience))));
            return new PlatformCapabilities(Restart: true, RollBack: true, KeepsOperationIds: true) { ByService = each.ToDictionary(e => e.Name, e => e.Actions, StringComparer.Ordinal) };
        }, cancellationToken);
        capabilities = (value, time.GetUtcNow());
        return value;
    }

    public Task<TargetStatus> StatusAsync(PlatformTarget target, CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        var workload = await reads.ReadAsync(target, patience);
        var warnings = WarningsAsync(workload, patience);
        var revisions = await reads.RevisionsAsync(workload, patience);
        var pods = await reads.PodsAsync(workload, revisions, patience);
        return new WorkloadStatus(calls.Failures, workload, revisions, pods, await warnings).Read(time.GetUtcNow());
    }, cancellationToken);

    public Task<IReadOnlyList<Release>> ReleasesAsync(PlatformTarget target, CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        var workload = await reads.ReadAsync(target, patience);
        workload.TheContainer();
        return new WorkloadHistory(calls.Failures, workload, await reads.RevisionsAsync(workload, patience)).Releases();
    }, cancellationToken);

    public Task<IReadOnlyList<TargetChange>> ChangesAsync(PlatformTarget target, DateTimeOffset since, CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        var workload = await reads.ReadAsync(target, patience);
        var revisions = await reads.RevisionsAsync(workload, patience);
        return new WorkloadHistory(calls.Failures, workload, revisions).Changes(await reads.PodsAsync(workload, revisions, patience), since);
    }, cancellationToken);

    public async IAsyncEnumerable<LogLine> LogsAsync(PlatformTarget target, LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (container, pods) = await InTimeAsync(async patience =>
        {
            var (workload, pods) = await PodsAsync(target, patience);
            return (workload.TheContainer().Text("name"), pods);
        }, cancellationToken);
        await foreach (var line in new KubernetesLog(calls, container).ReadAsync(pods, window, cancellationToken)) yield return line;
    }

    public Task<IReadOnlyList<MetricSeries>> MetricsAsync(PlatformTarget target, string? version, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        if (version is not null) throw KubernetesFailures.NotDone($"{Name} does not measure {target.PlatformName} by version", "unsupported");
        var (workload, pods) = await PodsAsync(target, patience);
        try
        {
            return KubernetesMetrics.Read(workload, pods, await calls.ReadAsync(calls.Path(KubernetesMetrics.Api, ["pods"], ("labelSelector", workload.Selector)), patience), since, until);
        }
        catch (PlatformException e) when (e.Code is "NotFound" or "http_404")
        {
            throw new PlatformException($"{Name} has no metrics-server: what {workload.Name} uses is not measured", CallOutcome.NotDone, e) { Code = "no_metrics" };
        }
    }, cancellationToken);

    public Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => changes.RestartAsync(target, call, patience), cancellationToken);

    public Task<PlatformOperation> RollBackAsync(PlatformTarget target, string toVersion, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => changes.RollBackAsync(target, toVersion, call, patience), cancellationToken);

    public Task<PlatformOperation> DeployAsync(PlatformTarget target, string version, bool recreate, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => changes.DeployAsync(target, version, recreate, call, patience), cancellationToken);

    public Task<PlatformOperation> StartCandidateAsync(PlatformTarget target, string version, PlatformCall call, CancellationToken cancellationToken) => Cannot("start a version beside the one that runs");

    public Task<PlatformOperation> SetWeightAsync(PlatformTarget target, int percent, PlatformCall call, CancellationToken cancellationToken) => Cannot("split the traffic of a service");

    public Task<PlatformOperation> PromoteAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => Cannot("start a version beside the one that runs");

    public Task<PlatformOperation> DropCandidateAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => Cannot("start a version beside the one that runs");

    public Task<PlatformOperation> BackUpAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => Cannot("copy a service's data");

    public Task<PlatformOperation> ScaleAsync(PlatformTarget target, int replicas, PlatformCall call, CancellationToken cancellationToken) => Cannot("change how many pods run");

    public Task<PlatformOperation> SetMemoryLimitAsync(PlatformTarget target, long bytes, PlatformCall call, CancellationToken cancellationToken) => Cannot("change a memory limit");

    public Task<PlatformOperation?> FindOperationAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken) =>
        InTimeAsync(patience => changes.FindAsync(target, operationId, patience), cancellationToken);

    public string CommandByHand(PlatformTarget target, PlatformAction action, string? version) =>
        KubectlCommand.For(settings, WorkloadReads.NameOf(target), action, version);

    public Task<PlatformReach> ReachAsync(CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        var version = calls.Failures.CleanOrNull((await calls.ReadAsync("/version", patience)).Text("gitVersion"));
        // An API server answers those too who may nothing there: by its own word for each right.
        var kinds = services.Select(WorkloadName.Parse).OfType<WorkloadName>().Select(n => n.Kind).ToHashSet();
        var answers = await Task.WhenAll(KubernetesRights.For(kinds).Select(async right => (Right: right, Answer: await calls.SendAsync(
            HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", KubernetesRights.Review(right, settings.Namespace), "application/json", effect: false, patience))));
        return new PlatformReach($"Kubernetes {version}", [.. answers.Where(a => !a.Answer.Flag("status", "allowed")).Select(a =>
            new MissingRight($"may not {a.Right}", "Apply manifest/kubernetes/rights in its namespace, or give the account this verb."))]);
    }, cancellationToken);

    public void Dispose() => calls.Dispose();

    private async Task<IReadOnlySet<PlatformAction>> ActionsAsync(string service, Patience patience)
    {
        try
        {
            var workload = await reads.ReadAsync(new(new(service, ""), service), patience);
            var actions = new HashSet<PlatformAction>();
            if (workload.OnDelete) return actions;
            actions.Add(PlatformAction.Restart);
            if (workload.Container(workload.Template) is null) return actions;
            actions.Add(PlatformAction.RollBack);
            actions.Add(workload.Recreates ? PlatformAction.Recreate : PlatformAction.Deploy);
            return actions;
        }
        // One workload that is not there must not take the others' actions away.
        catch (PlatformException e) when (e.Code is "NotFound" or "Forbidden" or "service_unknown")
        {
            return new HashSet<PlatformAction>();
        }
    }

    private async Task<(Workload, IReadOnlyList<JsonNode>)> PodsAsync(PlatformTarget target, Patience patience)
    {
        var workload = await reads.ReadAsync(target, patience);
        var revisions = workload.Name.Kind == WorkloadKind.Deployment ? await reads.RevisionsAsync(workload, patience) : [];
        return (workload, await reads.PodsAsync(workload, revisions, patience));
    }

    private async Task<IReadOnlyList<JsonNode>> WarningsAsync(Workload workload, Patience patience)
    {
        try
        {
            return await reads.WarningsAsync(workload, patience);
        }
        // They are an addition; doctor tells that the right is missing.
        catch (PlatformException e) when (e.Code == "Forbidden")
        {
            return [];
        }
    }

    private async Task<T> InTimeAsync<T>(Func<Patience, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var deadline = calls.Deadline(cancellationToken);
        return await ask(new(cancellationToken, deadline.Token));
    }

    private Task<PlatformOperation> Cannot(string what) => Task.FromException<PlatformOperation>(KubernetesFailures.NotDone($"{Name} cannot {what}", "unsupported"));
}
