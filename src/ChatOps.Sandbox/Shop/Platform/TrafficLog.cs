namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>
/// Every request of users that the proxy of a service handed on, by the version that served it, so that a window of any length can be counted exactly
/// afterwards. Bounded: the latest requests are kept one by one, of the rest the totals.
/// </summary>
internal sealed class TrafficLog(TimeProvider clock, int capacity = TrafficLog.Capacity)
{
    /// <summary>Two hours at 25 requests a second.</summary>
    private const int Capacity = 180_000;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Totals> totals = new(StringComparer.Ordinal);
    private Entry[] ring = new Entry[1024];
    private long taken;

    /// <param name="status">What the version answered; null: it did not answer.</param>
    /// <param name="login">It was an attempt to sign in.</param>
    public void Note(string version, int? status, TimeSpan took, bool login)
    {
        lock (gate)
        {
            if (taken == ring.Length && ring.Length < capacity) Array.Resize(ref ring, Math.Min(capacity, ring.Length * 2));
            var entry = new Entry(version, clock.GetUtcNow().ToUnixTimeMilliseconds(), status is null ? float.NaN : (float)took.TotalMilliseconds,
                status is null or >= 500, login, login && status is not 200);
            ring[taken++ % ring.Length] = entry;
            totals[version] = Add(totals.GetValueOrDefault(version), entry);
        }
    }

    /// <summary>What all versions served since a mark (0: ever), which is then moved to now.</summary>
    public TrafficCount Since(ref long mark)
    {
        lock (gate)
        {
            var count = Count([.. Kept().Skip((int)Math.Max(0, mark - (taken - Held)))]);
            mark = taken;
            return count;
        }
    }

    /// <summary>What one version served in a window, with the totals at its beginning and its end.</summary>
    public VersionTraffic Of(string version, DateTimeOffset since, DateTimeOffset until)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var (from, to) = (since.ToUnixTimeMilliseconds(), until < now ? until.ToUnixTimeMilliseconds() : long.MaxValue);
            // Of what was overwritten only the totals are known: the window begins no earlier than the memory of single requests.
            if (taken > Held) from = Math.Max(from, ring[taken % ring.Length].At);
            var all = totals.GetValueOrDefault(version);
            var own = Kept().Where(e => e.Version == version).ToList();
            var inside = own.Where(e => e.At >= from && e.At < to).ToList();
            var atEnd = all.Minus(Sum(own.Where(e => e.At >= to)));
            var end = to == long.MaxValue ? now.ToUnixTimeMilliseconds() : to;
            return new VersionTraffic(Math.Min(from, end), end, atEnd.Minus(Sum(inside)), atEnd, Count(inside));
        }
    }

    private int Held => (int)Math.Min(taken, ring.Length);

    private IEnumerable<Entry> Kept()
    {
        for (var i = taken - Held; i < taken; i++) yield return ring[i % ring.Length];
    }

    private static Totals Sum(IEnumerable<Entry> entries) => entries.Aggregate(default(Totals), Add);

    private static Totals Add(Totals sum, Entry e) => sum.Plus(e.Error, e.Login, e.LoginFailed);

    private static TrafficCount Count(List<Entry> entries)
    {
        var sum = Sum(entries);
        // What was never answered has no latency: a process that is gone refuses at once, and would look fast.
        var answered = entries.Where(e => !float.IsNaN(e.Milliseconds)).Select(e => e.Milliseconds).Order().ToList();
        return new TrafficCount(sum.Requests, sum.Errors, At(answered, 0.5), At(answered, 0.99));
    }

    private static double? At(List<float> sorted, double share) =>
        sorted.Count == 0 ? null : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * share) - 1)];

    private readonly record struct Entry(string Version, long At, float Milliseconds, bool Error, bool Login, bool LoginFailed);

    /// <param name="LoginsFailed">Every login without a session, for whatever reason.</param>
    internal readonly record struct Totals(long Requests, long Errors, long Logins, long LoginsFailed)
    {
        public Totals Plus(bool error, bool login, bool loginFailed) => new(Requests + 1, Errors + (error ? 1 : 0), Logins + (login ? 1 : 0), LoginsFailed + (loginFailed ? 1 : 0));

        public Totals Minus(Totals other) => new(Requests - other.Requests, Errors - other.Errors, Logins - other.Logins, LoginsFailed - other.LoginsFailed);
    }
}

/// <summary>Requests and errors of a stretch of time; percentiles in milliseconds of those that were answered, null where none was.</summary>
internal sealed record TrafficCount(long Requests, long Errors, double? P50, double? P99);

/// <param name="From">Unix milliseconds of the first totals.</param>
internal sealed record VersionTraffic(long From, long To, TrafficLog.Totals AtFrom, TrafficLog.Totals AtTo, TrafficCount Window);
