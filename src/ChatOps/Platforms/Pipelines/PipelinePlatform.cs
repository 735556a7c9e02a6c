using System.Runtime.CompilerServices;
using ChatOps.Catalog;
using ChatOps.Platforms.Pipelines.GitHub;
using ChatOps.Platforms.Pipelines.GitLab;
using ChatOps.Platforms.Pipelines.Jenkins;

namespace ChatOps.Platforms.Pipelines;

/// <summary>Services that a pipeline deploys: it knows what was asked and what came of it, and never whether the service runs.</summary>
public sealed class PipelinePlatform : IPlatform, IDisposable
{
    private readonly PlatformDefinition definition;
    private readonly IReadOnlyDictionary<Target, ServiceEnvironment> targets;
    private readonly PipelineOffer offer;
    private readonly PipelineCalls calls;
    private readonly IPipelineApi api;
    private readonly PipelineActions actions;

    /// <param name="targets">What the catalog has on this platform.</param>
    public PipelinePlatform(PlatformDefinition definition, IReadOnlyDictionary<Target, ServiceEnvironment> targets, TimeProvider time)
    {
        this.definition = definition;
        this.targets = targets;
        (offer, calls, api) = definition.Type switch
        {
            "github" => GitHubApi.Of(definition, time),
            "gitlab" => GitLabApi.Of(definition, time),
            _ => JenkinsApi.Of(definition, time),
        };
        actions = new(api, calls, offer, new KnownRuns(time));
    }

    public static IReadOnlyList<PlatformOffer> Offers { get; } = [GitHubApi.Offer.Offer, GitLabApi.Offer.Offer, JenkinsApi.Offer.Offer];

    public string Name => definition.Name;

    public Task<PlatformCapabilities> CapabilitiesAsync(CancellationToken cancellationToken) => Task.FromResult(
        new PlatformCapabilities(Restart: false, RollBack: false, offer.Keeps)
        {
            // By the platform's name alone: where environments of one name differ, what all of them have can be done.
            ByService = targets.GroupBy(t => t.Value.PlatformName, StringComparer.Ordinal).ToDictionary(
                g => g.Key, g => (IReadOnlySet<PlatformAction>)g.Select(t => Can(t.Value.Settings as PipelineSettings)).Aggregate((a, b) => a.Intersect(b)).ToHashSet(), StringComparer.Ordinal),
        });

    public Task<TargetStatus> StatusAsync(PlatformTarget target, CancellationToken cancellationToken) =>
        HistoryAsync(target, (history, _, _) => Task.FromResult(history.Status(offer.Vendor)), cancellationToken);

    public Task<IReadOnlyList<Release>> ReleasesAsync(PlatformTarget target, CancellationToken cancellationToken) => HistoryAsync(target, async (history, runs, patience) =>
        JobsOf(target).FirstOrDefault(j => j.Action == PipelineJob.Deploy) is { } job ? history.Releases(await api.VersionsAsync(job, runs, patience)) : [], cancellationToken);

    public Task<IReadOnlyList<TargetChange>> ChangesAsync(PlatformTarget target, DateTimeOffset since, CancellationToken cancellationToken) =>
        HistoryAsync(target, (history, _, _) => Task.FromResult(history.Changes(since)), cancellationToken);

    public async IAsyncEnumerable<LogLine> LogsAsync(PlatformTarget target, LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int mostRuns = 3;
        var parts = await HistoryAsync<IReadOnlyList<FailedPart>>(target, async (_, runs, patience) =>
        {
            var failed = runs.Where(r => r.State == PlatformOperationState.Failed && !(r.FinishedAt < window.Since) && !(r.StartedAt > window.Until)).Take(mostRuns).Reverse();
            return [.. (await Task.WhenAll(failed.Select(r => api.FailedPartsAsync(r, patience)))).SelectMany(p => p)];
        }, cancellationToken);
        await foreach (var line in new PipelineLog(api, calls).ReadAsync(parts, window, cancellationToken)) yield return line;
    }

    public Task<IReadOnlyList<MetricSeries>> MetricsAsync(PlatformTarget target, string? version, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        Task.FromException<IReadOnlyList<MetricSeries>>(PipelineFailures.NotDone($"{offer.Vendor} measures nothing of what it deploys", "no_metrics"));

    public Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) =>
        StartAsync(target, PipelineJob.Restart, "restart", null, call, cancellationToken);

    public Task<PlatformOperation> RollBackAsync(PlatformTarget target, string toVersion, PlatformCall call, CancellationToken cancellationToken) =>
        StartAsync(target, PipelineJob.Deploy, "rollback", toVersion, call, cancellationToken);

    public Task<PlatformOperation> DeployAsync(PlatformTarget target, string version, bool recreate, PlatformCall call, CancellationToken cancellationToken) =>
        recreate ? Cannot("say how a pipeline replaces what runs") : StartAsync(target, PipelineJob.Deploy, "deploy", version, call, cancellationToken);

    public Task<PlatformOperation> StartCandidateAsync(PlatformTarget target, string version, PlatformCall call, CancellationToken cancellationToken) => Cannot("start a version beside the one that runs");

    public Task<PlatformOperation> SetWeightAsync(PlatformTarget target, int percent, PlatformCall call, CancellationToken cancellationToken) => Cannot("split the traffic of a service");

    public Task<PlatformOperation> PromoteAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => Cannot("start a version beside the one that runs");

    public Task<PlatformOperation> DropCandidateAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => Cannot("start a version beside the one that runs");

    public Task<PlatformOperation> BackUpAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => Cannot("copy a service's data");

    public Task<PlatformOperation> ScaleAsync(PlatformTarget target, int replicas, PlatformCall call, CancellationToken cancellationToken) => Cannot("change how many processes run");

    public Task<PlatformOperation> SetMemoryLimitAsync(PlatformTarget target, long bytes, PlatformCall call, CancellationToken cancellationToken) => Cannot("change a memory limit");

    public Task<PlatformOperation?> FindOperationAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken) =>
        InTimeAsync(patience => actions.FindAsync(JobsOf(target), operationId, patience), cancellationToken);

    public Task<bool> CancelAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken) =>
        InTimeAsync(patience => actions.CancelAsync(JobsOf(target), operationId, patience), cancellationToken);

    public Task<PlatformReach> ReachAsync(CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        var what = await api.ReachAsync(patience);
        var jobs = targets.SelectMany(t => JobsOf(new(t.Key, t.Value.PlatformName)));
        var missing = await Task.WhenAll(jobs.Select(j => api.MissingAsync(j, patience)));
        return new PlatformReach(calls.Failures.Clean(what), [.. missing.SelectMany(m => m).Distinct()]);
    }, cancellationToken);

    public string CommandByHand(PlatformTarget target, PlatformAction action, string? version) => action switch
    {
        PlatformAction.Restart => ByHand(PipelineJob.Restart, "restart", target, version),
        PlatformAction.Deploy => ByHand(PipelineJob.Deploy, "deploy", target, version),
        PlatformAction.RollBack => ByHand(PipelineJob.Deploy, "rollback", target, version),
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    public Task<CommitRange?> CommitsAsync(PlatformTarget target, string fromVersion, string toVersion, CancellationToken cancellationToken) => InTimeAsync(patience =>
        JobsOf(target).FirstOrDefault(j => j.Action == PipelineJob.Deploy) is { } job ? api.CommitsAsync(job, fromVersion, toVersion, patience) : Task.FromResult<CommitRange?>(null), cancellationToken);

    public void Dispose() => calls.Dispose();

    private string ByHand(string what, string action, PlatformTarget target, string? version) => JobsOf(target).FirstOrDefault(j => j.Action == what) is { } job
        ? api.CommandByHand(job, new() { Version = version ?? "VERSION", OperationId = "by-hand", Action = action, Actor = "by-hand" })
        : $"No pipeline of {Name} does that for {target.Target.Service}.";

    private static IEnumerable<PlatformAction> Can(PipelineSettings? settings) =>
        [.. settings?.Deploy is null ? Array.Empty<PlatformAction>() : [PlatformAction.Deploy, PlatformAction.RollBack], .. settings?.Restart is null ? Array.Empty<PlatformAction>() : [PlatformAction.Restart]];

    private List<PipelineJob> JobsOf(PlatformTarget target)
    {
        if (targets.GetValueOrDefault(target.Target)?.Settings is not PipelineSettings settings)
            throw PipelineFailures.NotDone($"chatops.yaml does not say which pipeline of {Name} is {target.Target.Service}'s in {target.Target.Environment}", "service_unknown");
        var jobs = new List<PipelineJob>();
        if (settings.Deploy is { } deploy) jobs.Add(new(target, settings, deploy, PipelineJob.Deploy));
        if (settings.Restart is { } restart) jobs.Add(new(target, settings, restart, PipelineJob.Restart));
        return jobs;
    }

    private Task<PlatformOperation> StartAsync(PlatformTarget target, string what, string action, string? version, PlatformCall call, CancellationToken cancellationToken) => InTimeAsync(patience =>
    {
        var jobs = JobsOf(target);
        return jobs.Any(j => j.Action == what)
            ? actions.StartAsync([.. jobs.OrderByDescending(j => j.Action == what)], action, version, call, patience)
            : throw PipelineFailures.NotDone($"{Name} has no pipeline that can {(what == PipelineJob.Restart ? "restart" : "deploy")} {target.Target.Service}; name one as '{what}' in chatops.yaml", "unsupported");
    }, cancellationToken);

    private Task<T> HistoryAsync<T>(PlatformTarget target, Func<PipelineHistory, IReadOnlyList<PipelineRun>, Patience, Task<T>> read, CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        var runs = await PipelineActions.RunsAsync(api, JobsOf(target), patience);
        return await read(new(calls.Failures, runs), runs, patience);
    }, cancellationToken);

    private Task<T> InTimeAsync<T>(Func<Patience, Task<T>> ask, CancellationToken cancellationToken) => Patience.InTimeAsync(calls.Timeout, ask, cancellationToken);

    private Task<PlatformOperation> Cannot(string what) => Task.FromException<PlatformOperation>(PipelineFailures.NotDone($"{Name} cannot {what}", "unsupported"));
}
