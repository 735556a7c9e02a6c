using System.Buffers;

namespace ChatOps.Platforms;

/// <summary>
/// Lines of a stream, without their line ends, in bounded memory: of a longer line the beginning is given and the rest skipped.
/// A line is valid until the next one is taken. Knows where in the stream each line began.
/// </summary>
internal sealed class BoundedLines : IDisposable
{
    private readonly Stream stream;
    private readonly int longest;
    private byte[] buffer;
    private int start;
    private int end;
    private int scanned;
    private bool skipping;
    private bool streamEnded;

    public BoundedLines(Stream stream, int longest)
    {
        this.stream = stream;
        this.longest = longest;
        buffer = ArrayPool<byte>.Shared.Rent(Math.Min(longest, 64 * 1024));
    }

    /// <summary>Bytes of the stream, counted from where reading began, that were taken as lines.</summary>
    public long Taken { get; private set; }

    /// <summary>The line taken last was longer than allowed.</summary>
    public bool WasCut { get; private set; }

    /// <summary>A whole line that is in memory already.</summary>
    public bool TryTakeBuffered(out ReadOnlyMemory<byte> line)
    {
        while (true)
        {
            var at = buffer.AsSpan(start + scanned, end - start - scanned).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var length = scanned + at;
                if (Take(length, length + 1, out line)) return true;
                continue;
            }
            scanned = end - start;
            line = default;
            return false;
        }
    }

    /// <summary>The next line; null at the end. A last line without a line end counts.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTakeBuffered(out var line)) return line;
            if (end - start >= longest)
            {
                // Give the beginning now; what follows up to the line end is skipped when it comes.
                if (!skipping)
                {
                    line = buffer.AsMemory(start, longest);
                    Advance(end - start);
                    (skipping, WasCut) = (true, true);
                    return line;
                }
                Advance(end - start);
            }
            if (streamEnded)
            {
                if (end == start || skipping) return null;
                return Take(end - start, end - start, out line) ? line : null;
            }
            MakeRoom();
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            streamEnded = read == 0;
            end += read;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        (start, end, scanned) = (0, 0, 0);
    }

    private bool Take(int length, int advance, out ReadOnlyMemory<byte> line)
    {
        var wasSkipping = skipping;
        skipping = false;
        line = buffer.AsMemory(start, length);
        if (!line.IsEmpty && line.Span[^1] == '\r') line = line[..^1];
        Advance(advance);
        if (!wasSkipping) WasCut = false;
        return !wasSkipping;
    }

    private void Advance(int count)
    {
        start += count;
        scanned = 0;
        Taken += count;
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end < buffer.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
