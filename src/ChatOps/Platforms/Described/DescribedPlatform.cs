using System.Text.Json;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Described;

/// <summary>A platform with an API of its own, described in <c>chatops.yaml</c>: docs/described-platform.md.</summary>
public sealed class DescribedPlatform : IPlatform, IDisposable
{
    private readonly IReadOnlyList<PlatformTarget> targets;
    private readonly TimeProvider time;
    private readonly DescribedSettings settings;
    private readonly DescribedCalls calls;
    private readonly DescribedReading reading;
    private readonly DescribedActions actions;
    private readonly PlatformCapabilities capabilities;

    /// <param name="targets">What of the catalog runs on it.</param>
    public DescribedPlatform(PlatformDefinition definition, IReadOnlyList<PlatformTarget> targets, TimeProvider time)
    {
        Name = definition.Name;
        this.targets = targets;
        this.time = time;
        settings = (DescribedSettings)definition.Settings!;
        calls = new(definition, targets.GroupBy(t => t.PlatformName, StringComparer.Ordinal).Where(g => g.Select(t => t.Target.Environment).Distinct(StringComparer.Ordinal).Count() > 1).Select(g => g.Key).ToHashSet(StringComparer.Ordinal), time);
        reading = new(settings);
        actions = new(Name, settings, calls, reading, time);
        capabilities = Can(targets.Select(t => t.PlatformName).Distinct(StringComparer.Ordinal));
    }

    public static PlatformOffer Offer { get; } = new("described", "In-house platform with an API of its own (docs/described-platform.md)")
    {
        Actions = new Dictionary<PlatformAction, string>
        {
            [PlatformAction.Restart] = "`restart`, where it is described",
            [PlatformAction.RollBack] = "`rollback`, where it is described",
            [PlatformAction.Deploy] = "`deploy`, where it is described",
            [PlatformAction.Recreate] = "`recreate`, where it is described",
            [PlatformAction.Candidate] = "`candidate`, `weight`, `promote` and `drop_candidate`, where they are described",
            [PlatformAction.BackUp] = "`backup`, where it is described",
            [PlatformAction.Scale] = "`scale`, where it is described",
            [PlatformAction.MemoryLimit] = "`memory_limit`, where it is described",
        },
        Releases = "`releases`, with what of commit, checks, schema and variables is described",
        Logs = "`logs`, one JSON text or one a line",
        Usage = "`metrics`; `version_metrics` by version",
        OperationIds = "where `keeps_operation_ids` says that the platform keeps `{operation_id}`",
    };

    public string Name { get; }

    public Task<PlatformCapabilities> CapabilitiesAsync(CancellationToken cancellationToken) => Task.FromResult(capabilities);

    public Task<TargetStatus> StatusAsync(PlatformTarget target, CancellationToken cancellationToken) =>
        AskAsync("status", target, Placeholders.Of(target), (read, _, answer) => reading.Status(read, answer), cancellationToken);

    public Task<IReadOnlyList<Release>> ReleasesAsync(PlatformTarget target, CancellationToken cancellationToken) =>
        AskAsync("releases", target, Placeholders.Of(target), (read, call, answer) => DescribedReading.Releases(read, answer, call.OldestFirst), cancellationToken);

    public async Task<IReadOnlyList<TargetChange>> ChangesAsync(PlatformTarget target, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (settings.Calls.ContainsKey("changes"))
            return [.. (await AskAsync("changes", target, Placeholders.Of(target).With("since", since, settings.Times), (read, _, answer) => reading.Changes(read, answer), cancellationToken)).Where(c => c.At >= since)];
        // When a release went live is a change as well, and may be all that the platform tells.
        if (settings.Calls.GetValueOrDefault("releases")?.Answer.ContainsKey("deployed_at") != true) return [];
        return [.. (await ReleasesAsync(target, cancellationToken)).Where(r => r.DeployedAt >= since).OrderBy(r => r.DeployedAt)
            .Select(r => new TargetChange("deploy", r.DeployedAt!.Value, null, r.Version, r.Message))];
    }

    public IAsyncEnumerable<LogLine> LogsAsync(PlatformTarget target, LogWindow window, CancellationToken cancellationToken) =>
        new DescribedLog(calls, calls.Of("logs", target), Placeholders.Of(target)
            .With("since", window.Since, settings.Times).With("until", window.Until, settings.Times).With("limit", window.Limit)).ReadAsync(window, cancellationToken);

    public async Task<IReadOnlyList<MetricSeries>> MetricsAsync(PlatformTarget target, string? version, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        // A platform that measures nothing has no figures, which is no failure.
        if (version is null && !settings.Calls.ContainsKey("metrics")) return [];
        var values = Placeholders.Of(target).With("since", since, settings.Times).With("until", until, settings.Times);
        if (version is not null) values.With("version", version);
        return await AskAsync(version is null ? "metrics" : "version_metrics", target, values, (_, call, answer) => reading.Metrics(Name, call.Series, answer, time.GetUtcNow()), cancellationToken);
    }

    public Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => ActAsync("restart", target, call, cancellationToken);

    public Task<PlatformOperation> RollBackAsync(PlatformTarget target, string toVersion, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync("rollback", target, call, cancellationToken, v => v.With("version", toVersion));

    public Task<PlatformOperation> DeployAsync(PlatformTarget target, string version, bool recreate, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync(recreate ? "recreate" : "deploy", target, call, cancellationToken, v => v.With("version", version));

    public Task<PlatformOperation> StartCandidateAsync(PlatformTarget target, string version, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync("candidate", target, call, cancellationToken, v => v.With("version", version));

    public Task<PlatformOperation> SetWeightAsync(PlatformTarget target, int percent, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync("weight", target, call, cancellationToken, v => v.With("percent", percent));

    public Task<PlatformOperation> PromoteAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => ActAsync("promote", target, call, cancellationToken);

    public Task<PlatformOperation> DropCandidateAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => ActAsync("drop_candidate", target, call, cancellationToken);

    public Task<PlatformOperation> BackUpAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => ActAsync("backup", target, call, cancellationToken);

    public Task<PlatformOperation> ScaleAsync(PlatformTarget target, int replicas, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync("scale", target, call, cancellationToken, v => v.With("replicas", replicas));

    public Task<PlatformOperation> SetMemoryLimitAsync(PlatformTarget target, long bytes, PlatformCall call, CancellationToken cancellationToken) =>
        ActAsync("memory_limit", target, call, cancellationToken, v => v.With("memory_bytes", bytes));

    public Task<PlatformOperation?> FindOperationAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken) => actions.FindAsync(target, operationId, cancellationToken);

    public Task<PlatformReach> ReachAsync(CancellationToken cancellationToken) => new DescribedReach(Name, settings, calls, this, targets, time).LookAsync(cancellationToken);

    public string CommandByHand(PlatformTarget target, PlatformAction action, string? version)
    {
        var word = DescribedOperations.All.First(o => o.Action == action).Word;
        return settings.Calls.TryGetValue(word, out var call) ? new ShellCommand(calls.Definition, settings).Of(call.Request, target, version)
            : $"# '{word}' is not described for platform {Name} in chatops.yaml";
    }

    public void Dispose() => calls.Dispose();

    private async Task<T> AskAsync<T>(
        string operation, PlatformTarget target, Placeholders values, Func<AnswerReading, DescribedCall, JsonElement, T> read, CancellationToken cancellationToken)
    {
        var call = calls.Of(operation, target);
        var answer = calls.Reading(operation, call);
        return read(answer, call, answer.Parse(await calls.ReadAsync(call, values, cancellationToken)));
    }

    private async Task<PlatformOperation> ActAsync(
        string operation, PlatformTarget target, PlatformCall call, CancellationToken cancellationToken, Func<Placeholders, Placeholders>? more = null)
    {
        var described = calls.Of(operation, target);
        var values = Placeholders.Of(target).With(call);
        // A platform that is not told the generation cannot refuse by it: then it is looked at first.
        if (call.IfGeneration is { } generation && !described.Request.Places.Contains("generation", StringComparer.Ordinal)
            && (await StatusAsync(target, cancellationToken)).Generation is var now && now != generation)
            throw new PlatformException($"{Name} has changed {target.PlatformName} since it was looked at: generation {now}, not {generation}", CallOutcome.NotDone) { Code = "generation_changed" };
        return await actions.StartAsync(operation, described, target, more?.Invoke(values) ?? values, call, cancellationToken);
    }

    private PlatformCapabilities Can(IEnumerable<string> services)
    {
        var described = DescribedOperations.All.Where(o => o.Action is not null && settings.Calls.ContainsKey(o.Word)).ToList();
        return new(settings.Calls.ContainsKey("restart"), settings.Calls.ContainsKey("rollback"), settings.KeepsOperationIds)
        {
            ByService = services.ToDictionary(s => s, s => (IReadOnlySet<PlatformAction>)described.Where(o => AppliesTo(o.Word, s)).Select(o => o.Action!.Value).ToHashSet(), StringComparer.Ordinal),
            ByVersion = services.Where(s => settings.Calls.ContainsKey("version_metrics") && AppliesTo("version_metrics", s)).ToHashSet(StringComparer.Ordinal),
        };

        bool AppliesTo(string operation, string service) => calls.WhyNot(operation, settings.Calls[operation], service) is null;
    }
}
