namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>One service in one environment as the platform runs it: what it is, how it ended last, and how it is started again.</summary>
internal abstract class Unit(string name, string environment, string kind, long memoryLimitBytes, string logFile, TimeProvider clock)
{
    private int generation;
    private int restarts;

    public string Name => name;

    public string Environment => environment;

    /// <summary>Tells it from every other.</summary>
    public string Key => $"{environment}/{name}";

    public string Kind => kind;

    public long MemoryLimitBytes => memoryLimitBytes;

    /// <summary>The lines of all its instances, each with time and instance in front.</summary>
    public string LogFile => logFile;

    /// <summary>As in the protocol's capabilities.</summary>
    public IReadOnlyList<string> Actions => BackUpAsync is null ? OwnActions : [.. OwnActions, "backup"];

    protected abstract IReadOnlyList<string> OwnActions { get; }

    /// <summary>Keeps a copy of its data and says where; null: it has none, or none that can be copied.</summary>
    public Func<CancellationToken, Task<string>>? BackUpAsync { get; init; }

    /// <summary>When the newest whole copy of its data began.</summary>
    public DateTimeOffset? LastBackupAt { get; private set; }

    public ReleaseHistory Releases { get; init; } = new();

    public LastExit? LastExit { get; protected set; }

    public int Generation => Volatile.Read(ref generation);

    public int Restarts => Volatile.Read(ref restarts);

    /// <summary>Somebody asked for it to run.</summary>
    public bool Wanted { get; protected set; }

    protected TimeProvider Clock => clock;

    /// <exception cref="InvalidOperationException">No copy was made; the message says why.</exception>
    public async Task<string> CopyAsync(CancellationToken cancellationToken)
    {
        var begun = clock.GetUtcNow();
        var said = await BackUpAsync!(cancellationToken);
        LastBackupAt = begun;
        return said;
    }

    public void NextGeneration() => Interlocked.Increment(ref generation);

    public void CountRestart() => Interlocked.Increment(ref restarts);

    public void ForgetRestarts() => Interlocked.Exchange(ref restarts, 0);

    /// <summary>The instances that run, each with its root process.</summary>
    public abstract IReadOnlyList<RunningInstance> Instances();

    /// <summary>Looks at the service as it is now; cheap, since the probing goes on in the background.</summary>
    public abstract UnitHealth Health();

    /// <summary>Starts the current release; returns when it answers its health check.</summary>
    public abstract Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Starts it anew; returns when the new process answers its health check.</summary>
    public abstract Task RestartAsync(CancellationToken cancellationToken);

    public abstract Task StopAsync(CancellationToken cancellationToken);

    /// <summary>Kills one instance as the kernel does when a control group has no memory left: its largest process, then the instance.</summary>
    public abstract Task KillOutOfMemoryAsync(RunningInstance instance, string reason, CancellationToken cancellationToken);
}

/// <param name="IsCandidate">It is not what runs, but what is tried beside it.</param>
internal sealed record RunningInstance(string Id, int Pid, string? Version, DateTimeOffset StartedAt, bool IsCandidate = false);

/// <param name="State">As in the protocol's status.</param>
internal sealed record UnitHealth(string State, bool Recovering, string Detail, int Ready, IReadOnlyList<StatusCheck> Checks);
