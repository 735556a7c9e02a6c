using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Docker;

/// <summary>What can be asked for, judged by what is there before anything is written or done.</summary>
internal sealed class DockerChanges(DockerCalls calls, DockerReads reads, DockerOperations operations, TimeProvider time)
{
    private static readonly TimeSpan LongestPull = TimeSpan.FromMinutes(10);

    /// <summary>The Engine's own least: https://docs.docker.com/engine/containers/resource_constraints.</summary>
    private const long LeastMemory = 6 * 1024 * 1024;

    public Task<PlatformOperation> RestartAsync(PlatformTarget target, PlatformCall call, Patience patience) => operations.BeginAsync(target, call, there =>
    {
        Allow(there, PlatformAction.Restart, "restarted");
        return Task.FromResult(new Change("restart", there.First.Version, OperationProof.Starts(there))
        {
            Within = Within(there),
            // The Engine answers when the container has ended and started; one that does not end by itself is waited for.
            AnswersInTime = there.First.Grace < calls.Timeout,
            RunAsync = async (now, work, limit, _) =>
            {
                var containers = new ContainerCalls(calls, reads, work, limit);
                foreach (var container in now.Current)
                {
                    work.Progress = $"restarting {container.Name}";
                    await containers.RestartAsync(container);
                    await containers.UpAsync(container.Id, container.Name, time.GetUtcNow());
                }
            },
        });
    }, patience);

    public Task<PlatformOperation> SetMemoryLimitAsync(PlatformTarget target, long bytes, PlatformCall call, Patience patience) => operations.BeginAsync(target, call, there =>
    {
        Allow(there, PlatformAction.MemoryLimit, "given another memory limit: it has none");
        if (bytes < LeastMemory) throw DockerFailures.NotDone($"the Engine gives a container at least {LeastMemory / 1024 / 1024} MB", "unsupported");
        return Task.FromResult(new Change("config", there.First.Version, OperationProof.Memory(bytes))
        {
            Within = Within(there),
            RunAsync = async (now, work, limit, _) =>
            {
                var containers = new ContainerCalls(calls, reads, work, limit);
                work.Progress = $"giving {now.Name} {bytes / 1024 / 1024} MB";
                foreach (var container in now.Current) await containers.UpdateAsync(container.Id, Limits(container, bytes), c => c.MemoryLimit == bytes);
                var since = time.GetUtcNow();
                foreach (var container in now.Current.Where(c => c.Running)) await containers.UpAsync(container.Id, container.Name, since, container.RestartCount);
            },
        });
    }, patience);

    public Task<PlatformOperation> DeployAsync(PlatformTarget target, string version, bool recreate, PlatformCall call, Patience patience) => operations.BeginAsync(target, call, async there =>
    {
        Allow(there, PlatformAction.Recreate, "replaced: it was started from an image's id or with --rm");
        if (!recreate) Allow(there, PlatformAction.Deploy, "replaced without a pause: it has a port, an address or a network that only one container can have. Deploy it with the strategy recreate");
        var reference = Reference(there, version);
        return Replace(there, version, reference, kept: null, overlap: !recreate, "deploy", here: await reads.ImageAsync(reference, patience) is not null);
    }, patience);

    public Task<PlatformOperation> RollBackAsync(PlatformTarget target, string toVersion, PlatformCall call, Patience patience) => operations.BeginAsync(target, call, async there =>
    {
        Allow(there, PlatformAction.RollBack, "replaced: it was started from an image's id or with --rm");
        var history = new DockerHistory(calls.Failures, there, []);
        var kept = there.Current.Count == 1 ? history.KeptOf(toVersion) : null;
        var reference = Reference(there, toVersion);
        // Only what has run here, or lies here: a registry that is down must not stand in the way of going back.
        if (kept is null && await reads.ImageAsync(reference, patience) is null)
        {
            var has = history.Releases(await reads.ImagesAsync(there.First.Image, patience)).Select(r => r.Version);
            throw DockerFailures.NotDone($"{calls.Failures.Name} has neither a container nor an image of {there.Name} with {calls.Failures.Clean(toVersion)}; it has {string.Join(", ", has)}. Another version can be deployed", "version_unknown");
        }
        return Replace(there, toVersion, reference, kept, overlap: there.Actions().Contains(PlatformAction.Deploy), "rollback", here: true);
    }, patience);

    private Change Replace(DockerTarget there, string version, string reference, DockerContainer? kept, bool overlap, string kind, bool here) => new(kind, there.First.Version, OperationProof.Place(kept?.Id))
    {
        To = version,
        Within = Within(there) + (here ? TimeSpan.Zero : LongestPull),
        // A pull takes as long as it takes; and to go back without an overlap begins with the end of what runs.
        AnswersInTime = here && (kept is null || overlap || there.First.Grace < calls.Timeout),
        RunAsync = (now, work, limit, stopping) => new Replacement(calls, reads, work, time)
        {
            Version = version, Reference = reference, Kept = kept, Overlap = overlap, Pull = here ? null : LongestPull,
        }.RunAsync(now, limit, stopping),
    };

    private TimeSpan Within(DockerTarget there) => calls.Settings.Within + there.Current.Aggregate(TimeSpan.Zero, (sum, c) => sum + c.Grace);

    private static string Reference(DockerTarget there, string version) =>
        ImageName.At(there.First.Image, version) ?? throw DockerFailures.NotDone($"'{version}' is neither an image's tag nor its digest", "version_unknown");

    private static void Allow(DockerTarget there, PlatformAction action, string what)
    {
        if (there.Current.Any(c => c.Swarm)) throw DockerFailures.NotDone($"{there.Name} belongs to a swarm, which would undo it: docker service update", "unsupported");
        if (!there.Actions().Contains(action)) throw DockerFailures.NotDone($"{there.Name} cannot be {what}", "unsupported");
    }

    /// <summary>Swap is limited together with memory: it stays in the same measure, or without limit.</summary>
    private static JsonObject Limits(DockerContainer container, long bytes)
    {
        var swap = container.Json.Number("HostConfig", "MemorySwap");
        var memory = container.MemoryLimit ?? bytes;
        return new() { ["Memory"] = bytes, ["MemorySwap"] = swap < 0 ? -1 : swap == 0 ? bytes * 2 : bytes + (swap == memory * 2 ? bytes : Math.Max(0, swap - memory)) };
    }
}
