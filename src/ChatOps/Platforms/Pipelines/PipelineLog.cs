using System.Runtime.CompilerServices;
using System.Text;

namespace ChatOps.Platforms.Pipelines;

/// <summary>What the parts wrote in which the newest runs failed: one line of each in memory, unless a limit asks for the newest.</summary>
internal sealed class PipelineLog(IPipelineApi api, PipelineCalls calls)
{
    /// <summary>Of one part; more is told.</summary>
    private const long MostBytes = 64L * 1024 * 1024;

    // One after the other: the order of runs is the order of their lines, since a target has one run at a time.
    public IAsyncEnumerable<LogLine> ReadAsync(IReadOnlyList<FailedPart> parts, LogWindow window, CancellationToken cancellationToken) =>
        parts.ToAsyncEnumerable().SelectMany(p => PartAsync(p, window, cancellationToken)).NewestAsync(window.Limit, cancellationToken);

    private async IAsyncEnumerable<LogLine> PartAsync(FailedPart part, LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(part.Path, cancellationToken);
        if (response is null) yield break;
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = new PatientLines(stream, calls.Timeout, e => calls.Failures.NoAnswer(CallOutcome.NotDone, e), e => PatientLines.LogBrokeOff(calls.Failures.Name, e));
        var at = part.Since;
        while (await lines.NextAsync(cancellationToken) is { } bytes)
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
        using var deadline = cancellationToken.Within(calls.Timeout);
        try
        {
            return await calls.OpenAsync(path, new(cancellationToken, deadline.Token));
        }
        catch (PlatformException e) when (e.Code is "http_404" or "http_410")
        {
            return null;
        }
    }
}
