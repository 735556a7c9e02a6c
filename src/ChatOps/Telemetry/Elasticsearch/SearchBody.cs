using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Catalog;

namespace ChatOps.Telemetry.Elasticsearch;

/// <summary>
/// The body of a search (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search) for one page of the lines of a target.
/// Values are JSON strings of exact terms: nothing of them is query syntax.
/// </summary>
internal static class SearchBody
{
    /// <param name="pointInTime">Null: what can be found at this moment.</param>
    /// <param name="patience">After so long it gives what it has found.</param>
    public static byte[] Of(Target target, ElasticsearchUse use, PageQuestion question, string? pointInTime, TimeSpan patience)
    {
        var filters = new JsonArray(Object("range", Object(use.Fields.Time, new JsonObject
        {
            ["gte"] = Time(question.Since),
            // Inclusive: dates of a coarser index are compared by their milliseconds, and less than half of one would be less than all of it.
            ["lte"] = Time(question.Until - 1),
            ["format"] = "strict_date_optional_time_nanos",
        })));
        foreach (var (field, value) in use.Labels) filters.Add(Object("term", Object(field, SourcePlaces.Fill(value, target.Service, target.Environment))));
        if (use.Query is { } query) filters.Add(Object("query_string", Object("query", query)));
        var body = new JsonObject
        {
            ["size"] = question.Limit,
            ["track_total_hits"] = false,
            ["timeout"] = $"{((long)patience.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}ms",
            ["_source"] = new JsonArray(use.Fields.Message, use.Fields.Level, use.Fields.Instance),
            ["sort"] = new JsonArray(Object(use.Fields.Time, new JsonObject
            {
                ["order"] = question.NewestFirst ? "desc" : "asc",
                ["numeric_type"] = "date_nanos",
                ["unmapped_type"] = "date",
            })),
            ["query"] = Object("bool", Object("filter", filters)),
        };
        if (pointInTime is not null) body["pit"] = new JsonObject { ["id"] = pointInTime, ["keep_alive"] = PointInTime.KeepAlive };
        if (question.After is JsonElement after) body["search_after"] = JsonNode.Parse(after.GetRawText());
        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    private static string Time(long nanoseconds) =>
        $"{DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture)}{(nanoseconds % 100).ToString("00", CultureInfo.InvariantCulture)}Z";

    private static JsonObject Object(string key, JsonNode value) => new() { [key] = value };
}
