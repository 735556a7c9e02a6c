using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ChatOps.Platforms.Ssh;

/// <summary>The journal as JSON, an entry a line (https://systemd.io/JOURNAL_EXPORT_FORMATS): a field that is no UTF-8 is a list of its bytes.</summary>
internal static class Journal
{
    public static async IAsyncEnumerable<LogLine> ReadAsync(IAsyncEnumerable<string> lines, LogWindow window, SshFailures failures)
    {
        await foreach (var line in lines)
        {
            if (One(line) is { } entry && entry.At >= window.Since && (window.Until is not { } until || entry.At < until)) yield return entry with { Text = failures.Clean(entry.Text) };
        }
    }

    public static DateTimeOffset? At(JsonElement entry) =>
        entry.TryGetProperty("__REALTIME_TIMESTAMP", out var text) && long.TryParse(text.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            ? DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds) : null;

    private static LogLine? One(string line)
    {
        try
        {
            using var entry = JsonDocument.Parse(line);
            return At(entry.RootElement) is { } at && Text(entry.RootElement, "MESSAGE") is { } text ? new(at, text, Text(entry.RootElement, "_PID")) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // A line that was cut, or none of the journal's.
            return null;
        }
    }

    private static string? Text(JsonElement entry, string key) => !entry.TryGetProperty(key, out var field) ? null : field.ValueKind switch
    {
        JsonValueKind.String => field.GetString(),
        JsonValueKind.Array => Encoding.UTF8.GetString([.. field.EnumerateArray().Where(b => b.ValueKind == JsonValueKind.Number).Select(b => b.GetByte())]),
        _ => null,
    };
}
