using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Sandbox.Shop.Services;

namespace ChatOps.Sandbox.Shop;

/// <summary>The ways in which the shop breaks, each a real one, and the way back from all of them.</summary>
internal sealed class ShopFaults(ShopPlatform platform, ShopUnits units, ShopCustomers customers, ShopOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly IReadOnlyList<FaultyRelease> Releases =
    [
        new("bad-release", ShopReleases.Bad, Feature.CountryOfLastLogin, "tom", "country of the last sign-in, ticket SHOP-311", "whose login reads a column that does not exist."),
        new("slow-release", ShopReleases.Slow, Feature.Recommendations, "raj", "recommendations, ticket SHOP-318", "whose products and cart wait for a slow query."),
        new("leaky-release", ShopReleases.Leaky, Feature.SessionReplay, "tom", "session replay, ticket SHOP-320", "which keeps half a megabyte of every request until the memory limit kills it."),
        new("crash-on-start", ShopReleases.CrashOnStart, Feature.PriceTable, "kim", "value-added tax, ticket SHOP-322", "whose process ends at its start, by recreate: nothing runs.", ActionChecks.Recreate),
    ];

    private readonly Dictionary<string, DateTimeOffset> since = new(StringComparer.Ordinal);

    public DateTimeOffset? BrokenAt { get; private set; }

    public IReadOnlyList<ShopFault> Describe() =>
    [
        One("database-down", "A monthly report takes all memory of the shop's PostgreSQL, and it is OOM killed. Nobody can sign in.", units.Database.Health().State == "crashed"),
        Describe(Releases[0]),
        One("slow-dependency", "A recount in the inventory holds the stock lock for seconds at a time: products and cart crawl.", units.Inventory.StandingOrder is not null),
        One("memory-leak", "The shop's page cache keeps everything until the memory limit kills the process. A restart ends it.", units.Shop.StandingOrder is not null),
        .. Releases.Skip(1).Select(Describe),
        One("low-traffic", "The customers almost stay away: one request in five seconds. Nothing is broken, and nothing can be judged by it.", customers.AreFew),
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
            "database-down" => new MonthlyReport(units.Database, units.DatabaseConnection, clock).RunAsync(cancellationToken),
            "slow-dependency" => OrderAsync(units.Inventory, "recount on", cancellationToken),
            "memory-leak" => OrderAsync(units.Shop, $"leak {options.LeakBytesPerSecond}", cancellationToken),
            "low-traffic" => Task.FromResult(customers.AreFew = true),
            _ => DeployAsync(Releases.First(r => r.Name == fault), cancellationToken),
        });
        since[fault] = now;
        // Where nothing is broken there is no moment at which it broke.
        if (fault != "low-traffic") BrokenAt = now;
    }

    /// <summary>Undoes whatever is broken, as whoever runs the sandbox: the platform's history shows it so.</summary>
    public async Task HealAsync(CancellationToken cancellationToken)
    {
        customers.AreFew = false;
        if (units.Inventory.StandingOrder is not null) await WithdrawAsync(units.Inventory, "recount off", cancellationToken);
        if (units.Shop.StandingOrder is not null) await WithdrawAsync(units.Shop, "leak off", cancellationToken);
        if (units.Database.Health().State == "crashed") await RepairAsync(units.Database, "restart", null, cancellationToken);
        if (units.Shop.Candidate is { } tried && (tried.HasExited || units.Shop.Releases.Find(tried.Version)?.Release.IsFaulty == true)) await RepairAsync(units.Shop, "drop-candidate", null, cancellationToken);
        if (units.Shop.Releases.Current?.Release.IsFaulty == true && units.Shop.Releases.LastGood() is { } good) await RepairAsync(units.Shop, "rollback", good.Release.Version, cancellationToken);
        await units.RepairSchemaAsync(cancellationToken);
    }

    private ShopFault Describe(FaultyRelease release) => One(release.Name, $"{release.By} deploys {release.Version} of the shop, {release.Does}",
        new[] { units.Shop.Releases.Current?.Release.Version, units.Shop.Candidate?.Version }.OfType<string>().Any(v => units.Shop.Releases.Find(v)?.Release.Has(release.Feature) == true));

    private ShopFault One(string name, string description, bool active) =>
        new(name, description, active, active && since.TryGetValue(name, out var at) ? at : null);

    private async Task DeployAsync(FaultyRelease release, CancellationToken cancellationToken)
    {
        var ended = await ActAsync(units.Shop, "deploy", new ActionRequest(null, release.By, release.Reason, null, null, release.Version, release.Strategy, null, null), cancellationToken);
        // That it does not start is the very fault, where what ran before was ended first.
        if (ended.State != "succeeded" && release.Strategy != ActionChecks.Recreate) throw new InvalidOperationException(ended.Message);
    }

    private async Task RepairAsync(Unit unit, string kind, string? version, CancellationToken cancellationToken)
    {
        var ended = await ActAsync(unit, kind, new ActionRequest(null, "sandbox", "healed from the sandbox's panel", null, version, null, null, null, null), cancellationToken);
        if (ended.State != "succeeded") throw new InvalidOperationException(ended.Message);
    }

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

    private async Task<Operation> ActAsync(Unit unit, string kind, ActionRequest request, CancellationToken cancellationToken)
    {
        var id = $"{kind}-{Guid.NewGuid():N}";
        platform.Begin(unit, kind, request with { OperationId = id }, out var refusal);
        if (refusal is not null) throw new InvalidOperationException(refusal.Message);
        var start = clock.GetTimestamp();
        while (clock.GetElapsedTime(start) < Patience)
        {
            if (platform.Operations.Find(id) is { State: not "running" } ended) return ended;
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellationToken);
        }
        throw new InvalidOperationException($"{kind} of {unit.Name} did not end in {Patience.TotalSeconds:0} s.");
    }

    private sealed record FaultyRelease(string Name, string Version, string Feature, string By, string Reason, string Does, string? Strategy = null);
}
