using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using ChatOps.Platforms;

namespace ChatOps.Telemetry.Files;

/// <summary>One log file, read from where the window begins: found by halving, since lines stand in the order of their times.</summary>
internal sealed class LogFile(FileStream file, TimeProvider time)
{
    private const int LongestLine = 16 * 1024;

    /// <summary>Below this, reading on is quicker than another step of the search.</summary>
    private const int SmallEnough = 64 * 1024;

    /// <summary>A file without any time in so much of its beginning has none.</summary>
    private const int WhereTimesBegin = 64 * 1024;

    /// <summary>So much of the end of a file without times is shown.</summary>
    private const int EndOfUntimed = 256 * 1024;

    /// <summary>Threads that write one file may swap neighbours.</summary>
    private static readonly TimeSpan Disorder = TimeSpan.FromMinutes(1);

    private string Instance => Path.GetFileName(file.Name);

    /// <summary>Lines of the window, as they stand. A line without a time belongs to the one before it.</summary>
    public async IAsyncEnumerable<LogLine> ReadAsync(DateTimeOffset since, DateTimeOffset? until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var packed = file.Name.EndsWith(".gz", StringComparison.Ordinal);
        var begin = 0L;
        DateTimeOffset? at = null;
        if (!packed)
        {
            if (await FirstTimeAsync(0, WhereTimesBegin, wholeLine: true, cancellationToken) is { } first)
            {
                begin = await BeginOfAsync(since - Disorder, cancellationToken);
                // Lines before the first time, such as a banner, belong to it.
                if (begin == 0) at = first;
            }
            else
            {
                begin = Math.Max(0, file.Length - EndOfUntimed);
                at = new DateTimeOffset(File.GetLastWriteTimeUtc(file.SafeFileHandle), TimeSpan.Zero);
            }
        }
        file.Position = begin;
        await using var plain = packed ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : (Stream)file;
        using var lines = new BoundedLines(plain, LongestLine);
        var partial = begin > 0;
        while (await lines.ReadAsync(cancellationToken) is { } bytes)
        {
            if (partial)
            {
                partial = false;
                continue;
            }
            var text = Encoding.UTF8.GetString(bytes.Span);
            if (LogTimestamp.TryParse(text, time.GetUtcNow(), out var own)) at = own;
            if (at is null || at < since || text.Length == 0) continue;
            if (until is { } end)
            {
                if (at > end + Disorder) yield break;
                if (at >= end) continue;
            }
            yield return new(at.Value, lines.WasCut ? text + " …" : text, Instance);
        }
    }

    /// <summary>A place whose next whole line is not after the time, or 0.</summary>
    private async Task<long> BeginOfAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var (low, high) = (0L, file.Length);
        while (high - low > SmallEnough)
        {
            var middle = low + ((high - low) / 2);
            if (await FirstTimeAsync(middle, high - middle, wholeLine: false, cancellationToken) is { } there && there < since) low = middle;
            else high = middle;
        }
        return low;
    }

    /// <summary>The first time that a line carries from there on, within so many bytes.</summary>
    private async Task<DateTimeOffset?> FirstTimeAsync(long from, long within, bool wholeLine, CancellationToken cancellationToken)
    {
        file.Position = from;
        using var lines = new BoundedLines(file, LongestLine);
        while (lines.Taken < within && await lines.ReadAsync(cancellationToken) is { } bytes)
        {
            if (wholeLine && LogTimestamp.TryParse(Encoding.UTF8.GetString(bytes.Span), time.GetUtcNow(), out var at)) return at;
            wholeLine = true;
        }
        return null;
    }
}
