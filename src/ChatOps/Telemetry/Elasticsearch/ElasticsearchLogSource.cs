using System.Runtime.CompilerServices;
using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Telemetry.Elasticsearch;

/// <summary>The lines of a target in an Elasticsearch or OpenSearch.</summary>
internal sealed class ElasticsearchLogSource(Target target, ElasticsearchUse use, ElasticsearchClient client, TimeProvider time) : ILogSource
{
    private const int Page = 1_000;

    /// <summary>What an index gives at most where nobody set <c>index.max_result_window</c>.</summary>
    private const int LargestPage = 10_000;

    private static readonly TimeSpan ForClosing = TimeSpan.FromSeconds(1);

    public string Name => client.Name;

    /// <exception cref="PlatformException">It does not answer or refuses; or, after the last line, some are missing.</exception>
    public async IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = 0;
        string? pointInTime = null;
        try
        {
            var pages = new PagedLines(PageAsync, Page, LargestPage);
            var lines = pages.ReadAsync(LogEntry.Nanoseconds(window.Since), LogEntry.After(window.Until ?? time.GetUtcNow()), window.Limit, cancellationToken);
            await foreach (var line in lines.WithCancellation(cancellationToken)) yield return line;
        }
        finally
        {
            if (pointInTime is not null)
            {
                using var limit = new CancellationTokenSource(ForClosing, time);
                await client.PointsInTime.CloseAsync(pointInTime, limit.Token);
            }
        }

        async Task<LinePage> PageAsync(PageQuestion question, CancellationToken token)
        {
            // Most answers are one page: the state is held from the second on.
            if (asked++ == 1) pointInTime = await client.PointsInTime.OpenAsync(ElasticsearchClient.Index(target, use), token);
            var (page, newest) = await client.LinesAsync(target, use, question, pointInTime, token);
            pointInTime = newest ?? pointInTime;
            return page;
        }
    }
}
