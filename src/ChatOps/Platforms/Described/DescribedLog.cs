using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ChatOps.Platforms.Described;

/// <summary>Log lines of an answer: of one JSON text as a whole, or of one a line while it is sent. What lies outside of the window is left out, whatever the platform sends.</summary>
internal sealed class DescribedLog(DescribedCalls calls, DescribedCall call, Placeholders values)
{
    private const int LongestLine = 256 * 1024;

    private readonly AnswerReading read = calls.Reading("logs", call);

    /// <summary>Oldest first; with a limit the newest so many.</summary>
    public async IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lines = (call.Lines ? SentAsync(cancellationToken) : WholeAsync(cancellationToken)).Where(l => l.At >= window.Since && (window.Until is not { } until || l.At < until));
        if (window.Limit is not { } limit)
        {
            await foreach (var line in lines.WithCancellation(cancellationToken)) yield return line;
            yield break;
        }
        var newest = new Queue<LogLine>();
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            newest.Enqueue(line);
            if (newest.Count > limit) newest.Dequeue();
        }
        foreach (var line in newest) yield return line;
    }

    private async IAsyncEnumerable<LogLine> WholeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = read.Each(read.Parse(await calls.ReadAsync(call, values, cancellationToken)));
        foreach (var one in call.OldestFirst ? all : all.Reverse()) yield return Line(one);
    }

    private async IAsyncEnumerable<LogLine> SentAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await calls.OpenAsync(call, values, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = new BoundedLines(stream, LongestLine);
        while (await calls.Http.NextAsync(lines, cancellationToken) is { } line)
        {
            // A record that was cut at the limit is no JSON any more: what it said is left out, the rest stands.
            if (line.IsEmpty || lines.WasCut) continue;
            var record = read.Parse(line);
            // A record of another kind, such as one that ends the stream.
            if (read.Text(record, "at") is null && read.Text(record, "text") is null) continue;
            yield return Line(record);
        }
    }

    private LogLine Line(JsonElement record) => new(read.RequiredTime(record, "at"), read.RequiredText(record, "text"), read.Text(record, "instance"));
}
