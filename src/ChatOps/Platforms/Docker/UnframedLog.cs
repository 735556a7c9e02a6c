using System.Buffers.Binary;

namespace ChatOps.Platforms.Docker;

/// <summary>
/// The text of a log whose pieces of stdout and stderr each have a header of 8 bytes (https://docs.docker.com/reference/api/engine/version/v1.44/#tag/Container/operation/ContainerAttach).
/// A line longer than the Engine's buffer comes in several pieces, each with its own time: the later ones lose theirs.
/// </summary>
internal sealed class UnframedLog(Stream framed) : Stream
{
    private const int Header = 8;

    /// <summary>2026-11-26T08:30:03.982432996Z and a space.</summary>
    private const int TimeLength = 31;

    private readonly byte[] header = new byte[Header];
    private int left;
    private bool lineEnded = true;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (left == 0)
        {
            var got = await framed.ReadAtLeastAsync(header, Header, throwOnEndOfStream: false, cancellationToken);
            if (got == 0) return 0;
            if (got < Header) throw new IOException("the log ended inside a header");
            left = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
            if (left < 0 || header[0] > 3) throw new IOException("this is no framed log");
            if (!lineEnded) await SkipAsync(Math.Min(TimeLength, left), cancellationToken);
        }
        var read = await framed.ReadAsync(buffer[..Math.Min(buffer.Length, left)], cancellationToken);
        if (read == 0) throw new IOException("the log ended inside a piece");
        left -= read;
        if (left == 0) lineEnded = buffer.Span[read - 1] == (byte)'\n';
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task SkipAsync(int count, CancellationToken cancellationToken)
    {
        var skipped = new byte[count];
        await framed.ReadExactlyAsync(skipped, cancellationToken);
        left -= count;
    }
}
