namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>Measures one service every five seconds and keeps two hours of it.</summary>
internal sealed class MetricSampler(Unit unit, string disk, TimeProvider clock)
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Kept = TimeSpan.FromHours(2);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Series> series = new(StringComparer.Ordinal);
    private long ticksBefore = -1;
    private long timeBefore;
    private (string Instance, Scrape Scrape)? before;

    /// <summary>Takes one sample. <paramref name="standsFor"/>: the length of live traffic that the requests since the last sample stand for, where that is not the time that passed.</summary>
    public async Task SampleAsync(TimeSpan? standsFor, CancellationToken cancellationToken)
    {
        var scraped = unit is WebUnit { Live: { HasExited: false } live } ? (live.Id, await live.ScrapeAsync(cancellationToken)) : default;
        var health = unit.Health();
        var table = ProcessTable.Read();
        var tree = unit.Instances().SelectMany(i => table.Tree(i.Pid)).ToList();
        var now = clock.GetTimestamp();
        var seconds = ticksBefore < 0 ? 0 : standsFor?.TotalSeconds ?? clock.GetElapsedTime(timeBefore, now).TotalSeconds;
        var ticks = table.Ticks(tree);
        lock (gate)
        {
            if (seconds > 0) Add("cpu_percent", "percent", null, Math.Max(0, ticks - ticksBefore) / seconds);
            Add("memory_bytes", "bytes", unit.MemoryLimitBytes, ProcessTable.Memory(tree));
            Add("ready_replicas", "count", 1, health.Ready);
            Add("restarts", "count", null, unit.Restarts);
            var space = new DriveInfo(disk);
            Add("disk_used_bytes", "bytes", space.TotalSize, space.TotalSize - space.AvailableFreeSpace);
            if (unit is DatabaseUnit database) Add("connections_in_use", "count", database.ConnectionLimit, database.Connections ?? 0);
            if (unit is WebUnit) AddTraffic(scraped.Item1, scraped.Item2, seconds);
        }
        (ticksBefore, timeBefore) = (ticks, now);
    }

    public IReadOnlyList<MetricSeries> Read(DateTimeOffset since, DateTimeOffset until)
    {
        var (from, to) = (since.ToUnixTimeMilliseconds(), until.ToUnixTimeMilliseconds());
        lock (gate)
            return [.. series.Select(s => new MetricSeries(s.Key, s.Value.Unit, s.Value.Limit, [.. s.Value.Points.Where(p => p[0] >= from && p[0] < to)]))];
    }

    private void AddTraffic(string? instance, string? text, double seconds)
    {
        if (instance is null || text is null)
        {
            if (seconds > 0) Add("requests_per_second", "per_second", null, 0);
            return;
        }
        var scrape = Scrape.Parse(text);
        var earlier = before?.Instance == instance ? before?.Scrape : null;
        before = (instance, scrape);
        if (scrape.Pool is { } pool) Add("connections_in_use", "count", pool.Max, pool.InUse);
        if (seconds <= 0) return;
        var requests = scrape.Requests - (earlier?.Requests ?? 0);
        Add("requests_per_second", "per_second", null, requests / seconds);
        if (requests <= 0) return;
        Add("error_ratio", "ratio", null, (double)(scrape.Errors - (earlier?.Errors ?? 0)) / requests);
        if (scrape.Percentile(0.5, earlier) is { } p50) Add("latency_p50_ms", "milliseconds", null, p50);
        if (scrape.Percentile(0.99, earlier) is { } p99) Add("latency_p99_ms", "milliseconds", null, p99);
    }

    private void Add(string name, string unitOfValue, double? limit, double value)
    {
        if (!series.TryGetValue(name, out var one)) series[name] = one = new Series(unitOfValue);
        one.Limit = limit;
        var now = clock.GetUtcNow();
        var oldest = (now - Kept).ToUnixTimeMilliseconds();
        one.Points.Enqueue([now.ToUnixTimeMilliseconds(), Math.Round(value, 4)]);
        while (one.Points.TryPeek(out var point) && point[0] < oldest) one.Points.Dequeue();
    }

    private sealed class Series(string unit)
    {
        public string Unit => unit;

        public double? Limit { get; set; }

        public Queue<double[]> Points { get; } = new();
    }
}
