using System.Globalization;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>
/// A web service of one replica. Deploys and restarts roll: the new process answers before the old one is told to end.
/// Behind a proxy a second version can be tried beside it (<c>WebUnit.Candidate.cs</c>); how a process that ended by itself comes back: <c>WebUnit.Watch.cs</c>.
/// </summary>
internal sealed partial class WebUnit : Unit, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly WebUnitOptions options;
    private readonly ChangeHistory changes;
    private readonly WeightedProxy? proxy;
    private readonly CancellationTokenSource ending = new();
    private readonly List<Task> watching = [];
    private readonly Lock gate = new();
    private readonly SemaphoreSlim startGate = new(1, 1);
    private readonly List<WebInstance> launched = [];
    private WebInstance? live;
    private bool starting;
    private int started;

    public WebUnit(WebUnitOptions options, ChangeHistory changes, TimeProvider clock)
        : base(options.Name, options.Environment, "web", options.MemoryLimitBytes, options.LogFile, clock)
    {
        (this.options, this.changes) = (options, changes);
        if (!options.BehindProxy) return;
        Traffic = new TrafficLog(clock);
        proxy = new WeightedProxy(options.Port, Traffic, clock);
    }

    protected override IReadOnlyList<string> OwnActions => proxy is null ? ["restart", "rollback", "deploy"] : ["restart", "rollback", "deploy", "candidate"];

    /// <summary>What its users had, by version; null without a proxy.</summary>
    public TrafficLog? Traffic { get; }

    /// <summary>Names of the environment variables that its processes are given.</summary>
    public IReadOnlyList<string> Variables => [.. options.Variables.Select(v => v.Name)];

    /// <summary>An order that every new process is given, such as a fault that outlives a crash; null: none.</summary>
    public string? StandingOrder { get; set; }

    public WebInstance? Live
    {
        get { lock (gate) return live; }
    }

    public override IReadOnlyList<RunningInstance> Instances() =>
        [.. new[] { Live, Candidate }.OfType<WebInstance>().Where(i => !i.HasExited).Select(i => new RunningInstance(i.Id, i.Pid, i.Version, i.StartedAt, i == Candidate))];

    public override UnitHealth Health()
    {
        if (!Wanted) return new UnitHealth("stopped", false, "Stopped by request.", 0, []);
        if (Live is { HasExited: false } instance) return HealthOf(instance);
        return starting
            ? new UnitHealth("starting", false, "0 of 1 replicas run; one is starting.", 0, [])
            : new UnitHealth("crashed", false, $"0 of 1 replicas run; {LastExit?.Reason ?? "it never started"}.", 0, []);
    }

    /// <summary>It is to run, and will be started in a moment.</summary>
    public void Expect() => (Wanted, starting) = (true, true);

    /// <summary>What was expected did not come.</summary>
    public void Unexpect() => starting = false;

    public override Task StartAsync(CancellationToken cancellationToken) => StartAsync(Releases.Current, () => true, cancellationToken);

    /// <summary>Makes the release the live one; when its process does not answer, the present one stays.</summary>
    public async Task DeployAsync(ReleaseHistory.Deployed release, string by, CancellationToken cancellationToken)
    {
        await options.PrepareAsync(release, cancellationToken);
        StandingOrder = null;
        await StartAsync(release, () => true, cancellationToken);
        Releases.MakeCurrent(release, by, Clock.GetUtcNow());
        ForgetRestarts();
    }

    /// <summary>Ends what runs, then starts the release. When its process does not answer, nothing runs, and the platform goes on trying.</summary>
    public async Task RecreateAsync(ReleaseHistory.Deployed release, string by, CancellationToken cancellationToken)
    {
        StandingOrder = null;
        if (Live is { } old)
        {
            await old.DrainAsync(cancellationToken);
            await old.StopAsync(cancellationToken);
        }
        await options.PrepareAsync(release, cancellationToken);
        Releases.MakeCurrent(release, by, Clock.GetUtcNow());
        ForgetRestarts();
        try
        {
            await StartAsync(release, () => true, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            KeepTrying();
            throw;
        }
    }

    public override Task RestartAsync(CancellationToken cancellationToken)
    {
        StandingOrder = null;
        return StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Wanted = false;
        if (Live is { } instance) await instance.StopAsync(cancellationToken);
    }

    public override async Task KillOutOfMemoryAsync(RunningInstance instance, string reason, CancellationToken cancellationToken)
    {
        if (new[] { Live, Candidate }.FirstOrDefault(i => i?.Id == instance.Id) is not { HasExited: false } running) return;
        running.KilledBecause = reason;
        running.Kill();
        await running.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Wanted = false;
        await ending.CancelAsync();
        await startGate.WaitAsync();
        if (proxy is not null) await proxy.DisposeAsync();
        await Task.WhenAll(launched.Select(i => i.StopAsync(CancellationToken.None)));
        await Task.WhenAll(watching);
        foreach (var instance in launched) instance.Dispose();
        startGate.Dispose();
        ending.Dispose();
    }

    private async Task StartAsync(ReleaseHistory.Deployed? release, Func<bool> stillNeeded, CancellationToken cancellationToken)
    {
        if (release is null) throw new InvalidOperationException($"{Name} has no release to start.");
        await startGate.WaitAsync(cancellationToken);
        try
        {
            if (!stillNeeded()) return;
            Wanted = true;
            starting = true;
            if (proxy is not null) await proxy.StartAsync(cancellationToken);
            var instance = await LaunchAsync(release, cancellationToken);
            if (StandingOrder is { } order) await instance.OrderAsync(order, cancellationToken);
            var old = TakeOver(instance);
            watching.Add(WatchAsync(instance, ending.Token));
            await EndAsync(old, cancellationToken);
        }
        finally
        {
            starting = false;
            startGate.Release();
        }
    }

    // From here on the instance is what runs; answers the one before it.
    private WebInstance? TakeOver(WebInstance instance)
    {
        lock (gate)
        {
            var old = live;
            live = instance;
            Route();
            return old;
        }
    }

    private static async Task EndAsync(WebInstance? old, CancellationToken cancellationToken)
    {
        if (old is null) return;
        await old.DrainAsync(cancellationToken);
        await old.StopAsync(cancellationToken);
    }

    /// <summary>A new process of the release that answers its health check.</summary>
    private async Task<WebInstance> LaunchAsync(ReleaseHistory.Deployed release, CancellationToken cancellationToken)
    {
        var instance = Launch(release);
        try
        {
            await instance.WaitForHealthAsync(Patience, cancellationToken);
            await instance.ProbeAsync(cancellationToken);
            return instance;
        }
        catch
        {
            if (instance.HasExited) Remember(instance, nothingElseRuns: Live is not { HasExited: false });
            else await instance.KillAsync();
            throw;
        }
    }

    private WebInstance Launch(ReleaseHistory.Deployed release)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{options.InstanceName}-{Interlocked.Increment(ref started)}");
        var port = FreePort.Next();
        List<(string, string)> arguments = [("service", Name), ("instance", id), ("instance-port", Text(port)), ("release", release.Path), ("memory-limit-mb", Text((int)(MemoryLimitBytes >> 20))), .. options.Arguments];
        // Behind a proxy the users' port is the proxy's.
        if (proxy is null) arguments.Add(("port", Text(options.Port)));
        var process = Spawn.Start(options.Subcommand, LogFile, arguments, options.Variables);
        var instance = new WebInstance(id, release.Release.Version, port, process, Clock);
        lock (gate) launched.Add(instance);
        return instance;
    }

    private static UnitHealth HealthOf(WebInstance instance)
    {
        if (instance.Ready is not { } ready) return new UnitHealth("degraded", false, "1 of 1 replicas run; its readiness check does not answer.", 0, []);
        IReadOnlyList<StatusCheck> checks = [.. ready.Checks.Select(c => new StatusCheck(c.Name, c.Ok, c.Detail))];
        return ready.Ready
            ? new UnitHealth("running", false, "1 of 1 replicas ready.", 1, checks)
            : new UnitHealth("degraded", false, $"1 of 1 replicas run; not ready: {string.Join("; ", checks.Where(c => !c.Ok).Select(c => $"{c.Name}: {c.Detail}"))}.", 0, checks);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

internal sealed record WebUnitOptions
{
    public required string Name { get; init; }
    public string Environment { get; init; } = ShopPlatform.Production;

    /// <summary>What its processes are called, with a number behind.</summary>
    public required string InstanceName { get; init; }
    public required string Subcommand { get; init; }

    /// <summary>The port that its users know: of the proxy, or else of every instance.</summary>
    public required int Port { get; init; }
    public bool BehindProxy { get; init; }
    public required long MemoryLimitBytes { get; init; }
    public required string LogFile { get; init; }
    public IReadOnlyList<(string Name, string Value)> Arguments { get; init; } = [];

    /// <summary>Environment variables of its processes.</summary>
    public IReadOnlyList<(string Name, string Value)> Variables { get; init; } = [];

    /// <summary>What must be done before a process of the release may start.</summary>
    /// <exception cref="InvalidOperationException">It cannot be done; the message says why.</exception>
    public Func<ReleaseHistory.Deployed, CancellationToken, Task> PrepareAsync { get; init; } = (_, _) => Task.CompletedTask;
}
