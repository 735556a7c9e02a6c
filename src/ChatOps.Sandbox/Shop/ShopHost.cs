using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Scheduling;
using Npgsql;

namespace ChatOps.Sandbox.Shop;

/// <summary>A small production of real processes: shop, inventory, PostgreSQL, the platform that runs them, and people who use it.</summary>
public sealed class ShopHost : IAsyncDisposable
{
    /// <summary>A user for checks: the bot's <c>verify</c> signs in with it.</summary>
    public const string ProbeUser = "probe";
    public const string ProbePassword = "probe-likes-shopping";
    private const long Megabyte = 1 << 20;
    private readonly CancellationTokenSource ending = new();
    private readonly SemaphoreSlim control = new(1, 1);
    private readonly List<Task> running = [];
    private readonly SharedClock clock;
    private readonly ShopOptions options;
    private readonly ShopUnits units;
    private readonly ShopFaults faults;
    private readonly ShopCustomers customers;
    private readonly LoginWatch logins;
    private System.Diagnostics.Process? guard;

    private ShopHost(ShopOptions options)
    {
        this.options = options;
        clock = new SharedClock(options.ClockFile);
        units = new ShopUnits(options, clock);
        Platform = new ShopPlatform(units.All, units.Changes, new OperationLog(Path.Combine(options.StateFolder, "operations.ndjson"), clock), options.StateFolder, clock);
        Api = new PlatformApi(Platform, options.Token);
        customers = new ShopCustomers(WebAddress, clock);
        faults = new ShopFaults(Platform, units, customers, options, clock);
        logins = new LoginWatch(WebAddress, clock);
    }

    /// <summary>Where customers reach the shop.</summary>
    public Uri WebAddress => units.WebAddress;

    /// <summary>The shop's staging, which no customer uses.</summary>
    public Uri StagingAddress => units.StagingAddress;

    public Uri InventoryAddress => units.InventoryAddress;

    /// <summary>The shop's own database, for Npgsql.</summary>
    public string DatabaseConnection => units.DatabaseConnection;

    /// <summary>The bearer token of the platform's API.</summary>
    public string Token => options.Token;

    internal ShopPlatform Platform { get; }

    internal PlatformApi Api { get; }

    /// <summary>Starts everything and lets it live through its warm-up; when it returns, people shop and logins work.</summary>
    /// <exception cref="InvalidOperationException">A part does not start; the message says which and why.</exception>
    public static async Task<ShopHost> StartAsync(ShopOptions options, CancellationToken cancellationToken)
    {
        options = options with { StateFolder = Path.GetFullPath(options.StateFolder), ClockFile = Path.GetFullPath(options.ClockFile) };
        Directory.CreateDirectory(options.StateFolder);
        var host = new ShopHost(options);
        try
        {
            await host.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Causes a fault, such as <c>database-down</c> or <c>bad-release</c>; <see cref="Snapshot"/> names them all. One that is active already stays as it is.</summary>
    /// <exception cref="ArgumentException">No such fault.</exception>
    /// <exception cref="InvalidOperationException">It cannot be caused now.</exception>
    public Task BreakAsync(string fault, CancellationToken cancellationToken) => OneAtATimeAsync(() => faults.BreakAsync(fault, cancellationToken), cancellationToken);

    /// <summary>Undoes every fault; returns when logins work.</summary>
    /// <exception cref="InvalidOperationException">Something does not come back; the message says what.</exception>
    public Task HealAsync(CancellationToken cancellationToken) => OneAtATimeAsync(async () =>
    {
        await faults.HealAsync(cancellationToken);
        await UntilLoginWorksAsync(cancellationToken);
    }, cancellationToken);

    public ShopSnapshot Snapshot()
    {
        var table = ProcessTable.Read();
        var (failing, ok) = logins.Truth;
        return new ShopSnapshot(
            [.. Platform.Units.Select(u =>
            {
                var health = u.Health();
                var bytes = ProcessTable.Memory(u.Instances().SelectMany(i => table.Tree(i.Pid)));
                return new ShopService(u.Name, u.Environment, u.Kind, health.State, u.Releases.Current?.Release.Version, (u as WebUnit)?.DescribeCandidate() is { } tried ? $"{tried.Version} with {tried.Percent} %" : null, health.Detail, u.Restarts, Math.Round((double)bytes / Megabyte, 1), (double)u.MemoryLimitBytes / Megabyte);
            })],
            faults.Describe(), new ShopTruth(faults.BrokenAt, failing, ok));
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(running);
        customers.Dispose();
        logins.Dispose();
        await Platform.DisposeAsync();
        await units.DisposeAsync();
        if (guard is not null)
        {
            guard.StandardInput.Close();
            await guard.WaitForExitAsync(CancellationToken.None);
            guard.Dispose();
        }
        control.Dispose();
        ending.Dispose();
        clock.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        ShopReleases.Seed(units.Staging, units.Shop, units.Inventory, units.Changes, Path.Combine(options.StateFolder, "releases"), clock.GetUtcNow());
        if (options.WarmUp > TimeSpan.Zero) clock.Advance(-options.WarmUp);
        // PostgreSQL is nobody's child: should this process be killed, the guard ends it.
        var pidFile = Path.Combine(options.StateFolder, "db", "data", "postmaster.pid").Replace("'", "'\\''", StringComparison.Ordinal);
        guard = Spawn.Guard($"[ -f '{pidFile}' ] && kill -INT \"$(head -n 1 '{pidFile}')\"");
        units.Staging.Expect();
        await Task.WhenAll(units.StartDatabaseAsync(cancellationToken), units.Inventory.StartAsync(cancellationToken), units.Shop.StartAsync(cancellationToken));
        await UntilLoginWorksAsync(cancellationToken);
        for (var i = 0; i < 5; i++) await customers.RoundAsync(cancellationToken);
        await Platform.SampleAsync(null, cancellationToken);
        await WarmUp.RunAsync(clock, customers, Platform, options, cancellationToken);
        Platform.StartSampling();
        // Nobody waits for staging: it comes up while production already has its customers.
        running.Add(StartStagingAsync());
        running.Add(customers.RunAsync(options.RequestsPerSecond, ending.Token));
        running.Add(logins.RunAsync(ending.Token));
    }

    private async Task StartStagingAsync()
    {
        try
        {
            await Task.Yield();
            await units.StartStagingAsync(ending.Token);
        }
        catch (Exception e) when (e is InvalidOperationException or NpgsqlException or OperationCanceledException)
        {
            // Production can do without it; the platform's status of it says how it is.
            units.Staging.Unexpect();
        }
    }

    private async Task UntilLoginWorksAsync(CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (!await logins.TryAsync(cancellationToken))
        {
            if (clock.GetElapsedTime(start) > TimeSpan.FromSeconds(30)) throw new InvalidOperationException($"Nobody can sign in to the shop after 30 s: {units.Shop.Health().Detail} Its log: {units.Shop.LogFile}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancellationToken);
        }
    }

    private async Task OneAtATimeAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await control.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            control.Release();
        }
    }
}
