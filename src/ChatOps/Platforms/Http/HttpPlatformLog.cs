using System.Globalization;
using System.Runtime.CompilerServices;

namespace ChatOps.Platforms.Http;

/// <summary>The log stream: one line in memory at a time, the time-out for every line anew, a stream without its end record is told.</summary>
internal sealed class HttpPlatformLog(HttpPlatformCalls calls, Func<(string, string?)[], Uri> address)
{
    /// <summary>The protocol's largest range; more is read from the cursor on.</summary>
    private const int MostLines = 1_000_000;

    public async IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var until = window.Until is { } end ? HttpPlatform.Time(end) : null;
        (string, string?)[] query =
        [
            ("since", HttpPlatform.Time(window.Since)),
            ("until", until),
            window.Limit is { } newest ? ("tail", Math.Min(newest, MostLines).ToString(CultureInfo.InvariantCulture)) : ("limit", MostLines.ToString(CultureInfo.InvariantCulture)),
        ];
        for (var more = true; more;)
        {
            more = false;
            LogMessage? last = null;
            await foreach (var message in MessagesAsync(address(query), cancellationToken))
            {
                if (message.End == true) last = message;
                else if (message is { At: { } at, Line: { } line })
                    yield return new(at.ToUniversalTime(), calls.Failures.Clean(line), calls.Failures.CleanOrNull(message.Instance));
            }
            if (window.Limit is null && last is { Lines: >= MostLines, NextCursor: { } cursor })
            {
                query = [("cursor", cursor), ("until", until), query[2]];
                more = true;
            }
        }
    }

    private async IAsyncEnumerable<LogMessage> MessagesAsync(Uri from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await calls.OpenAsync(from, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = calls.Http.Lines(stream);
        var ended = false;
        while (!ended)
        {
            var line = await lines.NextAsync(cancellationToken);
            if (line is null) throw PatientLines.LogBrokeOff(calls.Failures.Name);
            if (line.Value.IsEmpty) continue;
            // A record that was cut at the limit is no JSON any more: what it said is left out, the rest stands.
            if (HttpPlatformCalls.Parse(line.Value.Span, HttpPlatformJson.Default.LogMessage) is not { } message)
            {
                if (lines.WasCut) continue;
                throw calls.Failures.NotTheProtocol(CallOutcome.NotDone);
            }
            ended = message.End == true;
            yield return message;
        }
    }
}
