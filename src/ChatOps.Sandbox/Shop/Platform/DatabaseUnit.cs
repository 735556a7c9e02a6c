using System.Diagnostics;
using ChatOps.Database;
using Npgsql;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>The shop's PostgreSQL. It is not started again by itself when it dies: whether it may is a person's decision.</summary>
internal sealed class DatabaseUnit : Unit, IAsyncDisposable
{
    private const string InstanceId = "shop-db-1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly PrivateCluster cluster;
    private readonly LogCollector collector;
    private readonly NpgsqlDataSource probe;
    private readonly CancellationTokenSource ending = new();
    private readonly SemaphoreSlim gate = new(1, 1);
    private Task watching = Task.CompletedTask;
    private volatile ProbeResult last = new(false, false, "it was not looked at yet", 0);
    private bool starting;
    private bool dying;
    private int? pid;
    private DateTimeOffset startedAt;

    public DatabaseUnit(string name, PrivateCluster cluster, int connectionLimit, long memoryLimitBytes, string logFile, TimeProvider clock)
        : base(name, ShopPlatform.Production, "database", memoryLimitBytes, logFile, clock)
    {
        this.cluster = cluster;
        ConnectionLimit = connectionLimit;
        collector = new LogCollector(cluster.LogFile, logFile, InstanceId, clock);
        probe = new NpgsqlSlimDataSourceBuilder(cluster.ConnectionString("postgres") + ";Maximum Pool Size=2;Timeout=2;Command Timeout=2;Application Name=platform").ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();
    }

    protected override IReadOnlyList<string> OwnActions => ["restart"];

    public int ConnectionLimit { get; }

    /// <summary>Sessions of users that are open now; null when it does not answer.</summary>
    public int? Connections => last.Ok ? last.Connections : null;

    public override IReadOnlyList<RunningInstance> Instances() =>
        cluster.PostmasterPid() is { } running ? [new RunningInstance(InstanceId, running, null, startedAt)] : [];

    public override UnitHealth Health()
    {
        if (!Wanted) return new UnitHealth("stopped", false, "Stopped by request.", 0, []);
        var runs = cluster.PostmasterPid() is not null && !dying;
        if (runs && last is { Ok: true }) return new UnitHealth("running", false, "1 of 1 replicas ready: it answers queries.", 1, [new StatusCheck("query", true, last.Detail)]);
        var recovering = (runs && last.Recovering) || (starting && LastExit is not null && LastExit.At > startedAt);
        if (runs && !starting && !recovering) return new UnitHealth("degraded", false, $"The process runs, but {last.Detail}.", 0, [new StatusCheck("query", false, last.Detail)]);
        if (starting || recovering)
            return new UnitHealth("starting", recovering, recovering ? "Crash recovery: it replays its write-ahead log." : "It is starting.", 0, []);
        return new UnitHealth("crashed", false, $"0 of 1 replicas run: {LastExit?.Reason ?? "it is not running"}.", 0, [new StatusCheck("query", false, last.Detail)]);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        starting = true;
        try
        {
            await cluster.StartAsync(cancellationToken);
            var begun = Clock.GetTimestamp();
            while (!(await ProbeAsync(cancellationToken)).Ok)
            {
                if (Clock.GetElapsedTime(begun) > Patience) throw new InvalidOperationException($"{Name} was started and does not answer a query after {Patience.TotalSeconds:0} s: {last.Detail}");
                await Task.Delay(TimeSpan.FromMilliseconds(50), Clock, cancellationToken);
            }
            startedAt = Clock.GetUtcNow();
            pid = cluster.PostmasterPid();
            Wanted = true;
        }
        finally
        {
            starting = false;
            gate.Release();
        }
        if (!watching.IsCompleted) return;
        collector.Start();
        watching = WatchAsync(ending.Token);
    }

    public override async Task RestartAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            pid = null;
            await cluster.StopAsync(cancellationToken);
        }
        finally
        {
            gate.Release();
        }
        await StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Wanted = false;
        pid = null;
        await cluster.StopAsync(cancellationToken);
    }

    public override async Task KillOutOfMemoryAsync(RunningInstance instance, string reason, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (dying || cluster.PostmasterPid() is not { } postmaster) return;
            dying = true;
            var tree = ProcessTable.Read().Tree(postmaster);
            var mark = collector.Mark();
            // The kernel takes the largest first. PostgreSQL writes its last words about that; then the group goes as a whole.
            Kill(tree.Where(p => p != postmaster).MaxBy(ProcessTable.PrivateMemory));
            await UntilAsync(() => collector.SaidSince(mark, "terminated by signal 9"), TimeSpan.FromSeconds(2), cancellationToken);
            // It may have begun to start anew meanwhile: those processes belong to the group too, and must not outlive it.
            tree = [.. tree.Union(ProcessTable.Read().Tree(postmaster))];
            Kill(postmaster);
            foreach (var left in tree.Where(ProcessTable.Read().IsAlive)) Kill(left);
            await UntilAsync(() => ProcessTable.Read() is var table && !tree.Any(table.IsAlive), TimeSpan.FromSeconds(2), cancellationToken);
            Remember(new LastExit(null, 9, true, Clock.GetUtcNow(), reason, InstanceId), postmaster);
        }
        finally
        {
            dying = false;
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Wanted = false;
        await ending.CancelAsync();
        await watching;
        await cluster.StopAsync(CancellationToken.None);
        await collector.DisposeAsync();
        await probe.DisposeAsync();
        gate.Dispose();
        ending.Dispose();
    }

    private void Remember(LastExit exit, int postmaster)
    {
        pid = null;
        LastExit = exit;
        last = new ProbeResult(false, false, "nothing listens on its port", 0);
        collector.Add($"[{postmaster}] FATAL:  platform: {InstanceId} (pid {postmaster}): {exit.Reason}");
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await ProbeAsync(cancellationToken);
                await Task.Delay(TimeSpan.FromSeconds(1), Clock, cancellationToken);
                if (!await gate.WaitAsync(0, cancellationToken)) continue;
                if (pid is { } watched && !ProcessTable.Read().IsAlive(watched))
                    Remember(new LastExit(null, null, false, Clock.GetUtcNow(), "the postmaster ended; its log says more", InstanceId), watched);
                gate.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private async Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var start = Clock.GetTimestamp();
        try
        {
            await using var command = probe.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'");
            var sessions = Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture);
            return last = new ProbeResult(true, false, $"answered a query in {Clock.GetElapsedTime(start).TotalMilliseconds:0} ms", sessions);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // 57P03: it starts up, or replays its log.
            return last = new ProbeResult(false, e is PostgresException { SqlState: "57P03" }, Services.ServiceLog.OnOneLine(e), 0);
        }
    }

    private async Task UntilAsync(Func<bool> condition, TimeSpan patience, CancellationToken cancellationToken)
    {
        var start = Clock.GetTimestamp();
        while (!condition() && Clock.GetElapsedTime(start) < patience) await Task.Delay(TimeSpan.FromMilliseconds(10), Clock, cancellationToken);
    }

    private static void Kill(int pid)
    {
        if (pid == 0) return;
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended meanwhile, which is what was wanted.
            return;
        }
    }

    private sealed record ProbeResult(bool Ok, bool Recovering, string Detail, int Connections);
}
