using System.Collections.Concurrent;

namespace ChatOps.Outbox;

/// <summary>
/// How long to wait before calling a method: by Slack's <c>Retry-After</c>, which holds for a method in the whole workspace, and by a pace of our own
/// for edits, of which progress could otherwise use up all that Slack allows (tier 3: 50 a minute;
/// 25 at once and 24 more within the minute stay below), and for topics (tier 2: 20 a minute), so that many channels do not ask together and are refused together.
/// </summary>
internal sealed class MethodLimits(TimeProvider time)
{
    private static readonly (double Burst, double PerSecond) EditsOfWorkspace = (25, 0.4);
    private static readonly (double Burst, double PerSecond) EditsOfMessage = (5, 0.5);
    private static readonly (double Burst, double PerSecond) Topics = (8, 0.2);

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, long> blockedUntil = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Bucket> buckets = new(StringComparer.Ordinal);

    /// <summary>No call of the method before this time has passed.</summary>
    public void Block(string method, TimeSpan retryAfter)
    {
        var until = time.GetTimestamp() + (long)(retryAfter.TotalSeconds * time.TimestampFrequency);
        blockedUntil.AddOrUpdate(method, until, (_, before) => Math.Max(before, until));
    }

    /// <summary>Zero where the row may be sent now.</summary>
    public TimeSpan WaitFor(OpenRow row)
    {
        var now = time.GetTimestamp();
        var wait = blockedUntil.TryGetValue(row.Method, out var until) && until > now ? time.GetElapsedTime(now, until) : TimeSpan.Zero;
        lock (gate)
        {
            var paced = Paces(row).Select(p => buckets.GetValueOrDefault(p.Key)?.SecondsUntilOne(time, p.Rate) ?? 0).DefaultIfEmpty().Max();
            return paced > wait.TotalSeconds ? TimeSpan.FromSeconds(paced) : wait;
        }
    }

    /// <summary>Counts a call that is about to be made.</summary>
    public void Count(OpenRow row)
    {
        lock (gate)
        {
            if (buckets.Count > 1000) DropFull();
            foreach (var (key, rate) in Paces(row)) Take(key, rate);
        }
    }

    private static (string Key, (double Burst, double PerSecond) Rate)[] Paces(OpenRow row) => row.Method switch
    {
        "chat.update" => [("edits", EditsOfWorkspace), ($"message {row.MessageKey}", EditsOfMessage)],
        "conversations.setTopic" => [("topics", Topics)],
        _ => [],
    };

    private void Take(string key, (double Burst, double PerSecond) rate)
    {
        if (!buckets.TryGetValue(key, out var bucket)) buckets[key] = bucket = new Bucket(rate.Burst, time.GetTimestamp());
        bucket.Take(time, rate);
    }

    private void DropFull()
    {
        foreach (var (key, _) in buckets.Where(b => b.Key.StartsWith("message ", StringComparison.Ordinal) && b.Value.LevelNow(time, EditsOfMessage) >= EditsOfMessage.Burst).ToList()) buckets.Remove(key);
    }

    private sealed class Bucket(double level, long since)
    {
        private double level = level;
        private long since = since;

        public double LevelNow(TimeProvider time, (double Burst, double PerSecond) rate) =>
            Math.Min(rate.Burst, level + (time.GetElapsedTime(since).TotalSeconds * rate.PerSecond));

        public double SecondsUntilOne(TimeProvider time, (double Burst, double PerSecond) rate) =>
            Math.Max(0, (1 - LevelNow(time, rate)) / rate.PerSecond);

        public void Take(TimeProvider time, (double Burst, double PerSecond) rate)
        {
            level = LevelNow(time, rate) - 1;
            since = time.GetTimestamp();
        }
    }
}
