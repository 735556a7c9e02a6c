using System.Runtime.CompilerServices;

namespace ChatOps.Platforms;

/// <summary>Several logs as one, by time: a few blocks of lines of each in memory (<see cref="LogAhead"/>), and the newest where there is a limit.</summary>
internal static class MergedLog
{
    /// <summary>Sources that are opened at once: a platform in trouble is not asked for hundreds in one moment.</summary>
    private const int OpenedAtOnce = 16;

    /// <param name="sources">Each oldest first.</param>
    /// <param name="limit">Null: all lines.</param>
    public static IAsyncEnumerable<LogLine> ReadAsync(IReadOnlyList<IAsyncEnumerable<LogLine>> sources, int? limit, CancellationToken cancellationToken) =>
        MergeAsync(sources, cancellationToken).NewestAsync(limit, cancellationToken);

    private static async IAsyncEnumerable<LogLine> MergeAsync(IReadOnlyList<IAsyncEnumerable<LogLine>> sources, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var opening = new SemaphoreSlim(OpenedAtOnce);
        var open = sources.Select(s => new LogAhead(s, opening, ends.Token)).ToList();
        var next = new PriorityQueue<int, (long, int)>();
        try
        {
            var begun = await Task.WhenAll(open.Select(log => log.NextAsync().AsTask()));
            for (var i = 0; i < begun.Length; i++)
            {
                if (begun[i]) next.Enqueue(i, (open[i].Current.At.UtcTicks, i));
            }
            while (next.TryPeek(out var i, out _))
            {
                yield return open[i].Current;
                if (await open[i].NextAsync()) next.DequeueEnqueue(i, (open[i].Current.At.UtcTicks, i));
                else next.Dequeue();
            }
        }
        finally
        {
            await ends.CancelAsync();
            foreach (var log in open) await log.DisposeAsync();
        }
    }
}
