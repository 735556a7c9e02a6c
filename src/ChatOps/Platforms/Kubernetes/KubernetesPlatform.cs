using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>Deployments, stateful sets and daemon sets of one namespace, by the API server alone.</summary>
public sealed class KubernetesPlatform : IPlatform, IDisposable
{
    private readonly PlatformDefinition definition;
    private readonly KubernetesSettings settings;
    private readonly IReadOnlyCollection<string> services;
    private readonly TimeProvider time;
    private readonly KubernetesCalls calls;
    private readonly WorkloadReads reads;
    private readonly WorkloadChanges changes;
    private readonly CandidateChanges candidates;
    private readonly KeptCapabilities capabilities;

    /// <param name="services">The names that the catalog uses on this platform: what can be done to each is read from the cluster.</param>
    public KubernetesPlatform(PlatformDefinition definition, IReadOnlyCollection<string> services, TimeProvider time)
    {
        this.definition = definition;
        settings = (KubernetesSettings)definition.Settings!;
        this.services = services;
        this.time = time;
        capabilities = new(time);
        calls = new(definition, time);
        reads = new(calls);
        var steps = new CandidateSteps(calls, reads, time);
        changes = new(calls, reads, steps, time);
        candidates = new(changes, reads, steps);
    }

    public static PlatformOffer Offer { get; } = new("kubernetes", "Kubernetes")
    {
        Actions = new Dictionary<PlatformAction, string>
        {
            [PlatformAction.Restart] = "rollout restart",
            [PlatformAction.RollBack] = "to any kept revision",
            [PlatformAction.Deploy] = "image of a named container",
            [PlatformAction.Recreate] = "where the workload's strategy is Recreate",
            [PlatformAction.Candidate] = "a second Deployment with a share of the replicas, where no autoscaler sets them",
            [PlatformAction.Scale] = "replicas, where no autoscaler sets them",
            [PlatformAction.MemoryLimit] = "limit of a named container",
        },
        Releases = "ReplicaSets or ControllerRevisions",
        Logs = "all pods at once, the previous container too",
        Usage = "metrics.k8s.io against requests and limits",
        OperationIds = "an annotation on the workload",
    };

    public string Name => definition.Name;

    public Task<PlatformCapabilities> CapabilitiesAsync(CancellationToken cancellationToken) => capabilities.GetAsync(() => InTimeAsync(async patience =>
    {
        var actions = new WorkloadActions(reads, await FactsAsync(patience));
        var each = await Task.WhenAll(services.Select(async s => (Name: s, Actions: await actions.OfAsync(s, patience))));
        return new PlatformCapabilities(Restart: true, RollBack: true, KeepsOperationIds: true) { ByService = each.ToDictionary(e => e.Name, e => e.Actions, StringComparer.Ordinal) };
    }, cancellationToken));

    public Task<TargetStatus> StatusAsync(PlatformTarget target, CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        var workload = await reads.ReadAsync(target, patience);
        var warnings = ReadableAsync(reads.WarningsAsync(workload, patience));
        var revisions = await reads.RevisionsAsync(workload, patience);
        var pods = await reads.PodsAsync(workload, revisions, patience);
        var status = new WorkloadStatus(calls.Failures, workload, revisions, pods, await warnings ?? []).Read(time.GetUtcNow());
        var candidate = await CandidateAsync(workload, patience);
        // Scaled to nothing, since all traffic goes to what serves in its place.
        if (workload.Desired == 0 && candidate is { Status: { ReadyReplicas: > 0 } serving })
            status = status with { State = serving.State, ReadyReplicas = serving.ReadyReplicas, DesiredReplicas = serving.DesiredReplicas };
        return status with { Candidate = candidate?.Shown, SharedProcesses = CandidateChanges.Unfit(workload) is null ? CandidateDeployment.ReplicasOf(workload) : null };
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

    public Task<PlatformOperation> StartCandidateAsync(PlatformTarget target, string version, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => candidates.StartAsync(target, version, call, patience), cancellationToken);

    public Task<PlatformOperation> SetWeightAsync(PlatformTarget target, int percent, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => candidates.SetWeightAsync(target, percent, call, patience), cancellationToken);

    public Task<PlatformOperation> PromoteAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => candidates.PromoteAsync(target, call, patience), cancellationToken);

    public Task<PlatformOperation> DropCandidateAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => candidates.DropAsync(target, call, patience), cancellationToken);

    public Task<PlatformOperation> BackUpAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) =>
        Task.FromException<PlatformOperation>(KubernetesFailures.NotDone($"{Name} cannot copy a service's data", "unsupported"));

    public Task<PlatformOperation> ScaleAsync(PlatformTarget target, int replicas, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => changes.ScaleAsync(target, replicas, call, patience), cancellationToken);

    public Task<PlatformOperation> SetMemoryLimitAsync(PlatformTarget target, long bytes, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => changes.SetMemoryLimitAsync(target, bytes, call, patience), cancellationToken);

    /// <summary>Of an operation on a workload and its candidate it also does what waited for pods: <see cref="CandidateSteps"/>.</summary>
    public Task<PlatformOperation?> FindOperationAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken) =>
        InTimeAsync(patience => changes.FindAsync(target, operationId, patience), cancellationToken);

    public string CommandByHand(PlatformTarget target, PlatformAction action, string? version) =>
        KubectlCommand.For(settings, WorkloadReads.NameOf(target), action, version);

    public Task<PlatformReach> ReachAsync(CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        var version = calls.Failures.CleanOrNull((await calls.ReadAsync("/version", patience)).Text("gitVersion"));
        // An API server answers those too who may nothing there: by its own word for each right.
        var answers = await Task.WhenAll(KubernetesRights.For(Kinds()).Select(async right => (Right: right, May: await MayAsync(right, patience))));
        return new PlatformReach($"Kubernetes {version}", [.. answers.Where(a => !a.May).Select(a =>
            new MissingRight($"may not {a.Right}", "Apply manifest/kubernetes/rights in its namespace, or give the account this verb."))]);
    }, cancellationToken);

    public void Dispose() => calls.Dispose();

    private HashSet<WorkloadKind> Kinds() => services.Select(WorkloadName.Parse).OfType<WorkloadName>().Select(n => n.Kind).ToHashSet();

    private async Task<bool> MayAsync(KubernetesRight right, Patience patience) => (await calls.SendAsync(
        HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", KubernetesRights.Review(right, settings.Namespace), "application/json", effect: false, patience)).Flag("status", "allowed");

    private async Task<NamespaceFacts> FactsAsync(Patience patience)
    {
        if (Kinds().All(k => k == WorkloadKind.DaemonSet)) return new(null, MakesCandidates: false);
        var scalers = ReadableAsync(reads.ScalersAsync(patience));
        var may = await Task.WhenAll(KubernetesRights.ForCandidates.Select(r => MayAsync(r, patience)));
        return new(await scalers, may.All(m => m));
    }

    private async Task<(Candidate Shown, TargetStatus Status)?> CandidateAsync(Workload workload, Patience patience)
    {
        if (await reads.CandidateAsync(workload, patience) is not { } beside) return null;
        var image = beside.Container(beside.Template).Text("image");
        // What became the workload's own version serves beside it only until that is all there.
        if (image is null || image == workload.Container(workload.Template).Text("image")) return null;
        var revisions = await reads.RevisionsAsync(beside, patience);
        var status = new WorkloadStatus(calls.Failures, beside, revisions, await reads.PodsAsync(beside, revisions, patience), []).Read(time.GetUtcNow());
        var share = CandidateShare.Of(workload.Ready, beside.Ready);
        return (new(status.Version ?? "", status.State, share, status.State == TargetState.Stopped ? "it has no pods yet" : status.Detail), status);
    }

    private async Task<(Workload, IReadOnlyList<JsonNode>)> PodsAsync(PlatformTarget target, Patience patience)
    {
        var workload = await reads.ReadAsync(target, patience);
        var revisions = workload.Name.Kind == WorkloadKind.Deployment ? await reads.RevisionsAsync(workload, patience) : [];
        return (workload, await reads.PodsAsync(workload, revisions, patience));
    }

    /// <summary>Null: it may not be read, which doctor tells; the rest stands without it.</summary>
    private static async Task<IReadOnlyList<JsonNode>?> ReadableAsync(Task<IReadOnlyList<JsonNode>> reading)
    {
        try
        {
            return await reading;
        }
        catch (PlatformException e) when (e.Code == "Forbidden")
        {
            return null;
        }
    }

    private Task<T> InTimeAsync<T>(Func<Patience, Task<T>> ask, CancellationToken cancellationToken) => Patience.InTimeAsync(calls.Timeout, ask, cancellationToken);
}
