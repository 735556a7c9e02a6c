using ChatOps.Database;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Sandbox.Shop.Services;
using Npgsql;

namespace ChatOps.Sandbox.Shop;

/// <summary>
/// What the shop consists of: in production the shop, its inventory and their PostgreSQL; in staging one more process of the shop, with a database of its own
/// on the same server and the same inventory, and without customers.
/// </summary>
internal sealed class ShopUnits : IAsyncDisposable
{
    private const long Megabyte = 1 << 20;
    private const string StagingDatabase = "staging";
    private readonly PrivateCluster cluster;
    private readonly TimeProvider clock;

    public ShopUnits(ShopOptions options, TimeProvider clock)
    {
        this.clock = clock;
        var logs = Path.Combine(options.StateFolder, "logs");
        if (Directory.Exists(logs)) Directory.Delete(logs, recursive: true);
        Directory.CreateDirectory(logs);
        var (webPort, stagingPort, inventoryPort, databasePort) = (FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next());
        (WebAddress, StagingAddress, InventoryAddress) = (Local(webPort), Local(stagingPort), Local(inventoryPort));
        cluster = new PrivateCluster(Path.Combine(options.StateFolder, "db"), databasePort, ShopDatabase.Settings);
        Directory.CreateDirectory(Path.GetDirectoryName(cluster.LogFile)!);
        File.Delete(cluster.LogFile);
        var backup = new DatabaseBackup(cluster, databasePort, Path.Combine(options.StateFolder, "backups"), clock);

        Changes = new ChangeHistory(clock);
        Database = new DatabaseUnit("shop-db", cluster, ShopDatabase.MaxConnections, 256 * Megabyte, Path.Combine(logs, "shop-db.log"), clock)
        {
            BackUpAsync = cancellationToken => backup.TakeAsync("postgres", "shop-db", cancellationToken),
        };
        Inventory = new WebUnit(
            new WebUnitOptions
            {
                Name = "inventory", InstanceName = "inventory", Subcommand = "shop-inventory", Port = inventoryPort, MemoryLimitBytes = 256 * Megabyte,
                LogFile = Path.Combine(logs, "inventory.log"), Arguments = [("clock", options.ClockFile)],
            },
            Changes, clock);
        Shop = Web(ShopPlatform.Production, "shop", webPort, DatabaseConnection, "postgres", pool: "20");
        Staging = Web(ShopPlatform.Staging, "shop-staging", stagingPort, StagingConnection, StagingDatabase, pool: "4");

        WebUnit Web(string environment, string name, int port, string connection, string database, string pool)
        {
            var log = Path.Combine(logs, name + ".log");
            var releases = new ReleaseHistory();
            var migrations = new Migrations(connection, releases, log, clock);
            return new WebUnit(
                new WebUnitOptions
                {
                    Name = "shop", Environment = environment, InstanceName = name, Subcommand = "shop-web", Port = port, BehindProxy = true, MemoryLimitBytes = 256 * Megabyte, LogFile = log,
                    Arguments = [("clock", options.ClockFile), ("pool", pool)], Variables = [("DATABASE_URL", connection), ("INVENTORY_URL", InventoryAddress.ToString())],
                    PrepareAsync = migrations.ApplyAsync,
                },
                Changes, clock)
            {
                Releases = releases,
                BackUpAsync = cancellationToken => backup.TakeAsync(database, name, cancellationToken),
            };
        }
    }

    public Uri WebAddress { get; }

    public Uri StagingAddress { get; }

    public Uri InventoryAddress { get; }

    public ChangeHistory Changes { get; }

    public WebUnit Staging { get; }

    public WebUnit Shop { get; }

    public WebUnit Inventory { get; }

    public DatabaseUnit Database { get; }

    public IReadOnlyList<Unit> All => [Staging, Shop, Inventory, Database];

    public string DatabaseConnection => cluster.ConnectionString("postgres");

    private string StagingConnection => cluster.ConnectionString(StagingDatabase);

    public async Task StartDatabaseAsync(CancellationToken cancellationToken)
    {
        await Database.StartAsync(cancellationToken);
        await ShopDatabase.CreateAsync(DatabaseConnection, cancellationToken);
    }

    public async Task StartStagingAsync(CancellationToken cancellationToken)
    {
        await ShopDatabase.AddAsync(DatabaseConnection, StagingDatabase, cancellationToken);
        await ShopDatabase.CreateAsync(StagingConnection, cancellationToken);
        await Staging.StartAsync(cancellationToken);
    }

    /// <summary>Where the release that runs in production is no longer served by the schema, takes the schema back to what that release needs.</summary>
    public async Task RepairSchemaAsync(CancellationToken cancellationToken)
    {
        if (Shop.Releases.Current is not { } current || current.Release.Has(Feature.PasswordColumns)) return;
        try
        {
            if (!await ShopDatabase.IsContractedAsync(DatabaseConnection, cancellationToken)) return;
            await ShopDatabase.ResetSchemaAsync(DatabaseConnection, cancellationToken);
            await new Migrations(DatabaseConnection, Shop.Releases, Shop.LogFile, clock).ApplyAsync(current, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw new InvalidOperationException($"The schema of shop-db cannot be looked at: {ServiceLog.OnOneLine(e)}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Staging.DisposeAsync().AsTask(), Shop.DisposeAsync().AsTask(), Inventory.DisposeAsync().AsTask(), Database.DisposeAsync().AsTask());
    }

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}");
}
