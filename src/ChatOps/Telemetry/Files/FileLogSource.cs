using System.Runtime.CompilerServices;
using ChatOps.Platforms;
using ChatOps.Timeline;

namespace ChatOps.Telemetry.Files;

/// <summary>Log files of a target on this machine, with their rotated predecessors, as one log in the order of time. Redacted.</summary>
public sealed class FileLogSource(IReadOnlyList<string> globs, TimeProvider time) : ILogSource
{
    public string Name => $"files {string.Join(", ", globs)}";

    /// <exception cref="PlatformException">No file is there, or it may not be read.</exception>
    public async IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = Open(window.Since);
        try
        {
            var merged = MergedAsync(files, window, cancellationToken);
            if (window.Limit is { } newest) merged = NewestAsync(merged, newest, cancellationToken);
            await foreach (var line in merged) yield return line with { Text = Redactor.ForRecord(line.Text) };
        }
        finally
        {
            foreach (var file in files) await file.DisposeAsync();
        }
    }

    private IReadOnlyList<FileStream> Open(DateTimeOffset since)
    {
        try
        {
            var files = LogFileSet.Open(globs, since);
            return files.Count > 0 || LogFileSet.Any(globs) ? files : throw new PlatformException($"no file matches {string.Join(", ", globs)}", CallOutcome.NotDone);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new PlatformException($"{string.Join(", ", globs)} cannot be read: {(e is UnauthorizedAccessException ? "let the bot's user read it" : "the disk does not answer")}", CallOutcome.NotDone, e);
        }
    }

    private async IAsyncEnumerable<LogLine> MergedAsync(IReadOnlyList<FileStream> files, LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var readers = files.Select(f => new LogFile(f, time).ReadAsync(window.Since, window.Until, cancellationToken).GetAsyncEnumerator(cancellationToken)).ToList();
        try
        {
            var next = new PriorityQueue<int, (DateTimeOffset, int)>();
            for (var i = 0; i < readers.Count; i++)
            {
                if (await readers[i].MoveNextAsync()) next.Enqueue(i, (readers[i].Current.At, i));
            }
            while (next.TryDequeue(out var i, out _))
            {
                yield return readers[i].Current;
                if (await readers[i].MoveNextAsync()) next.Enqueue(i, (readers[i].Current.At, i));
            }
        }
        finally
        {
            foreach (var reader in readers) await reader.DisposeAsync();
        }
    }

    private static async IAsyncEnumerable<LogLine> NewestAsync(IAsyncEnumerable<LogLine> lines, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var kept = new Queue<LogLine>();
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            kept.Enqueue(line);
            if (kept.Count > count) kept.Dequeue();
        }
        foreach (var line in kept) yield return line;
    }
}
