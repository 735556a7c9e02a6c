using System.Runtime.CompilerServices;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Ssh;

/// <summary>A machine of one's own: services under PM2 or systemd, releases as folders with a link to the one that runs, all of it over the system's ssh.</summary>
public sealed class SshPlatform : IPlatform, IDisposable
{
    private static readonly HashSet<PlatformAction> RestartAlone = [PlatformAction.Restart];

    private readonly PlatformDefinition definition;
    private readonly SshSettings settings;
    private readonly IReadOnlyDictionary<string, string?> folders;
    private readonly TimeProvider time;
    private readonly IServiceManager manager;
    private readonly SshCalls calls;
    private readonly SshActions actions;
    private readonly KeptCapabilities capabilities;

    /// <param name="services">By the name on the machine: what each says of itself.</param>
    public SshPlatform(PlatformDefinition definition, IReadOnlyDictionary<string, SshTarget?> services, TimeProvider time)
    {
        this.definition = definition;
        this.time = time;
        settings = (SshSettings)definition.Settings!;
        folders = services.ToDictionary(s => s.Key, s => s.Value?.Folder ?? settings.Folder?.Replace("{name}", s.Key, StringComparison.Ordinal), StringComparer.Ordinal);
        var failures = new SshFailures(definition);
        manager = settings.Manager == SshManager.Pm2 ? new Pm2Manager(settings, failures) : new SystemdManager(settings, failures);
        capabilities = new(time);
        calls = new(definition, manager, failures, time);
        actions = new(settings, manager, calls, Script);
    }

    public static PlatformOffer Offer { get; } = new("ssh", "A VPS over SSH: PM2 or systemd")
    {
        Actions = new Dictionary<PlatformAction, string>
        {
            [PlatformAction.Restart] = "pm2 restart or systemctl restart",
            [PlatformAction.RollBack] = "the link to an earlier release folder, then a reload or restart",
            [PlatformAction.Deploy] = "PM2 in cluster mode: the link to the release folder, then pm2 reload",
            [PlatformAction.Recreate] = "the link to the release folder, then a restart",
        },
        Releases = "folders below releases/, each with what its file RELEASE says",
        Logs = "the files that PM2 names, or the journal",
        Usage = "what PM2 measures against max_memory_restart, or the unit's cgroup against MemoryMax",
        OperationIds = "a file per operation on the machine, kept for 30 days",
    };

    public string Name => definition.Name;

    public Task<PlatformCapabilities> CapabilitiesAsync(CancellationToken cancellationToken) => capabilities.GetAsync(async () =>
    {
        var each = await Task.WhenAll(folders.Keys.Select(async s => (Name: s, Actions: await ActionsAsync(s, cancellationToken))));
        return new PlatformCapabilities(Restart: true, RollBack: false, KeepsOperationIds: true) { ByService = each.ToDictionary(e => e.Name, e => e.Actions, StringComparer.Ordinal) };
    });

    public async Task<TargetStatus> StatusAsync(PlatformTarget target, CancellationToken cancellationToken)
    {
        var answer = await ReadAsync(target, "look", cancellationToken);
        var deploy = LastDeploy(answer);
        return manager.Read(target.PlatformName, answer).Status with
        {
            Version = calls.Failures.CleanOrNull(answer.Current),
            DeployedAt = answer.LinkedAt,
            DeployedBy = calls.Failures.CleanOrNull(deploy?.Actor),
            Generation = answer.Generation,
        };
    }

    public async Task<IReadOnlyList<Release>> ReleasesAsync(PlatformTarget target, CancellationToken cancellationToken) =>
        Folder(target) is null ? [] : ReleaseFolder.All(await ReadAsync(target, "releases", cancellationToken), calls.Failures);

    public async Task<IReadOnlyList<TargetChange>> ChangesAsync(PlatformTarget target, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var answer = await ReadAsync(target, "look", cancellationToken);
        var changes = answer.Operations.Select(o => o.Change(calls.Failures)).ToList();
        // Somebody set the link without the bot.
        if (answer.LinkedAt is { } linked && LastDeploy(answer) is null)
            changes.Add(new("deploy", linked, null, calls.Failures.CleanOrNull(answer.Current), null) { FromVersion = calls.Failures.CleanOrNull(answer.Operations.LastOrDefault(o => o.Version is not null && o.Succeeded)?.Version) });
        if (manager.Read(target.PlatformName, answer).Status.LastExit is { } exit)
            changes.Add(new("restart", exit.At, null, calls.Failures.CleanOrNull(answer.Current), exit.Reason) { Automatic = true });
        return [.. changes.Where(c => c.At >= since).OrderBy(c => c.At)];
    }

    public async IAsyncEnumerable<LogLine> LogsAsync(PlatformTarget target, LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var script = await manager.LogScriptAsync(target.PlatformName, window, s => calls.ReadAsync(Script(target, s), cancellationToken));
        await foreach (var line in manager.LogAsync(calls.LinesAsync(Script(target, script), cancellationToken), window).WithCancellation(cancellationToken)) yield return line;
    }

    public async Task<IReadOnlyList<MetricSeries>> MetricsAsync(PlatformTarget target, string? version, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (version is not null) throw SshFailures.NotDone($"{Name} does not measure {target.PlatformName} by version", "unsupported");
        // It tells what is so now, and nothing of an hour that has passed.
        return manager.Usage(target.PlatformName, await ReadAsync(target, "use", cancellationToken));
    }

    public Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => actions.RestartAsync(target, call, cancellationToken);

    public Task<PlatformOperation> RollBackAsync(PlatformTarget target, string toVersion, PlatformCall call, CancellationToken cancellationToken) =>
        actions.SwitchAsync(target, Folder(target), "rollback", toVersion, recreate: null, call, cancellationToken);

    public Task<PlatformOperation> DeployAsync(PlatformTarget target, string version, bool recreate, PlatformCall call, CancellationToken cancellationToken) =>
        actions.SwitchAsync(target, Folder(target), "deploy", version, recreate, call, cancellationToken);

    public Task<PlatformOperation> StartCandidateAsync(PlatformTarget target, string version, PlatformCall call, CancellationToken cancellationToken) => Cannot("start a version beside the one that runs");

    public Task<PlatformOperation> SetWeightAsync(PlatformTarget target, int percent, PlatformCall call, CancellationToken cancellationToken) => Cannot("split the traffic of a service");

    public Task<PlatformOperation> PromoteAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => Cannot("start a version beside the one that runs");

    public Task<PlatformOperation> DropCandidateAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => Cannot("start a version beside the one that runs");

    public Task<PlatformOperation> BackUpAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => Cannot("copy a service's data");

    public Task<PlatformOperation> ScaleAsync(PlatformTarget target, int replicas, PlatformCall call, CancellationToken cancellationToken) => Cannot("change how many processes run");

    public Task<PlatformOperation> SetMemoryLimitAsync(PlatformTarget target, long bytes, PlatformCall call, CancellationToken cancellationToken) => Cannot("change a memory limit");

    public Task<PlatformOperation?> FindOperationAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken) => actions.FindAsync(target, operationId, cancellationToken);

    public async Task<PlatformReach> ReachAsync(CancellationToken cancellationToken)
    {
        var roots = folders.Values.OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        var answer = await calls.ReadAsync(Script("", null, new("reach", roots)).With("units", string.Join(' ', folders.Keys.Order(StringComparer.Ordinal))), cancellationToken);
        return SshReach.Read(answer, settings, manager.Title, calls.Failures);
    }

    public string CommandByHand(PlatformTarget target, PlatformAction action, string? version) => SshCommand.For(settings, manager, target.PlatformName, Folder(target), action, version);

    public void Dispose() => calls.Dispose();

    private string? Folder(PlatformTarget target) => folders.GetValueOrDefault(target.PlatformName);

    private Task<RemoteAnswer> ReadAsync(PlatformTarget target, string verb, CancellationToken cancellationToken) => calls.ReadAsync(Script(target, new(verb)), cancellationToken);

    private RemoteScript Script(PlatformTarget target, RemoteScript script) => Script(target.PlatformName, Folder(target), script);

    private RemoteScript Script(string name, string? folder, RemoteScript script) => script
        .With("name", name).With("root", folder ?? "").With("state", name.Length > 0 ? $"{settings.State}/{name}" : settings.State)
        .With("home", settings.Pm2Home ?? "").With("path", settings.Path ?? "").With("sudo", settings.Sudo ? "yes" : "");

    /// <summary>The bot's own action that set the link as it stands; null: somebody else did, or there is none.</summary>
    private static OperationFile? LastDeploy(RemoteAnswer answer) => answer.Operations.LastOrDefault(o => o.Version is not null) is { } last
        && last.Version == answer.Current && (answer.LinkedAt - last.At)?.Duration() < TimeSpan.FromMinutes(1) ? last : null;

    private async Task<IReadOnlySet<PlatformAction>> ActionsAsync(string service, CancellationToken cancellationToken)
    {
        try
        {
            var target = new PlatformTarget(new(service, ""), service);
            var managed = manager.Read(service, await ReadAsync(target, "look", cancellationToken));
            if (Folder(target) is not { } folder || !SshActions.RunsFrom(folder, managed)) return RestartAlone;
            var can = new HashSet<PlatformAction> { PlatformAction.Restart, PlatformAction.RollBack, PlatformAction.Recreate };
            if (managed.Rolls) can.Add(PlatformAction.Deploy);
            return can;
        }
        // One service that is not there must not take the others' actions away.
        catch (PlatformException e) when (e.Code is "service_unknown" or "manager_down")
        {
            return new HashSet<PlatformAction>();
        }
    }

    private Task<PlatformOperation> Cannot(string what) => Task.FromException<PlatformOperation>(SshFailures.NotDone($"{Name} cannot {what}", "unsupported"));
}
