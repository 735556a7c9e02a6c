using System.Globalization;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>A web service of one replica. Deploys and restarts roll: the new process answers before the old one is told to end.</summary>
internal sealed class WebUnit(WebUnitOptions options, ChangeHistory changes, TimeProvider clock)
    : Unit(options.Name, "web", options.MemoryLimitBytes, options.LogFile, clock), IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource ending = new();
    private readonly List<Task> watching = [];
    private readonly Lock gate = new();
    private readonly SemaphoreSlim startGate = new(1, 1);
    private readonly List<WebInstance> launched = [];
    private WebInstance? live;
    private bool starting;
    private int started;
    private int crashesInARow;

    public override IReadOnlyList<string> Actions => ["restart", "rollback", "deploy"];

    /// <summary>An order that every new process is given, such as a fault that outlives a crash; null: none.</summary>
    public string? StandingOrder { get; set; }

    public WebInstance? Live
    {
        get { lock (gate) return live; }
    }

    public override IReadOnlyList<RunningInstance> Instances() =>
        Live is { HasExited: false } instance ? [new RunningInstance(instance.Id, instance.Pid, instance.Version, instance.StartedAt)] : [];

    public override UnitHealth Health()
    {
        var instance = Live;
        if (!Wanted) return new UnitHealth("stopped", false, "Stopped by request.", 0, []);
        if (instance is null || instance.HasExited)
        {
            return starting
                ? new UnitHealth("starting", false, "0 of 1 replicas run; one is starting.", 0, [])
                : new UnitHealth("crashed", false, $"0 of 1 replicas run; {LastExit?.Reason ?? "it never started"}.", 0, []);
        }
        if (instance.Ready is not { } ready) return new UnitHealth("degraded", false, "1 of 1 replicas run; its readiness check does not answer.", 0, []);
        IReadOnlyList<StatusCheck> checks = [.. ready.Checks.Select(c => new StatusCheck(c.Name, c.Ok, c.Detail))];
        return ready.Ready
            ? new UnitHealth("running", false, "1 of 1 replicas ready.", 1, checks)
            : new UnitHealth("degraded", false, $"1 of 1 replicas run; not ready: {string.Join("; ", checks.Where(c => !c.Ok).Select(c => $"{c.Name}: {c.Detail}"))}.", 0, checks);
    }

    public override Task StartAsync(CancellationToken cancellationToken) => StartAsync(Releases.Current, () => true, cancellationToken);

    /// <summary>Makes the release the live one; when its process does not answer, the present one stays.</summary>
    public async Task DeployAsync(ReleaseHistory.Deployed release, string by, CancellationToken cancellationToken)
    {
        StandingOrder = null;
        await StartAsync(release, () => true, cancellationToken);
        Releases.MakeCurrent(release, by, Clock.GetUtcNow());
        ForgetRestarts();
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
            var old = Live;
            var instance = Launch(release);
            try
            {
                await instance.WaitForHealthAsync(Patience, cancellationToken);
                await instance.ProbeAsync(cancellationToken);
                if (StandingOrder is { } order) await instance.OrderAsync(order, cancellationToken);
            }
            catch
            {
                if (!instance.HasExited) instance.Kill();
                throw;
            }
            lock (gate) live = instance;
            watching.Add(WatchAsync(instance, ending.Token));
            if (old is not null) await old.StopAsync(cancellationToken);
        }
        finally
        {
            starting = false;
            startGate.Release();
        }
    }

    private WebInstance Launch(ReleaseHistory.Deployed release)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{Name}-{Interlocked.Increment(ref started)}");
        var port = FreePort.Next();
        var process = Spawn.Start(options.Subcommand, LogFile,
        [
            ("service", Name), ("instance", id), ("port", Text(options.Port)), ("instance-port", Text(port)), ("release", release.Path),
            ("memory-limit-mb", Text((int)(MemoryLimitBytes >> 20))), .. options.Arguments,
        ]);
        var instance = new WebInstance(id, release.Release.Version, port, process, Clock);
        lock (gate) launched.Add(instance);
        return instance;
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
        if (Live is not { HasExited: false } running || running.Id != instance.Id) return;
        running.KilledBecause = reason;
        running.Kill();
        await running.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Wanted = false;
        await ending.CancelAsync();
        await startGate.WaitAsync();
        await Task.WhenAll(launched.Select(i => i.StopAsync(CancellationToken.None)));
        await Task.WhenAll(watching);
        foreach (var instance in launched) instance.Dispose();
        startGate.Dispose();
        ending.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Probes it every second, and starts it again when it ended by itself: after half a second, doubling up to ten.
    private async Task WatchAsync(WebInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            var exit = instance.WaitForExitAsync(cancellationToken);
            while (!exit.IsCompleted)
            {
                await instance.ProbeAsync(cancellationToken);
                await Task.WhenAny(exit, Task.Delay(TimeSpan.FromSeconds(1), Clock, cancellationToken));
                if (Clock.GetUtcNow() - instance.StartedAt > TimeSpan.FromMinutes(1)) crashesInARow = 0;
            }
            cancellationToken.ThrowIfCancellationRequested();
            if (instance.Stopping) return;
            Remember(instance);
            await ComeBackAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private void Remember(WebInstance instance)
    {
        var code = instance.ExitCode;
        var signal = code > 128 ? code - 128 : (int?)null;
        LastExit = new LastExit(signal is null ? code : null, signal, instance.KilledBecause is not null, Clock.GetUtcNow(),
            instance.KilledBecause ?? (signal is null ? $"ended by itself with code {code}" : $"ended by signal {signal}"), instance.Id);
        LogCollector.Append(LogFile, Clock.GetUtcNow(), instance.Id, $"FATAL platform {instance.Id} (pid {instance.Pid}): {LastExit.Reason}");
    }

    private async Task ComeBackAsync(CancellationToken cancellationToken)
    {
        while (Crashed())
        {
            var wait = TimeSpan.FromSeconds(Math.Min(10, 0.5 * Math.Pow(2, crashesInARow++)));
            await Task.Delay(wait, Clock, cancellationToken);
            // A restart that somebody asked for may have come first.
            if (!Crashed() || starting) return;
            CountRestart();
            var change = changes.Begin(Name, "restart", ShopPlatform.Name, automatic: true, LastExit?.Reason, null, null, null);
            try
            {
                await StartAsync(Releases.Current, Crashed, cancellationToken);
                changes.End(change, true, null);
                return;
            }
            catch (InvalidOperationException e)
            {
                changes.End(change, false, e.Message);
            }
        }
    }

    private bool Crashed() => Wanted && Live is { HasExited: true, Stopping: false };
}

/// <param name="Port">The port that its users know; every instance listens on it.</param>
internal sealed record WebUnitOptions(string Name, string Subcommand, int Port, long MemoryLimitBytes, string LogFile, IReadOnlyList<(string Name, string Value)> Arguments);
