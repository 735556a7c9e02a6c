using System.Runtime.CompilerServices;
using System.Text;

namespace ChatOps.Platforms.Pipelines;

/// <summary>What the parts wrote in which the newest runs failed: one line of each in memory, unless a limit asks for the newest.</summary>
internal sealed class PipelineLog(IPipelineApi api, PipelineCalls calls)
{
    private const int LongestLine = 256 * 1024;

    /// <summary>Of one part; more is told.</summary>
    private const long MostBytes = 64L * 1024 * 1024;

    public async IAsyncEnumerable<LogLine> ReadAsync(IReadOnlyList<FailedPart> parts, LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var newest = window.Limit is null ? null : new Queue<LogLine>();
        // One after the other: the order of runs is the order of their lines, since a target has one run at a time.
        foreach (var part in parts)
        {
            await foreach (var line in PartAsync(part, window, cancellationToken))
            {
                if (newest is null)
                {
                    yield return line;
                    continue;
                }
                newest.Enqueue(line);
                if (newest.Count > window.Limit) newest.Dequeue();
            }
        }
        foreach (var line in newest ?? []) yield return line;
    }

    private async IAsyncEnumerable<LogLine> PartAsync(FailedPart part, LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(part.Path, cancellationToken);
        if (response is null) yield break;
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = new BoundedLines(stream, LongestLine);
        var at = part.Since;
        while (await NextAsync(lines, cancellationToken) is { } bytes)
        {
            if (lines.Taken >= MostBytes) throw PipelineFailures.NotDone($"the log of {part.Name} is longer than {MostBytes / (1024 * 1024)} MB: lines are missing");
            if (api.Line(Encoding.UTF8.GetString(bytes.Span)) is not { } line) continue;
            // A line without a time of its own is as old as the one before.
            at = line.At ?? at;
            if (at < window.Since || at < part.From || line.Text.Length == 0) continue;
            if (at > window.Until) yield break;
            yield return new(at, calls.Failures.Clean(line.Text), calls.Failures.Clean(part.Name));
        }
    }

    /// <summary>Null: the platform has thrown the log away.</summary>
    private async Task<HttpResponseMessage?> OpenAsync(string path, CancellationToken cancellationToken)
    {
        using var deadline = calls.Deadline(cancellationToken);
        try
        {
            return await calls.OpenAsync(path, new(cancellationToken, deadline.Token));
        }
        catch (PlatformException e) when (e.Code is "http_404" or "http_410")
        {
            return null;
        }
    }

    private async Task<ReadOnlyMemory<byte>?> NextAsync(BoundedLines lines, CancellationToken cancellationToken)
    {
        if (lines.TryTakeBuffered(out var buffered)) return buffered;
        using var deadline = calls.Deadline(cancellationToken);
        try
        {
            return await lines.ReadAsync(deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw calls.Failures.NoAnswer(CallOutcome.NotDone, e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new PlatformException($"the log of {calls.Failures.Name} broke off: lines may be missing", CallOutcome.NotDone, e);
        }
    }
}
