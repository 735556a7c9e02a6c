using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Telemetry.Loki;

/// <summary>The lines of a target in a Loki.</summary>
internal sealed class LokiLogSource(Target target, LokiUse use, LokiClient client, TimeProvider time) : ILogSource
{
    private const int Page = 1_000;

    /// <summary>What a Loki gives at most where nobody set <c>max_entries_limit_per_query</c>.</summary>
    private const int LargestPage = 5_000;

    public string Name => client.Name;

    /// <exception cref="PlatformException">It does not answer or refuses; or, after the last line, some are missing.</exception>
    public IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, CancellationToken cancellationToken)
    {
        var query = LogQl.Of(target, use);
        var pages = new PagedLines((question, token) => client.LinesAsync($"logs of {target.Service}", query, use.InstanceLabel, question, token), Page, LargestPage);
        return pages.ReadAsync(LogEntry.Nanoseconds(window.Since), LogEntry.After(window.Until ?? time.GetUtcNow()), window.Limit, cancellationToken);
    }
}
