using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Telemetry;

/// <summary>Where log lines of a target come from: its platform, files.</summary>
public interface ILogSource
{
    /// <summary>For people: "platform shop-platform", "files /var/log/shop/*.log".</summary>
    string Name { get; }

    IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, CancellationToken cancellationToken);
}

/// <summary>Where figures of a target come from: its platform, its own metrics page.</summary>
public interface IMetricSource
{
    string Name { get; }

    Task<IReadOnlyList<MetricSeries>> ReadAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);
}

/// <summary>One answer of one probe.</summary>
/// <param name="At">When it was asked.</param>
/// <param name="Detail">One line for people: "200 in 12 ms", "connection refused". Redacted.</param>
public sealed record ProbeResult(Target Target, string Probe, bool Healthy, string Detail, DateTimeOffset At, TimeSpan Took);
