using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Configuration;

namespace ChatOps.Telemetry.Probes;

/// <summary>What <c>INFO</c> says (https://redis.io/docs/latest/commands/info/). A field that an older or another server does not give is not judged.</summary>
internal sealed class RedisInfo
{
    private const double MiB = 1_024 * 1_024;

    private readonly Dictionary<string, string> fields = new(StringComparer.Ordinal);

    private RedisInfo()
    {
    }

    public static RedisInfo Read(string text)
    {
        var info = new RedisInfo();
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[0] != '#') info.fields[line[..colon]] = line[(colon + 1)..].Trim();
        }
        return info;
    }

    public ProbeAnswer Judge(string answered, ProbeLimits limits)
    {
        if (Text("loading") == "1")
            return new(false, $"not ready: it loads its data{(Number("loading_eta_seconds") is > 0 and { } eta ? $", about {Durations.Text(TimeSpan.FromSeconds(eta))} more" : "")}", ProbeFailure.NotReady);
        var parts = new List<Part> { Replication(limits), Clients(limits), Memory(limits) };
        var told = string.Join(", ", parts.Where(p => p.Text.Length > 0).OrderByDescending(p => p.Wrong).Select(p => p.Text).Append(answered));
        return new(!parts.Exists(p => p.Wrong), told, parts.Exists(p => p.Wrong) ? ProbeFailure.AtLimit : null) { Connections = Connections };
    }

    private ConnectionsUsed? Connections =>
        Number("connected_clients") is { } used && Number("maxclients") is > 0 and { } most ? new((int)used, (int)most) : null;

    private Part Replication(ProbeLimits limits)
    {
        if (Text("role") is "slave" or "replica")
        {
            if (Text("master_link_status") != "up")
                return new($"a replica without its master{(Number("master_link_down_since_seconds") is >= 0 and { } down ? $" for {Durations.Text(TimeSpan.FromSeconds(down))}" : "")}", Wrong: true);
            // Between two pings of the master, ten seconds apart unless configured otherwise, an idle link is silent.
            var silent = TimeSpan.FromSeconds(Number("master_last_io_seconds_ago") ?? 0);
            return new($"a replica, its master heard {Durations.Text(silent)} ago", silent > limits.Lag);
        }
        var lags = fields.Where(f => f.Key.StartsWith("slave", StringComparison.Ordinal) && f.Value.Contains("lag=", StringComparison.Ordinal)).Select(f => Lag(f.Value)).OfType<double>().ToList();
        if (lags.Count == 0) return new("", Wrong: false);
        var worst = TimeSpan.FromSeconds(lags.Max());
        return new($"{lags.Count} {(lags.Count == 1 ? "replica" : "replicas")}, {Durations.Text(worst)} behind at most", worst > limits.Lag);
    }

    private Part Clients(ProbeLimits limits) => Connections is { } connections
        ? new($"{connections.Used} of {connections.Allowed} clients", connections.Used >= limits.Connections * connections.Allowed)
        : new("", Wrong: false);

    private Part Memory(ProbeLimits limits)
    {
        if (Number("used_memory") is not { } used) return new("", Wrong: false);
        if (Number("maxmemory") is not > 0) return new($"{Size(used)} of memory, without a limit of its own", Wrong: false);
        var most = Number("maxmemory")!.Value;
        // A cache that may throw away what is old is full most of the time, and well.
        var full = Text("maxmemory_policy") == "noeviction" && used >= limits.Memory * most;
        return new($"{Size(used)} of {Size(most)} memory{(full ? ", and it may throw nothing away" : "")}", full);
    }

    private static double? Lag(string replica) =>
        replica.Split(',').Select(p => p.Split('=')).FirstOrDefault(p => p is ["lag", _]) is [_, var lag] && double.TryParse(lag, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0 ? seconds : null;

    private static string Size(double bytes) => $"{(bytes / MiB).ToString(bytes >= 100 * MiB ? "0" : "0.#", CultureInfo.InvariantCulture)} MiB";

    private string? Text(string field) => fields.GetValueOrDefault(field);

    private double? Number(string field) => double.TryParse(Text(field), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private readonly record struct Part(string Text, bool Wrong);
}
