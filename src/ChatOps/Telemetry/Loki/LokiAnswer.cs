using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatOps.Telemetry.Http;

namespace ChatOps.Telemetry.Loki;

/// <summary>Answers of Loki's HTTP API (https://grafana.com/docs/loki/latest/reference/loki-http-api/).</summary>
internal static class LokiAnswer
{
    private static readonly string[] UsualInstances = ["pod", "instance", "hostname", "host", "node"];

    /// <summary>The lines in the order of time that was asked for; those of one stream and instant as they came. Null: it is no such answer.</summary>
    public static LinePage? Read(ReadOnlyMemory<byte> body, PageQuestion question, string? instanceLabel, HttpSourceFailures failures)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var data = document.RootElement.GetProperty("data");
            if (data.GetProperty("resultType").GetString() != "streams") return null;
            var lines = new List<TimedLine>();
            var entries = 0;
            foreach (var stream in data.GetProperty("result").EnumerateArray())
            {
                var instance = Instance(stream.GetProperty("stream"), instanceLabel) is { } name ? failures.Clean(name) : null;
                foreach (var value in stream.GetProperty("values").EnumerateArray())
                {
                    LogEntry.AddTo(lines, long.Parse(value[0].GetString()!, NumberStyles.None, CultureInfo.InvariantCulture), value[1].GetString()!, instance, question.NewestFirst, failures.CleanLine);
                    entries++;
                }
            }
            var ordered = question.NewestFirst ? lines.OrderByDescending(l => l.At) : lines.OrderBy(l => l.At);
            return new([.. ordered], entries >= question.Limit) { Doubt = Warning(document.RootElement) is { } warning ? $"it answered in part: {failures.Clean(warning)}" : null };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or ArgumentException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Its words for a refusal, which are plain text or below <c>message</c> or <c>error</c>; null where a page of somebody else stands there.</summary>
    public static string? Refusal(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            foreach (var key in (string[])["message", "error"])
            {
                if (document.RootElement.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String) return value.GetString();
            }
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            var text = Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 1_000)]).Trim();
            return text.Length == 0 || text[0] == '<' ? null : text;
        }
    }

    /// <summary>The version that <c>/loki/api/v1/status/buildinfo</c> tells; null where it tells none.</summary>
    public static string? Version(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("version").GetString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static string? Instance(JsonElement labels, string? label)
    {
        foreach (var name in label is null ? UsualInstances : [label])
        {
            if (labels.TryGetProperty(name, out var value)) return value.GetString();
        }
        return null;
    }

    private static string? Warning(JsonElement root) =>
        root.TryGetProperty("warnings", out var warnings) && warnings.ValueKind == JsonValueKind.Array && warnings.GetArrayLength() > 0 ? warnings[0].ToString() : null;
}
