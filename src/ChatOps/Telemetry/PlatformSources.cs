using ChatOps.Platforms;

namespace ChatOps.Telemetry;

/// <summary>The log that a target's platform keeps.</summary>
public sealed class PlatformLogSource(IPlatform platform, PlatformTarget target) : ILogSource
{
    public string Name => $"platform {platform.Name}";

    public IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, CancellationToken cancellationToken) => platform.LogsAsync(target, window, cancellationToken);
}

/// <summary>The figures that a target's platform measures.</summary>
public sealed class PlatformMetricSource(IPlatform platform, PlatformTarget target) : IMetricSource
{
    public string Name => $"platform {platform.Name}";

    public Task<IReadOnlyList<MetricSeries>> ReadAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        platform.MetricsAsync(target, version: null, since, until, cancellationToken);
}
