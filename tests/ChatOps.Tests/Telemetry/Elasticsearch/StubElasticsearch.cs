using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Telemetry;
using ChatOps.Tests.Telemetry.Prometheus;

namespace ChatOps.Tests.Telemetry.Elasticsearch;

internal enum Flavour
{
    /// <summary>Points in time with their own tie-breaker.</summary>
    Elasticsearch,

    /// <summary>Points in time at an address of their own, without a tie-breaker.</summary>
    OpenSearch,

    /// <summary>No points in time.</summary>
    Old,
}

/// <param name="At">Nanoseconds.</param>
internal sealed record StubDocument(string Index, long At, JsonObject Source);

/// <summary>
/// An Elasticsearch or OpenSearch from their published API: search with range, term and query_string in a filter, sort by time, search_after, points in time that hold the state of
/// the moment they were opened at. Without one the order among documents of one time is chance, as it is with replicas.
/// </summary>
internal sealed class StubElasticsearch : IAsyncDisposable
{
    private readonly StubPrometheus http;
    private readonly Random chance = new(7);
    private readonly Dictionary<string, StubDocument[]> held = [];
    private int opened;

    private StubElasticsearch(StubPrometheus http) => this.http = http;

    public Uri Url => http.Url;
    public List<StubDocument> Documents { get; } = [];
    public Flavour Flavour { get; set; }
    public string? Authorization { get; set; }
    public int ResultWindow { get; set; } = 10_000;
    public bool MayHold { get; set; } = true;

    /// <summary>Put into the answer of every search.</summary>
    public string More { get; set; } = "";

    /// <summary>Instead of the answer.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    /// <summary>After each search, such as to write more documents.</summary>
    public Action? Searched { get; set; }

    public IReadOnlyList<string> Calls => [.. http.Calls.Select(c => c.Target)];
    public ConcurrentQueue<JsonObject> Bodies { get; } = new();

    /// <summary>Points in time that nobody closed.</summary>
    public int StillOpen
    {
        get { lock (chance) return held.Count; }
    }

    public static async Task<StubElasticsearch> StartAsync(Flavour flavour = Flavour.Elasticsearch)
    {
        var server = await StubPrometheus.StartAsync();
        var stub = new StubElasticsearch(server) { Flavour = flavour };
        server.Answer = stub.AnswerAsync;
        return stub;
    }

    public static Task SayAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }

    public ValueTask DisposeAsync() => http.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (Instead?.Invoke(context) is { } other)
        {
            await other;
            return;
        }
        if (Authorization is not null && context.Request.Headers.Authorization != Authorization)
        {
            await SayAsync(context, 401, Error(401, "security_exception", "unable to authenticate"));
            return;
        }
        var body = context.Request.ContentLength > 0 ? (await JsonNode.ParseAsync(context.Request.Body))!.AsObject() : null;
        var path = context.Request.Path.Value!;
        var parts = path.Trim('/').Split('/');
        await ((context.Request.Method, parts) switch
        {
            ("GET", [""]) => SayAsync(context, 200, Flavour == Flavour.OpenSearch ? """{"version":{"distribution":"opensearch","number":"2.17.0"}}""" : """{"version":{"number":"8.15.3"}}"""),
            ("POST", [var index, "_search"]) => SearchAsync(context, body!, Of(index), Of(index) is null ? index : null, hold: false),
            ("POST", ["_search"]) => SearchAsync(context, body!, Held(body!), null, hold: true),
            ("POST", [var index, "_pit"]) when Flavour == Flavour.Elasticsearch => OpenAsync(context, index, "id"),
            ("POST", [var index, "_search", "point_in_time"]) when Flavour == Flavour.OpenSearch => OpenAsync(context, index, "pit_id"),
            ("DELETE", ["_pit"]) when Flavour == Flavour.Elasticsearch => CloseAsync(context, body!["id"]!.GetValue<string>()),
            ("DELETE", ["_search", "point_in_time"]) when Flavour == Flavour.OpenSearch => CloseAsync(context, body!["pit_id"]![0]!.GetValue<string>()),
            _ => SayAsync(context, 400, $$"""{"error":"no handler found for uri [{{path}}] and method [{{context.Request.Method}}]"}"""),
        });
    }

    private Task OpenAsync(HttpContext context, string index, string name)
    {
        if (!MayHold) return SayAsync(context, 403, Error(403, "security_exception", "action [indices:data/read/open_point_in_time] is unauthorized for user [bot]"));
        if (Of(index) is not { } documents) return SayAsync(context, 404, Error(404, "index_not_found_exception", $"no such index [{index}]"));
        lock (chance)
        {
            var id = $"pit-{++opened}==";
            held[id] = documents;
            return SayAsync(context, 200, $$"""{"{{name}}":"{{id}}"}""");
        }
    }

    private Task CloseAsync(HttpContext context, string id)
    {
        lock (chance) held.Remove(id);
        return SayAsync(context, 200, """{"succeeded":true}""");
    }

    private StubDocument[]? Held(JsonObject body)
    {
        lock (chance) return held.GetValueOrDefault(body["pit"]!["id"]!.GetValue<string>());
    }

    private StubDocument[]? Of(string pattern)
    {
        pattern = Uri.UnescapeDataString(pattern);
        var found = Documents.Where(d => pattern.EndsWith('*') ? d.Index.StartsWith(pattern[..^1], StringComparison.Ordinal) : d.Index == pattern).ToArray();
        return found.Length == 0 && !pattern.Contains('*') ? null : found;
    }

    private Task SearchAsync(HttpContext context, JsonObject body, StubDocument[]? documents, string? missing, bool hold)
    {
        Bodies.Enqueue(body);
        if (missing is not null) return SayAsync(context, 404, Error(404, "index_not_found_exception", $"no such index [{missing}]"));
        if (documents is null) return SayAsync(context, 404, Error(404, "search_context_missing_exception", "No search context found"));
        var size = body["size"]!.GetValue<int>();
        if (size > ResultWindow) return SayAsync(context, 400, Error(400, "illegal_argument_exception", $"Result window is too large, from + size must be less than or equal to: [{ResultWindow}] but was [{size}]."));
        var (field, order) = body["sort"]![0]!.AsObject().Single();
        var sign = order!["order"]!.GetValue<string>() == "desc" ? -1 : 1;
        var filters = body["query"]!["bool"]!["filter"]!.AsArray();
        var range = filters[0]!["range"]![field]!;
        var (from, to) = (Nanoseconds(range["gte"]!), Nanoseconds(range["lte"]!));
        var ties = hold && Flavour == Flavour.Elasticsearch;
        (long At, int Tie)? after = body["search_after"] is JsonArray a ? (sign * a[0]!.GetValue<long>(), a[1]!.GetValue<int>()) : null;
        string answer;
        lock (chance)
        {
            var hits = documents.Select((d, i) => (Document: d, Tie: i, Random: chance.Next()))
                .Where(d => d.Document.At >= from && d.Document.At <= to && filters.Skip(1).All(f => Fits(f!.AsObject(), d.Document)))
                .Where(d => after is null || (sign * d.Document.At, d.Tie).CompareTo(after.Value) > 0)
                .OrderBy(d => sign * d.Document.At).ThenBy(d => ties ? d.Tie : d.Random).Take(size)
                .Select(d => new { _source = d.Document.Source, sort = ties ? new object[] { d.Document.At, d.Tie } : [d.Document.At] });
            answer = JsonSerializer.Serialize(new { hits = new { hits } });
        }
        if (hold) answer = $$"""{"pit_id":{{body["pit"]!["id"]!.ToJsonString()}},{{answer[1..]}}""";
        Searched?.Invoke();
        return SayAsync(context, 200, More.Length == 0 ? answer : $"{{{More},{answer[1..]}");
    }

    private static bool Fits(JsonObject filter, StubDocument document)
    {
        if (filter["query_string"] is not null) return true;
        var (field, value) = filter["term"]!.AsObject().Single();
        return document.Source[field]?.GetValue<string>() == value!.GetValue<string>();
    }

    private static long Nanoseconds(JsonNode time)
    {
        var text = time.GetValue<string>();
        return LogEntry.Nanoseconds(DateTimeOffset.Parse(text[..27] + "Z", CultureInfo.InvariantCulture)) + int.Parse(text.AsSpan(27, 2), CultureInfo.InvariantCulture);
    }

    private static string Error(int status, string type, string reason) => JsonSerializer.Serialize(new { error = new { root_cause = new[] { new { type, reason } }, type = "search_phase_execution_exception", reason = "all shards failed" }, status });
}
