namespace ChatOps.Sandbox.Shop.Services;

/// <summary>
/// The stock behind one lock, as such things are. A recount that holds the lock for seconds at a time makes every reader wait:
/// nothing is broken, and everything that asks is slow.
/// </summary>
internal sealed class Stock(ServiceWeb web) : IDisposable
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(20);
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly Lock waits = new();
    private readonly Queue<(long At, TimeSpan Wait)> recent = new();
    private CancellationTokenSource? recount;
    private long warned;
    private int articles = 12_840;

    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        var start = web.Clock.GetTimestamp();
        await gate.WaitAsync(cancellationToken);
        try
        {
            Remember(web.Clock.GetElapsedTime(start));
            return articles;
        }
        finally
        {
            gate.Release();
        }
    }

    public async Task BookDeliveriesAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        var delivered = Random.Shared.Next(0, 30);
        articles += delivered - 15;
        gate.Release();
        web.Log.Info("inventory.stock", $"booked {delivered} deliveries, {articles} articles in stock");
    }

    /// <summary>Ready unless readers had to wait more than a second lately.</summary>
    public ReadyCheck Check()
    {
        TimeSpan longest;
        lock (waits)
        {
            Forget();
            longest = recent.Count == 0 ? TimeSpan.Zero : recent.Max(w => w.Wait);
        }
        return longest > TimeSpan.FromSeconds(1)
            ? new ReadyCheck("stock", false, $"slow: requests waited up to {longest.TotalSeconds:0.0} s for the stock lock in the last 20 s")
            : new ReadyCheck("stock", true, "requests do not wait for the stock lock");
    }

    /// <summary>Orders: <c>recount on</c>, <c>recount off</c>.</summary>
    public void Obey(string order)
    {
        if (order == "recount off")
        {
            recount?.Cancel();
            lock (waits) recent.Clear();
        }
        if (order != "recount on") return;
        recount = CancellationTokenSource.CreateLinkedTokenSource(web.Ending);
        _ = RecountAsync(recount.Token);
    }

    public void Dispose()
    {
        recount?.Dispose();
        gate.Dispose();
    }

    private async Task RecountAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var shelf = 1; ; shelf++)
            {
                await gate.WaitAsync(cancellationToken);
                try
                {
                    // Every fourth shelf takes longer than the three seconds for which the shop waits.
                    await Task.Delay(TimeSpan.FromSeconds(shelf % 4 == 0 ? 3.8 : 2.4), web.Clock, cancellationToken);
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private void Remember(TimeSpan wait)
    {
        var now = web.Clock.GetTimestamp();
        bool tell;
        lock (waits)
        {
            recent.Enqueue((now, wait));
            Forget();
            tell = wait > TimeSpan.FromSeconds(1) && web.Clock.GetElapsedTime(warned, now) > TimeSpan.FromSeconds(1);
            if (tell) warned = now;
        }
        if (tell) web.Log.Warn("inventory.stock", $"a request waited {wait.TotalMilliseconds:0} ms for the stock lock, held by a recount");
    }

    private void Forget()
    {
        while (recent.Count > 0 && web.Clock.GetElapsedTime(recent.Peek().At) > Remembered) recent.Dequeue();
    }
}
