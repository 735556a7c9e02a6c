using System.Globalization;
using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Telemetry.Http;

namespace ChatOps.Telemetry.Elasticsearch;

/// <summary>Answers of Elasticsearch and OpenSearch.</summary>
internal static class ElasticsearchAnswer
{
    /// <summary>The lines in the order that was asked for, and the newest id of its point in time. Null: it is no such answer.</summary>
    public static (LinePage Page, string? PointInTime)? Read(ReadOnlyMemory<byte> body, PageQuestion question, LogFields fields, HttpSourceFailures failures)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var lines = new List<TimedLine>();
            var entries = 0;
            var messages = 0;
            JsonElement last = default;
            foreach (var hit in root.GetProperty("hits").GetProperty("hits").EnumerateArray())
            {
                entries++;
                last = hit.GetProperty("sort");
                var source = hit.TryGetProperty("_source", out var s) ? s : default;
                var message = Field(source, fields.Message);
                if (message is not null) messages++;
                LogEntry.AddTo(lines, last[0].GetInt64(), WithLevel(message ?? "", Field(source, fields.Level)), Field(source, fields.Instance) is { } name ? failures.Clean(name) : null, question.NewestFirst, failures.CleanLine);
            }
            var doubt = Doubt(root, failures) ?? (entries > 0 && messages == 0 ? $"what it found has no field {fields.Message}; name the field of the text as fields.message" : null);
            // A second value is the tie-breaker of a point in time: only with it the next page begins exactly where this one ends.
            var after = entries > 0 && last.GetArrayLength() > 1 && root.TryGetProperty("pit_id", out _) ? last.Clone() : (object?)null;
            return (new(lines, entries >= question.Limit) { Doubt = doubt, After = after }, Text(root, "pit_id"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The type and the reason of a refusal; nulls where the answer is of somebody else, such as a proxy.</summary>
    public static (string? Type, string? Reason) Refusal(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (!document.RootElement.TryGetProperty("error", out var error)) return (null, null);
            if (error.ValueKind == JsonValueKind.String) return (null, error.GetString());
            // "all shards failed" is said above, why below.
            return error.TryGetProperty("root_cause", out var causes) && causes.ValueKind == JsonValueKind.Array && causes.GetArrayLength() > 0 && Text(causes[0], "reason") is { } reason
                ? (Text(causes[0], "type") ?? Text(error, "type"), reason) : (Text(error, "type"), Text(error, "reason"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, null);
        }
    }

    /// <summary>"Elasticsearch 8.15.0"; null where it is neither.</summary>
    public static string? Product(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var version = document.RootElement.GetProperty("version");
            return Text(version, "number") is { } number ? $"{(Text(version, "distribution") == "opensearch" ? "OpenSearch" : "Elasticsearch")} {number}" : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The first text value below one of these names at the root; null: none.</summary>
    public static string? Id(ReadOnlyMemory<byte> body, params string[] names)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return names.Select(n => Text(document.RootElement, n)).FirstOrDefault(id => id is not null);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Doubt(JsonElement root, HttpSourceFailures failures)
    {
        if (root.TryGetProperty("_shards", out var shards) && Number(shards, "failed") is > 0 and var failed)
        {
            var why = shards.TryGetProperty("failures", out var all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() > 0 && all[0].TryGetProperty("reason", out var reason) ? Text(reason, "reason") : null;
            return string.Create(CultureInfo.InvariantCulture, $"{failed} of {Number(shards, "total")} shards failed{(why is null ? "" : $": {failures.Clean(why)}")}");
        }
        if (root.TryGetProperty("timed_out", out var late) && late.ValueKind == JsonValueKind.True) return "it gave up in the middle for want of time";
        return root.TryGetProperty("_clusters", out var clusters) && Number(clusters, "total") is > 0 and var of && Number(clusters, "successful") < of
            ? string.Create(CultureInfo.InvariantCulture, $"{of - Number(clusters, "successful")} of {of} clusters did not answer") : null;
    }

    /// <summary>In a document a name with dots may stand as it is, or lead from object to object, or both.</summary>
    private static string? Field(JsonElement source, string name)
    {
        if (source.ValueKind == JsonValueKind.Array && source.GetArrayLength() > 0) source = source[0];
        if (source.ValueKind != JsonValueKind.Object) return null;
        if (source.TryGetProperty(name, out var value)) return Plain(value);
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = name.IndexOf('.', dot + 1))
        {
            if (source.TryGetProperty(name[..dot], out var below) && Field(below, name[(dot + 1)..]) is { } found) return found;
        }
        return null;
    }

    private static string? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.Array when value.GetArrayLength() == 1 => Plain(value[0]),
        _ => value.GetRawText(),
    };

    /// <summary>A level of its own goes before the text, where the grouping finds it; text that begins with it keeps its form.</summary>
    private static string WithLevel(string message, string? level) =>
        level is not { Length: > 0 and <= 20 } || message.AsSpan(0, Math.Min(message.Length, 64)).Contains(level, StringComparison.OrdinalIgnoreCase) ? message : $"{level.ToUpperInvariant()} {message}";

    private static long? Number(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
