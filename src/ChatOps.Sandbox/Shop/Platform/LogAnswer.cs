using System.Globalization;
using System.Text.Json;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>The log call of the protocol: newline-delimited JSON, written while the file is read.</summary>
internal static class LogAnswer
{
    private const int DefaultLimit = 10_000;
    private const int HighestLimit = 1_000_000;
    private const int FlushEvery = 500;

    public static async Task WriteAsync(HttpContext context, Unit unit, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var cursor = Number(context, "cursor", long.MaxValue);
        var since = cursor is null ? PlatformApi.Time(context, "since", now.AddMinutes(-15)) : DateTimeOffset.MinValue;
        var until = PlatformApi.Time(context, "until", now.AddSeconds(1));
        var limit = Number(context, "limit", HighestLimit) ?? DefaultLimit;
        var tail = Number(context, "tail", HighestLimit);
        var lines = new LogReader(unit.LogFile).ReadAsync(since, until, cursor, context.RequestAborted);

        context.Response.ContentType = "application/x-ndjson";
        long sent = 0;
        var next = cursor ?? 0;
        await foreach (var (line, behind) in tail is { } last ? TailAsync(lines, (int)last) : lines)
        {
            if (tail is null && sent == limit) break;
            await SendAsync(context, JsonSerializer.SerializeToUtf8Bytes(line, PlatformJson.Default.LogLine));
            next = behind;
            if (++sent % FlushEvery == 0) await context.Response.Body.FlushAsync(context.RequestAborted);
        }
        if (sent == 0 && cursor is null && File.Exists(unit.LogFile)) next = new FileInfo(unit.LogFile).Length;
        await SendAsync(context, JsonSerializer.SerializeToUtf8Bytes(new LogEnd(true, sent, next.ToString(CultureInfo.InvariantCulture)), PlatformJson.Default.LogEnd));
    }

    private static async IAsyncEnumerable<(LogLine Line, long Next)> TailAsync(IAsyncEnumerable<(LogLine Line, long Next)> lines, int count)
    {
        var kept = new Queue<(LogLine Line, long Next)>();
        await foreach (var line in lines)
        {
            kept.Enqueue(line);
            if (kept.Count > count) kept.Dequeue();
        }
        foreach (var line in kept) yield return line;
    }

    private static async Task SendAsync(HttpContext context, byte[] json)
    {
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
        await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
    }

    private static long? Number(HttpContext context, string name, long highest)
    {
        var text = context.Request.Query[name].ToString();
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Min(number, highest)
            : throw new BadHttpRequestException($"{name} is not a number: {text}");
    }
}
