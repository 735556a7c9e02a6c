using System.Runtime.CompilerServices;

namespace ChatOps.Platforms;

/// <summary>Several logs as one, by time: one line of each in memory, and the newest where there is a limit.</summary>
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
        var open = sources.Select(s => s.GetAsyncEnumerator(cancellationToken)).ToList();
        var next = new PriorityQueue<int, (long, int)>();
        try
        {
            using var gate = new SemaphoreSlim(OpenedAtOnce);
            var begun = await Task.WhenAll(open.Select(async source =>
            {
                await gate.WaitAsync(cancellationToken);
                try
                {
                    return await source.MoveNextAsync();
                }
                finally
                {
                    gate.Release();
                }
            }));
            for (var i = 0; i < begun.Length; i++)
            {
                if (begun[i]) next.Enqueue(i, (open[i].Current.At.UtcTicks, i));
            }
            while (next.TryPeek(out var i, out _))
            {
                yield return open[i].Current;
                if (await open[i].MoveNextAsync()) next.DequeueEnqueue(i, (open[i].Current.At.UtcTicks, i));
                else next.Dequeue();
            }
        }
        finally
        {
            foreach (var source in open) await source.DisposeAsync();
        }
    }
}
