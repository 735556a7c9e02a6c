using System.Globalization;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>A cache of rendered pages that is told to keep everything: the memory is really allocated, touched and held.</summary>
internal sealed class MemoryLeak(ServiceWeb web, int limitMegabytes)
{
    private const int EntryBytes = 256 * 1024;
    private readonly List<byte[]> pages = [];
    private CancellationTokenSource? running;

    public int LimitMegabytes => limitMegabytes;

    public int Entries
    {
        get { lock (pages) return pages.Count; }
    }

    /// <summary>Orders: <c>leak BYTES_PER_SECOND</c>, <c>leak off</c>.</summary>
    public void Obey(string order)
    {
        if (!order.StartsWith("leak ", StringComparison.Ordinal)) return;
        running?.Cancel();
        running?.Dispose();
        running = null;
        if (order == "leak off")
        {
            lock (pages) pages.Clear();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return;
        }
        running = CancellationTokenSource.CreateLinkedTokenSource(web.Ending);
        _ = GrowAsync(int.Parse(order.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture), running.Token);
    }

    /// <summary>Keeps a page for ever.</summary>
    public void Keep()
    {
        var page = GC.AllocateUninitializedArray<byte>(EntryBytes);
        Array.Fill(page, (byte)1);
        lock (pages) pages.Add(page);
    }

    private async Task GrowAsync(int bytesPerSecond, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds((double)EntryBytes / bytesPerSecond), web.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken)) Keep();
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }
}
