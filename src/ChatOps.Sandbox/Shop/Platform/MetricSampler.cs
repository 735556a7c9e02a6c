namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>Measures one service every five seconds and keeps two hours of it.</summary>
internal sealed class MetricSampler(Unit unit, string disk, TimeProvider clock)
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Kept = TimeSpan.FromHours(2);
    private const string Memory = "memory_bytes";
    private readonly Lock gate = new();
    private readonly Dictionary<string, Series> series = new(StringComparer.Ordinal);
    private long ticksBefore = -1;
    private long timeBefore;
    private (string Instance, Scrape Scrape)? before;
    private long trafficBefore;

    /// <summary>Takes one sample. <paramref name="standsFor"/>: the length of live traffic that the requests since the last sample stand for, where that is not the time that passed.</summary>
    public async Task SampleAsync(TimeSpan? standsFor, CancellationToken cancellationToken)
    {
        var scraped = unit is WebUnit { Live: { HasExited: false } live } ? (live.Id, await live.ScrapeAsync(cancellationToken)) : default;
        var health = unit.Health();
        var table = ProcessTable.Read();
        var trees = unit.Instances().Select(i => (i.Version, Tree: table.Tree(i.Pid))).ToList();
        var memory = trees.Select(t => (t.Version, Bytes: ProcessTable.Memory(t.Tree))).ToList();
        var now = clock.GetTimestamp();
        var seconds = ticksBefore < 0 ? 0 : standsFor?.TotalSeconds ?? clock.GetElapsedTime(timeBefore, now).TotalSeconds;
        var ticks = table.Ticks(trees.SelectMany(t => t.Tree));
        lock (gate)
        {
            if (seconds > 0) Add("cpu_percent", "percent", null, Math.Max(0, ticks - ticksBefore) / seconds);
            Add(Memory, "bytes", unit.MemoryLimitBytes, memory.Select(m => m.Bytes).DefaultIfEmpty(0).Max());
            foreach (var (version, bytes) in memory)
                if (version is not null) Add(MemoryOf(version), "bytes", unit.MemoryLimitBytes, bytes);
            Add("ready_replicas", "count", 1, health.Ready);
            Add("restarts", "count", null, unit.Restarts);
            var space = new DriveInfo(disk);
            Add("disk_used_bytes", "bytes", space.TotalSize, space.TotalSize - space.AvailableFreeSpace);
            if (unit is DatabaseUnit database) Add("connections_in_use", "count", database.ConnectionLimit, database.Connections ?? 0);
            if (unit is WebUnit web) AddTraffic(web, scraped.Item1, scraped.Item2, seconds);
        }
        (ticksBefore, timeBefore) = (ticks, now);
    }

    public IReadOnlyList<MetricSeries> Read(DateTimeOffset since, DateTimeOffset until)
    {
        var (from, to) = (since.ToUnixTimeMilliseconds(), until.ToUnixTimeMilliseconds());
        lock (gate)
            return [.. series.Where(s => !s.Key.Contains('@', StringComparison.Ordinal)).Select(s => Window(s.Key, s.Value, from, to))];
    }

    /// <summary>What one version served in the window, counted exactly, and the memory that it took.</summary>
    public IReadOnlyList<MetricSeries> Read(string version, TrafficLog traffic, DateTimeOffset since, DateTimeOffset until)
    {
        var of = traffic.Of(version, since, until);
        var answer = new List<MetricSeries>
        {
            Total("requests_total", of.AtFrom.Requests, of.AtTo.Requests),
            Total("errors_total", of.AtFrom.Errors, of.AtTo.Errors),
            Total("logins_total", of.AtFrom.Logins, of.AtTo.Logins),
            Total("logins_failed_total", of.AtFrom.LoginsFailed, of.AtTo.LoginsFailed),
            new("latency_p50_ms", "milliseconds", null, At(of.Window.P50)),
            new("latency_p99_ms", "milliseconds", null, At(of.Window.P99)),
        };
        lock (gate)
            if (series.GetValueOrDefault(MemoryOf(version)) is { } memory) answer.Add(Window(Memory, memory, since.ToUnixTimeMilliseconds(), until.ToUnixTimeMilliseconds()));
        return answer;

        MetricSeries Total(string name, long first, long last) => new(name, "count", null, [[of.From, first], [of.To, last]]);
        IReadOnlyList<IReadOnlyList<double>> At(double? value) => value is { } known ? [[of.To, Math.Round(known, 3)]] : [];
    }

    private static string MemoryOf(string version) => $"{Memory}@{version}";

    private static MetricSeries Window(string name, Series one, long from, long to) => new(name, one.Unit, one.Limit, [.. one.Points.Where(p => p[0] >= from && p[0] < to)]);

    // Where a proxy stands in front, it knows what the users asked for, whichever process served them and whether one did. How long it took is told by the process
    // itself: a machine that is busy with other things shows in the proxy's time, and would read as the service's trouble.
    private void AddTraffic(WebUnit web, string? instance, string? text, double seconds)
    {
        var own = instance is null || text is null ? null : Scraped(instance, text);
        var traffic = web.Traffic is { } log ? log.Since(ref trafficBefore) : own;
        if (seconds <= 0) return;
        Add("requests_per_second", "per_second", null, (traffic?.Requests ?? 0) / seconds);
        if (traffic is null or { Requests: <= 0 }) return;
        Add("error_ratio", "ratio", null, (double)traffic.Errors / traffic.Requests);
        if (own?.P50 is { } p50) Add("latency_p50_ms", "milliseconds", null, p50);
        if (own?.P99 is { } p99) Add("latency_p99_ms", "milliseconds", null, p99);
    }

    private TrafficCount Scraped(string instance, string text)
    {
        var scrape = Scrape.Parse(text);
        var earlier = before?.Instance == instance ? before?.Scrape : null;
        before = (instance, scrape);
        if (scrape.Pool is { } pool) Add("connections_in_use", "count", pool.Max, pool.InUse);
        return new TrafficCount(scrape.Requests - (earlier?.Requests ?? 0), scrape.Errors - (earlier?.Errors ?? 0), scrape.Percentile(0.5, earlier), scrape.Percentile(0.99, earlier));
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
