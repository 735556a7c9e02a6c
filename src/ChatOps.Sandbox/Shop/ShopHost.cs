using ChatOps.Database;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Scheduling;

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
    private readonly PrivateCluster cluster;
    private readonly DatabaseUnit database;
    private readonly WebUnit inventory;
    private readonly WebUnit shop;
    private readonly ShopFaults faults;
    private readonly ShopCustomers customers;
    private readonly LoginWatch logins;
    private System.Diagnostics.Process? guard;

    private ShopHost(ShopOptions options)
    {
        this.options = options;
        clock = new SharedClock(options.ClockFile);
        var logs = Path.Combine(options.StateFolder, "logs");
        if (Directory.Exists(logs)) Directory.Delete(logs, recursive: true);
        Directory.CreateDirectory(logs);
        var (webPort, inventoryPort, databasePort) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        WebAddress = new Uri($"http://127.0.0.1:{webPort}");
        InventoryAddress = new Uri($"http://127.0.0.1:{inventoryPort}");
        cluster = new PrivateCluster(Path.Combine(options.StateFolder, "db"), databasePort, ShopDatabase.Settings);
        Directory.CreateDirectory(Path.GetDirectoryName(cluster.LogFile)!);
        File.Delete(cluster.LogFile);

        var changes = new ChangeHistory(clock);
        database = new DatabaseUnit("shop-db", cluster, ShopDatabase.MaxConnections, 256 * Megabyte, Path.Combine(logs, "shop-db.log"), clock);
        inventory = new WebUnit(new WebUnitOptions
        {
            Name = "inventory", InstanceName = "inventory", Subcommand = "shop-inventory", Port = inventoryPort, MemoryLimitBytes = 256 * Megabyte,
            LogFile = Path.Combine(logs, "inventory.log"), Arguments = [("clock", options.ClockFile)],
        }, changes, clock);
        shop = new WebUnit(new WebUnitOptions
        {
            Name = "shop", InstanceName = "shop", Subcommand = "shop-web", Port = webPort, BehindProxy = true, MemoryLimitBytes = 256 * Megabyte, LogFile = Path.Combine(logs, "shop.log"),
            Arguments = [("clock", options.ClockFile)], Variables = [("DATABASE_URL", DatabaseConnection), ("INVENTORY_URL", InventoryAddress.ToString())],
        }, changes, clock);
        var operations = new OperationLog(Path.Combine(options.StateFolder, "operations.ndjson"), clock);
        Platform = new ShopPlatform([shop, inventory, database], changes, operations, options.StateFolder, clock);
        Api = new PlatformApi(Platform, options.Token);
        faults = new ShopFaults(Platform, database, shop, inventory, DatabaseConnection, options, clock);
        customers = new ShopCustomers(WebAddress, clock);
        logins = new LoginWatch(WebAddress, clock);
    }

    /// <summary>Where customers reach the shop.</summary>
    public Uri WebAddress { get; }

    public Uri InventoryAddress { get; }

    /// <summary>The shop's own database, for Npgsql.</summary>
    public string DatabaseConnection => cluster.ConnectionString("postgres");

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

    /// <summary>Causes a fault: <c>database-down</c>, <c>bad-release</c>, <c>slow-dependency</c> or <c>memory-leak</c>. One that is active already stays as it is.</summary>
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
                return new ShopService(u.Name, u.Kind, health.State, u.Releases.Current?.Release.Version, health.Detail, u.Restarts, Math.Round((double)bytes / Megabyte, 1), (double)u.MemoryLimitBytes / Megabyte);
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
        await Task.WhenAll(shop.DisposeAsync().AsTask(), inventory.DisposeAsync().AsTask(), database.DisposeAsync().AsTask());
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
        ShopReleases.Seed(shop, inventory, Platform.Changes, Path.Combine(options.StateFolder, "releases"), clock.GetUtcNow());
        if (options.WarmUp > TimeSpan.Zero) clock.Advance(-options.WarmUp);
        // PostgreSQL is nobody's child: should this process be killed, the guard ends it.
        var pidFile = Path.Combine(options.StateFolder, "db", "data", "postmaster.pid").Replace("'", "'\\''", StringComparison.Ordinal);
        guard = Spawn.Guard($"[ -f '{pidFile}' ] && kill -INT \"$(head -n 1 '{pidFile}')\"");
        await Task.WhenAll(StartDatabaseAsync(cancellationToken), inventory.StartAsync(cancellationToken), shop.StartAsync(cancellationToken));
        await UntilLoginWorksAsync(cancellationToken);
        for (var i = 0; i < 5; i++) await customers.RoundAsync(cancellationToken);
        await Platform.SampleAsync(null, cancellationToken);
        await WarmUp.RunAsync(clock, customers, Platform, options, cancellationToken);
        Platform.StartSampling();
        running.Add(customers.RunAsync(options.RequestsPerSecond, ending.Token));
        running.Add(logins.RunAsync(ending.Token));
    }

    private async Task StartDatabaseAsync(CancellationToken cancellationToken)
    {
        await database.StartAsync(cancellationToken);
        await ShopDatabase.CreateAsync(DatabaseConnection, cancellationToken);
    }

    private async Task UntilLoginWorksAsync(CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (!await logins.TryAsync(cancellationToken))
        {
            if (clock.GetElapsedTime(start) > TimeSpan.FromSeconds(30)) throw new InvalidOperationException($"Nobody can sign in to the shop after 30 s: {shop.Health().Detail} Its log: {shop.LogFile}");
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
