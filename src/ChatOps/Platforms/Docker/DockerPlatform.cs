using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Docker;

/// <summary>Containers of one Docker Engine, by themselves or of Compose, by the Engine's API alone.</summary>
public sealed class DockerPlatform : IPlatform, IDisposable
{
    private static readonly string[] Paths = ["containers", "images", "volumes"];

    private readonly PlatformDefinition definition;
    private readonly IReadOnlyCollection<string> services;
    private readonly TimeProvider time;
    private readonly DockerCalls calls;
    private readonly DockerReads reads;
    private readonly DockerOperations operations;
    private readonly DockerChanges changes;
    private readonly KeptCapabilities capabilities;

    /// <param name="services">The names that the catalog uses on this platform: what can be done to each is read from the Engine.</param>
    public DockerPlatform(PlatformDefinition definition, IReadOnlyCollection<string> services, TimeProvider time)
    {
        this.definition = definition;
        this.services = services;
        this.time = time;
        capabilities = new(time);
        calls = new(definition, time);
        reads = new(calls);
        operations = new(calls, reads, time);
        changes = new(calls, reads, operations, time);
    }

    public static PlatformOffer Offer { get; } = new("docker", "Docker Engine and Compose")
    {
        Actions = new Dictionary<PlatformAction, string>
        {
            [PlatformAction.Restart] = "one container of a service after the other, each until it is healthy",
            [PlatformAction.RollBack] = "to the kept container, or to an image that is there",
            [PlatformAction.Deploy] = "a new container beside the old one until it is healthy, where no published port, fixed address or host network forbids two",
            [PlatformAction.Recreate] = "the old container ends first and comes back where the new one does not get healthy",
            [PlatformAction.MemoryLimit] = "without a restart, where the container has a limit",
        },
        Releases = "kept containers and local images of the repository",
        Logs = "all containers of a service at once, those that were replaced too",
        Usage = "the Engine's own figures against the container's limits, as of now",
        OperationIds = "labels of an empty volume at the Engine, and of the containers that are made",
    };

    public string Name => definition.Name;

    public Task<PlatformCapabilities> CapabilitiesAsync(CancellationToken cancellationToken) => capabilities.GetAsync(() => InTimeAsync(async patience =>
    {
        var each = await Task.WhenAll(services.Select(async s => (Name: s, Target: DockerName.Parse(s) is { } name ? await reads.FindAsync(name, patience) : null)));
        return new PlatformCapabilities(Restart: true, RollBack: true, KeepsOperationIds: true)
        {
            ByService = each.ToDictionary(e => e.Name, e => e.Target?.Actions() ?? new HashSet<PlatformAction>(), StringComparer.Ordinal),
        };
    }, cancellationToken));

    public Task<TargetStatus> StatusAsync(PlatformTarget target, CancellationToken cancellationToken) => InTimeAsync(async patience => (await LookAsync(target, patience)).Status.Read(), cancellationToken);

    public Task<IReadOnlyList<Release>> ReleasesAsync(PlatformTarget target, CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        var there = await reads.ReadAsync(target, patience);
        var records = reads.RecordsAsync(target.PlatformName, patience);
        var images = there.First.Version is null ? [] : await reads.ImagesAsync(there.First.Image, patience);
        return new DockerHistory(calls.Failures, there, await records).Releases(images);
    }, cancellationToken);

    public Task<IReadOnlyList<TargetChange>> ChangesAsync(PlatformTarget target, DateTimeOffset since, CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        var (there, records, status) = await LookAsync(target, patience);
        return new DockerHistory(calls.Failures, there, records).Changes(status, since);
    }, cancellationToken);

    public async IAsyncEnumerable<LogLine> LogsAsync(PlatformTarget target, LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var there = await InTimeAsync(patience => reads.ReadAsync(target, patience), cancellationToken);
        await foreach (var line in new DockerLog(calls).ReadAsync(there, window, cancellationToken)) yield return line;
    }

    public Task<IReadOnlyList<MetricSeries>> MetricsAsync(PlatformTarget target, string? version, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        if (version is not null) throw DockerFailures.NotDone($"{Name} does not measure {target.PlatformName} by version", "unsupported");
        var there = await reads.ReadAsync(target, patience);
        var stats = await Task.WhenAll(there.Current.Where(c => c.Running).Select(async c => (c, await calls.ReadAsync(EncodedPath.Of(["containers", c.Id, "stats"], ("stream", "false")), patience))));
        return DockerUsage.Read(there, stats, since, until);
    }, cancellationToken);

    public Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => changes.RestartAsync(target, call, patience), cancellationToken);

    public Task<PlatformOperation> RollBackAsync(PlatformTarget target, string toVersion, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => changes.RollBackAsync(target, toVersion, call, patience), cancellationToken);

    public Task<PlatformOperation> DeployAsync(PlatformTarget target, string version, bool recreate, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => changes.DeployAsync(target, version, recreate, call, patience), cancellationToken);

    public Task<PlatformOperation> SetMemoryLimitAsync(PlatformTarget target, long bytes, PlatformCall call, CancellationToken cancellationToken) =>
        InTimeAsync(patience => changes.SetMemoryLimitAsync(target, bytes, call, patience), cancellationToken);

    public Task<PlatformOperation> StartCandidateAsync(PlatformTarget target, string version, PlatformCall call, CancellationToken cancellationToken) => Cannot("start a version without traffic");

    public Task<PlatformOperation> SetWeightAsync(PlatformTarget target, int percent, PlatformCall call, CancellationToken cancellationToken) => Cannot("split the traffic of a service");

    public Task<PlatformOperation> PromoteAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => Cannot("start a version without traffic");

    public Task<PlatformOperation> DropCandidateAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => Cannot("start a version without traffic");

    public Task<PlatformOperation> BackUpAsync(PlatformTarget target, PlatformCall call, CancellationToken cancellationToken) => Cannot("copy a service's data");

    public Task<PlatformOperation> ScaleAsync(PlatformTarget target, int replicas, PlatformCall call, CancellationToken cancellationToken) => Cannot("change how many containers run");

    public Task<PlatformOperation?> FindOperationAsync(PlatformTarget target, string operationId, CancellationToken cancellationToken) =>
        InTimeAsync(patience => operations.FindAsync(target, operationId, patience), cancellationToken);

    public string CommandByHand(PlatformTarget target, PlatformAction action, string? version) =>
        DockerCommand.For(calls.Settings, definition.Url, DockerReads.NameOf(target), action, version);

    public Task<PlatformReach> ReachAsync(CancellationToken cancellationToken) => InTimeAsync(async patience =>
    {
        var version = await calls.ReadAsync("/version", patience);
        var missing = new List<MissingRight>();
        // What stands before an Engine may let some of its paths through alone.
        foreach (var path in Paths)
        {
            try
            {
                await calls.ReadAsync(path == "volumes" ? "/volumes" : $"/{path}/json", patience);
            }
            catch (PlatformException e) when (e.Code is "http_403" or "http_404")
            {
                missing.Add(new($"may not read /{path}", $"Let /{path} through where {Name} is reached, for reading and writing."));
            }
        }
        return new PlatformReach(calls.Failures.Clean($"Docker Engine {version.Text("Version")} (API {version.Text("ApiVersion")})"), missing);
    }, cancellationToken);

    public void Dispose()
    {
        operations.Dispose();
        calls.Dispose();
    }

    private async Task<(DockerTarget There, IReadOnlyList<OperationRecord> Records, DockerStatus Status)> LookAsync(PlatformTarget target, Patience patience)
    {
        var there = await reads.ReadAsync(target, patience);
        var records = reads.RecordsAsync(target.PlatformName, patience);
        var ends = there.Current.Select(c => c.FinishedAt).OfType<DateTimeOffset>().ToList();
        IReadOnlyList<JsonNode> events = ends.Count == 0 ? [] : await reads.EventsAsync(there.Current, ends.Min() - DockerStatus.Around, Earlier(ends.Max() + DockerStatus.Around), patience);
        var known = await records;
        return (there, known, new(calls.Failures, there, known, events));
    }

    /// <summary>Until a moment that has not come the Engine would keep the answer open.</summary>
    private DateTimeOffset Earlier(DateTimeOffset at) => time.GetUtcNow() is var now && at < now ? at : now;

    private Task<T> InTimeAsync<T>(Func<Patience, Task<T>> ask, CancellationToken cancellationToken) => Patience.InTimeAsync(calls.Timeout, ask, cancellationToken);

    private Task<PlatformOperation> Cannot(string what) => Task.FromException<PlatformOperation>(DockerFailures.NotDone($"{Name} cannot {what}", "unsupported"));
}
