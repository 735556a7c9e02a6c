using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ChatOps.Platforms.Described;

/// <summary>Log lines of an answer: of one JSON text as a whole, or of one a line while it is sent. What lies outside of the window is left out, whatever the platform sends.</summary>
internal sealed class DescribedLog(DescribedCalls calls, DescribedCall call, Placeholders values)
{
    private readonly AnswerReading read = calls.Reading("logs", call);

    /// <summary>Oldest first; with a limit the newest so many.</summary>
    public IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, CancellationToken cancellationToken) =>
        (call.Lines ? SentAsync(cancellationToken) : WholeAsync(cancellationToken)).Where(l => l.At >= window.Since && (window.Until is not { } until || l.At < until)).NewestAsync(window.Limit, cancellationToken);

    private async IAsyncEnumerable<LogLine> WholeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = read.Each(read.Parse(await calls.ReadAsync(call, values, cancellationToken)));
        foreach (var one in call.OldestFirst ? all : all.Reverse()) yield return Line(one);
    }

    private async IAsyncEnumerable<LogLine> SentAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await calls.OpenAsync(call, values, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = calls.Http.Lines(stream);
        while (await lines.NextAsync(cancellationToken) is { } line)
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
