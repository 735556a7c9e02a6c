using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Telemetry;

/// <summary>Where log lines of a target come from: its platform, files, a Loki, an Elasticsearch.</summary>
public interface ILogSource
{
    /// <summary>For people: "platform shop-platform", "files /var/log/shop/*.log".</summary>
    string Name { get; }

    IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, CancellationToken cancellationToken);
}

/// <summary>Where figures of a target come from: its platform, a Prometheus, its own metrics page.</summary>
public interface IMetricSource
{
    string Name { get; }

    Task<IReadOnlyList<MetricSeries>> ReadAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);
}

/// <summary>One answer of one probe.</summary>
/// <param name="At">When it was asked.</param>
/// <param name="Detail">One line for people: "200 in 12 ms", "connection refused". Redacted.</param>
public sealed record ProbeResult(Target Target, string Probe, bool Healthy, string Detail, DateTimeOffset At, TimeSpan Took)
{
    /// <summary>Why it is not healthy, for rules; null where it is.</summary>
    public ProbeFailure? Failure { get; init; }

    /// <summary>Of a postgres or redis probe that got an answer.</summary>
    public ConnectionsUsed? Connections { get; init; }
}

public enum ProbeFailure
{
    /// <summary>Nobody listens, or there is no way there.</summary>
    NotReached,

    /// <summary>Nothing came within the probe's time.</summary>
    NoAnswer,

    /// <summary>An answer, but not the healthy one.</summary>
    WrongAnswer,

    /// <summary>It starts, stops or replays its log: a restart would only begin that anew.</summary>
    NotReady,

    /// <summary>A database that takes no more clients.</summary>
    NoConnectionLeft,

    /// <summary>Its TLS certificate is expired or soon will be, untrusted, or for another name.</summary>
    Certificate,

    /// <summary>It answers, and something of it is over its limit: clients, memory, replication, locks.</summary>
    AtLimit,
}

/// <summary>Sessions of clients of a database, and the most that it allows to clients without privileges.</summary>
public readonly record struct ConnectionsUsed(int Used, int Allowed);
