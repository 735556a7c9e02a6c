using System.Runtime.CompilerServices;

namespace ChatOps.Platforms;

internal static class NewestLines
{
    /// <summary>All lines as they come, or, with a limit, the newest so many once all have come: so many are in memory.</summary>
    /// <param name="lines">Oldest first.</param>
    /// <param name="limit">Null: all.</param>
    public static async IAsyncEnumerable<LogLine> NewestAsync(this IAsyncEnumerable<LogLine> lines, int? limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var newest = limit is null ? null : new Queue<LogLine>();
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            if (newest is null)
            {
                yield return line;
                continue;
            }
            newest.Enqueue(line);
            if (newest.Count > limit) newest.Dequeue();
        }
        foreach (var line in newest ?? []) yield return line;
    }
}
