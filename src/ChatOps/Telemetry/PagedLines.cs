using System.Runtime.CompilerServices;
using ChatOps.Platforms;
using ChatOps.Telemetry.Http;

namespace ChatOps.Telemetry;

/// <param name="At">Nanoseconds since 1970: finer than a <see cref="DateTimeOffset"/> can tell.</param>
internal readonly record struct TimedLine(long At, LogLine Line);

/// <param name="Lines">In the order that was asked for.</param>
/// <param name="Full">As many entries as were asked for: there may be more.</param>
internal sealed record LinePage(IReadOnlyList<TimedLine> Lines, bool Full)
{
    /// <summary>Where exactly the next page begins, among lines of one instant too; null: by time alone.</summary>
    public object? After { get; init; }

    /// <summary>Why lines are missing from it, for people; null: it is whole.</summary>
    public string? Doubt { get; init; }
}

/// <param name="Since">The first nanosecond of the window.</param>
/// <param name="Until">The first one after it.</param>
/// <param name="After">Of the page before; null: none, or none that told it.</param>
internal sealed record PageQuestion(long Since, long Until, int Limit, bool NewestFirst, object? After);

/// <summary>
/// Lines of a source that answers in pages, each line once. Where a page ends within an instant, that instant is asked for again, whole:
/// sources keep no order among lines of one time, so that neither counting nor comparing them could tell which were given already.
/// </summary>
/// <param name="usual">Lines of a page.</param>
/// <param name="most">Of a page where one instant has more lines than the usual one holds.</param>
internal sealed class PagedLines(Func<PageQuestion, CancellationToken, Task<LinePage>> ask, int usual, int most)
{
    /// <summary>The lines oldest first.</summary>
    /// <param name="newest">At most so many, the newest; null: all.</param>
    /// <exception cref="PlatformException">Among others, after the last line: some are missing.</exception>
    public async IAsyncEnumerable<LogLine> ReadAsync(long since, long until, int? newest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? doubt = null;
        if (newest is { } count)
        {
            var held = new List<LogLine>();
            await foreach (var page in PagesAsync(since, until, count, cancellationToken))
            {
                doubt ??= page.Doubt;
                held.AddRange(page.Lines.Take(count - held.Count).Select(l => l.Line));
            }
            for (var i = held.Count - 1; i >= 0; i--) yield return held[i];
        }
        else
        {
            await foreach (var page in PagesAsync(since, until, null, cancellationToken))
            {
                doubt ??= page.Doubt;
                foreach (var line in page.Lines) yield return line.Line;
            }
        }
        if (doubt is not null) throw HttpSourceFailures.New($"lines are missing: {doubt}");
    }

    /// <param name="enough">Newest first, until there are so many; null: oldest first, all.</param>
    private async IAsyncEnumerable<LinePage> PagesAsync(long since, long until, int? enough, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = enough ?? int.MaxValue;
        var largest = most;
        var limit = Math.Min(usual, wanted);
        object? after = null;
        while (since < until && wanted > 0)
        {
            var page = await PageAsync(new(since, until, limit, enough is not null, after), cancellationToken);
            if (page is null)
            {
                limit = largest = limit / 2;
                continue;
            }
            if (!page.Full || page.Lines.Count >= wanted || page.Lines.Count == 0)
            {
                yield return page;
                yield break;
            }
            var edge = page.Lines[^1].At;
            if (page.After is null && page.Lines[0].At == edge && limit < largest)
            {
                limit = (int)Math.Min(limit * 4L, largest);
                after = null;
                continue;
            }
            after = page.After;
            limit = Math.Min(usual, largest);
            if (after is null)
            {
                page = page.Lines[0].At != edge ? page with { Lines = [.. page.Lines.TakeWhile(l => l.At != edge)] }
                    : page with { Doubt = page.Doubt ?? $"more than {page.Lines.Count} are of one instant" };
                var next = page.Lines[^1].At == edge;
                if (enough is null) since = next ? edge + 1 : edge;
                else until = next ? edge : edge + 1;
            }
            wanted -= enough is null ? 0 : page.Lines.Count;
            yield return page;
        }
    }

    /// <summary>Null: it was too large for one answer, and a smaller one may not be.</summary>
    private async Task<LinePage?> PageAsync(PageQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(question, cancellationToken);
        }
        catch (PlatformException e) when (e.Code == HttpSource.TooLarge && question.Limit > 1)
        {
            return null;
        }
    }
}
