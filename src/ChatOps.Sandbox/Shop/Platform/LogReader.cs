using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>
/// Reads a service's log file, whose lines begin with time and instance, without holding it in memory. Times only rise in it,
/// so the beginning of a range is found by halving.
/// </summary>
internal sealed class LogReader(string path)
{
    private const int StampLength = 24;

    /// <summary>The lines from <paramref name="since"/> (inclusive) to <paramref name="until"/> (exclusive), each with the position behind it.</summary>
    public async IAsyncEnumerable<(LogLine Line, long Next)> ReadAsync(DateTimeOffset since, DateTimeOffset until, long? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) yield break;
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 64 * 1024);
        var position = Math.Min(from ?? Find(file, since), file.Length);
        file.Position = position;
        var at = since;
        var instance = "";
        var buffer = new byte[64 * 1024];
        var held = 0;
        while (true)
        {
            var read = await file.ReadAsync(buffer.AsMemory(held), cancellationToken);
            if (read == 0) yield break;
            held += read;
            var used = 0;
            for (int end; (end = Array.IndexOf(buffer, (byte)'\n', used, held - used)) >= 0; used = end + 1)
            {
                var text = Encoding.UTF8.GetString(buffer, used, end - used);
                position += end - used + 1;
                if (TryStamp(text, out var stamp))
                {
                    at = stamp;
                    var blank = text.IndexOf(' ', StampLength + 1);
                    instance = blank < 0 ? text[(StampLength + 1)..] : text[(StampLength + 1)..blank];
                    text = blank < 0 ? "" : text[(blank + 1)..];
                }
                if (at >= until) yield break;
                if (at >= since) yield return (new LogLine(at, text, instance), position);
            }
            Buffer.BlockCopy(buffer, used, buffer, 0, held - used);
            held -= used;
            if (held == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    /// <summary>The position of the first line that is not older than the time.</summary>
    private static long Find(FileStream file, DateTimeOffset since)
    {
        long low = 0, high = file.Length;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var (start, stamp) = FirstStampedLine(file, middle);
            if (stamp is null || stamp >= since) high = middle;
            else low = start + 1;
        }
        return FirstStampedLine(file, low).Start;
    }

    private static (long Start, DateTimeOffset? Stamp) FirstStampedLine(FileStream file, long position)
    {
        file.Position = position == 0 ? 0 : position - 1;
        if (position > 0)
        {
            for (int b; (b = file.ReadByte()) >= 0 && b != '\n';) continue;
        }
        Span<byte> head = stackalloc byte[StampLength + 1];
        while (true)
        {
            var start = file.Position;
            if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length) return (file.Length, null);
            if (TryStamp(Encoding.UTF8.GetString(head), out var stamp)) return (start, stamp);
            file.Position = start;
            for (int b; (b = file.ReadByte()) >= 0 && b != '\n';) continue;
        }
    }

    private static bool TryStamp(string text, out DateTimeOffset stamp)
    {
        stamp = default;
        return text.Length > StampLength && text[StampLength] == ' ' && text[10] == 'T' && DateTimeOffset.TryParseExact(
            text.AsSpan(0, StampLength), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out stamp);
    }
}
