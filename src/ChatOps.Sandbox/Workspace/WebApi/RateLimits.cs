namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>
/// Slack's limits as token buckets: per method by tier and minute; chat.postMessage one a second per channel with a burst of 20, and 300 a minute in all.
/// The sizes of the bursts are not documented; these are on the careful side.
/// </summary>
internal sealed class RateLimits(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Bucket> buckets = new(StringComparer.Ordinal);

    /// <returns>Seconds to wait, or null where the call may go on.</returns>
    public int? Take(string method, string tier, string? channel)
    {
        lock (gate)
        {
            if (method == "chat.postMessage")
                return Take($"{method} {channel}", capacity: 20, perSecond: 1) ?? Take(method, capacity: 300, perSecond: 5);
            var perMinute = tier switch { "t1" => 1, "t2" => 20, "t3" => 50, "t4" => 100, _ => 300 };
            return Take(method, perMinute, perMinute / 60.0);
        }
    }

    private int? Take(string key, double capacity, double perSecond)
    {
        var now = clock.GetUtcNow();
        var bucket = buckets.TryGetValue(key, out var known) ? known : new Bucket(capacity, now);
        var left = Math.Min(capacity, bucket.Left + Math.Max(0, (now - bucket.At).TotalSeconds) * perSecond);
        if (left < 1)
        {
            buckets[key] = new Bucket(left, now);
            return Math.Max(1, (int)Math.Ceiling((1 - left) / perSecond));
        }
        buckets[key] = new Bucket(left - 1, now);
        return null;
    }

    private sealed record Bucket(double Left, DateTimeOffset At);
}
