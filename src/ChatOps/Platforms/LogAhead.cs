using System.Threading.Channels;

namespace ChatOps.Platforms;

/// <summary>
/// One log that is read ahead on the thread pool, so that many are taken apart on all processors while somebody uses their lines. A few blocks at most wait, and no line
/// waits for a later one.
/// </summary>
internal sealed class LogAhead : IAsyncDisposable
{
    private const int LinesInBlock = 24;

    private readonly Channel<List<LogLine>> blocks = Channel.CreateBounded<List<LogLine>>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
    private readonly Task reading;
    private List<LogLine> block = [];
    private int at;

    /// <param name="log">Read to its end; with the cancellation it is to end.</param>
    /// <param name="opening">Held from before the first line is asked for until it is there.</param>
    public LogAhead(IAsyncEnumerable<LogLine> log, SemaphoreSlim opening, CancellationToken cancellationToken) =>
        reading = Task.Run(() => ReadAsync(log, opening, cancellationToken), CancellationToken.None);

    public LogLine Current => block[at];

    /// <summary>Whether there is one more line; a failure of the log is thrown behind its last line.</summary>
    public ValueTask<bool> NextAsync() => ++at < block.Count ? new(true) : NextBlockAsync();

    /// <summary>After the cancellation: passes over what was read and waits for the end.</summary>
    public async ValueTask DisposeAsync()
    {
        while (await blocks.Reader.WaitToReadAsync()) blocks.Reader.TryRead(out _);
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async ValueTask<bool> NextBlockAsync()
    {
        while (await blocks.Reader.WaitToReadAsync())
        {
            if (!blocks.Reader.TryRead(out var next)) continue;
            (block, at) = (next, 0);
            return true;
        }
        await reading;
        return false;
    }

    private async Task ReadAsync(IAsyncEnumerable<LogLine> log, SemaphoreSlim opening, CancellationToken cancellationToken)
    {
        var read = new List<LogLine>(LinesInBlock);
        try
        {
            await using var lines = log.GetAsyncEnumerator(cancellationToken);
            for (var more = await FirstAsync(lines, opening, cancellationToken); more;)
            {
                read.Add(lines.Current);
                var next = lines.MoveNextAsync();
                if (read.Count == LinesInBlock || !next.IsCompleted)
                {
                    await blocks.Writer.WriteAsync(read, CancellationToken.None);
                    read = new(LinesInBlock);
                }
                more = await next;
            }
        }
        finally
        {
            if (read.Count > 0) await blocks.Writer.WriteAsync(read, CancellationToken.None);
            blocks.Writer.Complete();
        }
    }

    private static async Task<bool> FirstAsync(IAsyncEnumerator<LogLine> lines, SemaphoreSlim opening, CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken);
        try
        {
            return await lines.MoveNextAsync();
        }
        finally
        {
            opening.Release();
        }
    }
}
