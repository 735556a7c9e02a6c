using Npgsql;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>What a shop does besides answering: the ordinary noise of its log. Periods are by the shared clock.</summary>
internal sealed class WebJobs(ServiceWeb web, ShopDb db, Catalogue catalogue, MemoryLeak leak)
{
    private readonly ClockJobs jobs = new(web);

    public Task RunAsync(CancellationToken cancellationToken)
    {
        jobs.Every(TimeSpan.FromSeconds(30), "shop.cache", RefreshCatalogueAsync);
        jobs.Every(TimeSpan.FromSeconds(60), "shop.sessions", PurgeSessionsAsync);
        jobs.Every(TimeSpan.FromSeconds(97), "shop.db", ReportTopSellersAsync);
        jobs.Every(TimeSpan.FromSeconds(300), "shop.jobs.supplier-prices", ImportPricesAsync);
        jobs.Every(TimeSpan.FromSeconds(45), "shop.mail", SendMailAsync);
        jobs.Every(TimeSpan.FromSeconds(10), "shop.runtime", WatchMemoryAsync);
        return jobs.RunAsync(e => e is NpgsqlException or TimeoutException or InvalidOperationException, cancellationToken);
    }

    private async Task RefreshCatalogueAsync(CancellationToken cancellationToken)
    {
        var start = web.Clock.GetTimestamp();
        var products = await catalogue.RefreshAsync(cancellationToken);
        web.Log.Info("shop.cache", $"product cache refreshed: {products.Count} products in {web.Clock.GetElapsedTime(start).TotalMilliseconds:0.0} ms");
    }

    private async Task PurgeSessionsAsync(CancellationToken cancellationToken)
    {
        var removed = await db.RunAsync("DELETE FROM sessions WHERE expires_at <= $1", command => command.ExecuteNonQueryAsync(cancellationToken), cancellationToken, web.Clock.GetUtcNow());
        web.Log.Info("shop.sessions", $"removed {removed} expired sessions");
    }

    private async Task ReportTopSellersAsync(CancellationToken cancellationToken)
    {
        const string sql = "SELECT p.name, pg_sleep(0.06) FROM products p LEFT JOIN carts c ON c.product_id = p.id GROUP BY p.name ORDER BY count(c.*) DESC LIMIT 1";
        var start = web.Clock.GetTimestamp();
        await db.RunAsync(sql, command => command.ExecuteNonQueryAsync(cancellationToken), cancellationToken);
        web.Log.Warn("shop.db", $"slow query, {web.Clock.GetElapsedTime(start).TotalMilliseconds:0} ms: top sellers of the day");
    }

    // The job that complains every night and that nobody repairs: a diagnosis has to see past it.
    private Task ImportPricesAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= 3; attempt++)
            web.Log.Warn("shop.jobs.supplier-prices", $"feed of supplier acme-eu is late, attempt {attempt} of 3: keeping yesterday's prices");
        web.Log.Error("shop.jobs.supplier-prices", "import ended without new prices: feed acme-eu has no file for today");
        return Task.CompletedTask;
    }

    private Task SendMailAsync(CancellationToken cancellationToken)
    {
        web.Log.Info("shop.mail", $"queue flushed: {Random.Shared.Next(0, 9)} messages handed to the relay");
        return Task.CompletedTask;
    }

    private Task WatchMemoryAsync(CancellationToken cancellationToken)
    {
        var megabytes = Environment.WorkingSet / 1024 / 1024;
        var percent = megabytes * 100 / leak.LimitMegabytes;
        if (percent >= 75)
            web.Log.Warn("shop.runtime", $"memory {megabytes} MB is {percent}% of the limit of {leak.LimitMegabytes} MB, page cache holds {leak.Entries} pages, full collections {GC.CollectionCount(2)}");
        else if (web.Clock.GetUtcNow().Second < 10)
            web.Log.Info("shop.runtime", $"memory {megabytes} MB, threads {ThreadPool.ThreadCount}, connections in use {db.InUse} of {db.Size}");
        return Task.CompletedTask;
    }
}
