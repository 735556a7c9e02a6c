using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Sandbox.Shop.Services;
using Npgsql;

namespace ChatOps.Sandbox.Shop;

/// <summary>The ways in which the shop breaks, each a real one, and the way back from all of them.</summary>
internal sealed class ShopFaults(ShopPlatform platform, DatabaseUnit database, WebUnit shop, WebUnit inventory, string reporting, ShopOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, DateTimeOffset> since = new(StringComparer.Ordinal);

    public DateTimeOffset? BrokenAt { get; private set; }

    public IReadOnlyList<ShopFault> Describe() =>
    [
        One("database-down", "A monthly report takes all memory of the shop's PostgreSQL, and it is OOM killed. Nobody can sign in.", database.Health().State == "crashed"),
        One("bad-release", $"tom deploys {ShopReleases.Bad} of the shop, whose login reads a column that does not exist.", shop.Releases.Current?.Release.Has(ReleaseFile.CountryOfLastLogin) == true),
        One("slow-dependency", "A recount in the inventory holds the stock lock for seconds at a time: products and cart crawl.", inventory.StandingOrder is not null),
        One("memory-leak", "The shop's page cache keeps everything until the memory limit kills the process. A restart ends it.", shop.StandingOrder is not null),
    ];

    /// <exception cref="ArgumentException">There is no such fault; the message names those there are.</exception>
    /// <exception cref="InvalidOperationException">It cannot be caused now; the message says why.</exception>
    public async Task BreakAsync(string fault, CancellationToken cancellationToken)
    {
        var known = Describe().FirstOrDefault(f => f.Name == fault)
            ?? throw new ArgumentException($"There is no fault {fault}. There are: {string.Join(", ", Describe().Select(f => f.Name))}.", nameof(fault));
        if (known.Active) return;
        var now = clock.GetUtcNow();
        await (fault switch
        {
            "database-down" => KillDatabaseAsync(cancellationToken),
            "bad-release" => DeployBadReleaseAsync(cancellationToken),
            "slow-dependency" => OrderAsync(inventory, "recount on", cancellationToken),
            _ => OrderAsync(shop, $"leak {options.LeakBytesPerSecond}", cancellationToken),
        });
        since[fault] = now;
        BrokenAt = now;
    }

    /// <summary>Undoes whatever is broken, as whoever runs the sandbox: the platform's history shows it so.</summary>
    public async Task HealAsync(CancellationToken cancellationToken)
    {
        if (inventory.StandingOrder is not null) await WithdrawAsync(inventory, "recount off", cancellationToken);
        if (shop.StandingOrder is not null) await WithdrawAsync(shop, "leak off", cancellationToken);
        if (shop.Releases.Current?.Release.Has(ReleaseFile.CountryOfLastLogin) == true && shop.Releases.LastWithout(ReleaseFile.CountryOfLastLogin) is { } good)
            await ActAsync(shop, "rollback", "sandbox", "healed from the sandbox's panel", good.Release.Version, cancellationToken);
        if (database.Health().State == "crashed")
            await ActAsync(database, "restart", "sandbox", "healed from the sandbox's panel", null, cancellationToken);
    }

    private ShopFault One(string name, string description, bool active) =>
        new(name, description, active, active && since.TryGetValue(name, out var at) ? at : null);

    private async Task KillDatabaseAsync(CancellationToken cancellationToken)
    {
        var before = database.LastExit;
        var report = ReportAsync(cancellationToken);
        var start = clock.GetTimestamp();
        while (ReferenceEquals(database.LastExit, before) && clock.GetElapsedTime(start) < TimeSpan.FromSeconds(5))
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellationToken);
        // Where the report did not get that far (a slow machine), the database is killed all the same, the same way.
        if (ReferenceEquals(database.LastExit, before) && database.Instances() is [var instance, ..])
        {
            var bytes = ProcessTable.Memory(ProcessTable.Read().Tree(instance.Pid));
            await database.KillOutOfMemoryAsync(instance, MemoryLimit.Reason(Math.Max(bytes, database.MemoryLimitBytes), database.MemoryLimitBytes), cancellationToken);
        }
        await report;
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        const string sql = "SELECT length(string_agg(repeat(md5(line::text), 30), ',')) AS monthly_revenue_report FROM generate_series(1, 900000) AS line";
        try
        {
            await using var source = new NpgsqlSlimDataSourceBuilder(reporting + ";Pooling=false;Command Timeout=20;Application Name=reporting").ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();
            await using var command = source.CreateCommand(sql);
            await command.ExecuteScalarAsync(cancellationToken);
        }
        catch (NpgsqlException)
        {
            // Its connection dies with the database, which is the point.
            return;
        }
    }

    private async Task DeployBadReleaseAsync(CancellationToken cancellationToken) =>
        await ActAsync(shop, "deploy", "tom", "country of the last sign-in, ticket SHOP-311", ShopReleases.Bad, cancellationToken);

    private static async Task OrderAsync(WebUnit unit, string order, CancellationToken cancellationToken)
    {
        if (unit.Live is not { HasExited: false } live) throw new InvalidOperationException($"{unit.Name} does not run just now. Heal the shop first.");
        unit.StandingOrder = order;
        await live.OrderAsync(order, cancellationToken);
    }

    private static async Task WithdrawAsync(WebUnit unit, string off, CancellationToken cancellationToken)
    {
        unit.StandingOrder = null;
        if (unit.Live is not { HasExited: false } live) return;
        try
        {
            await live.OrderAsync(off, cancellationToken);
        }
        catch (IOException) when (live.HasExited)
        {
            // It was killed meanwhile; the next process is not given the order.
            return;
        }
    }

    private async Task ActAsync(Unit unit, string kind, string actor, string reason, string? version, CancellationToken cancellationToken)
    {
        var id = $"{kind}-{Guid.NewGuid():N}";
        platform.Begin(unit, kind, new ActionRequest(id, actor, reason, null, version, version, null, null, null), out var refusal);
        if (refusal is not null) throw new InvalidOperationException(refusal.Message);
        var start = clock.GetTimestamp();
        while (platform.Operations.Find(id) is { State: "running" } && clock.GetElapsedTime(start) < Patience) await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellationToken);
        if (platform.Operations.Find(id) is { State: not "succeeded" } failed) throw new InvalidOperationException(failed.Message ?? $"{kind} of {unit.Name} did not end in {Patience.TotalSeconds:0} s.");
    }
}
