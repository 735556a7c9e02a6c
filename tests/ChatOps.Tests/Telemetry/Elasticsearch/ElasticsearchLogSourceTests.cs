using System.Text.Json.Nodes;
using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Elasticsearch;

namespace ChatOps.Tests.Telemetry.Elasticsearch;

/// <summary>What an Elasticsearch or an OpenSearch may answer, and what becomes of it.</summary>
public sealed class ElasticsearchLogSourceTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private StubElasticsearch stub = null!;

    public async ValueTask InitializeAsync() => stub = await StubElasticsearch.StartAsync();

    public ValueTask DisposeAsync() => stub.DisposeAsync();

    [Fact]
    public async Task Lines_come_oldest_first_with_their_level_and_instance()
    {
        Add(2, new() { ["message"] = "two", ["log.level"] = "warn", ["host"] = new JsonObject { ["name"] = "shop-2" } });
        Add(1, new() { ["message"] = "ERROR one", ["log"] = new JsonObject { ["level"] = "error" }, ["host.name"] = "shop-1" });
        Add(3, new() { ["message"] = "of another", ["service.name"] = "pay" });
        Add(-3700, new() { ["message"] = "before the window" });
        (await ReadAsync()).Select(l => (l.Text, l.Instance, l.At)).ShouldBe([("ERROR one", "shop-1", Now.AddSeconds(1)), ("WARN two", "shop-2", Now.AddSeconds(2))]);
        stub.Calls.ShouldBe(["/logs-%2A/_search"]);
    }

    [Theory]
    [InlineData(Flavour.Elasticsearch, null)]
    [InlineData(Flavour.Elasticsearch, 1700)]
    [InlineData(Flavour.OpenSearch, null)]
    [InlineData(Flavour.OpenSearch, 1700)]
    [InlineData(Flavour.Old, null)]
    [InlineData(Flavour.Old, 1700)]
    public async Task Lines_of_one_instant_are_neither_lost_nor_doubled_where_a_page_ends_among_them(object flavour, int? newest)
    {
        stub.Flavour = (Flavour)flavour;
        for (var i = 0; i < 2_600; i++) Add(i / 900, new() { ["message"] = $"line {i}" });
        var lines = await ReadAsync(newest: newest);
        lines.Select(l => l.Text).Distinct().Count().ShouldBe(newest ?? 2_600);
        lines.Count.ShouldBe(newest ?? 2_600);
        lines.Select(l => l.At).ShouldBe(lines.Select(l => l.At).Order());
        stub.StillOpen.ShouldBe(0);
    }

    [Fact]
    public async Task More_lines_of_one_instant_than_a_page_may_hold_come_with_a_point_in_time_and_are_told_without()
    {
        for (var i = 0; i < 1_300; i++) Add(1, new() { ["message"] = $"line {i}" });
        stub.ResultWindow = 1_100;
        (await ReadAsync()).Count.ShouldBe(1_300);
        stub.MayHold = false;
        var lines = new List<LogLine>();
        (await FailsAsync(Definition(), lines: lines)).ShouldStartWith("lines are missing: more than ");
        lines.Count.ShouldBeInRange(1_000, 1_100);
    }

    [Fact]
    public async Task What_is_written_while_it_is_read_moves_no_line()
    {
        for (var i = 0; i < 2_500; i++) Add(i, new() { ["message"] = $"line {i}" });
        stub.Searched = () => Add(5, new() { ["message"] = "late" });
        var lines = await ReadAsync();
        lines.Where(l => l.Text != "late").Select(l => l.Text).ShouldBe(Enumerable.Range(0, 2_500).Select(i => $"line {i}"));
    }

    [Fact]
    public async Task Names_of_people_and_services_are_terms_and_never_syntax()
    {
        var use = new ElasticsearchUse { Source = "main", Index = "logs-{service}-*", Labels = new Dictionary<string, string> { ["service.name"] = "{service}" }, Query = "NOT log.logger:health" };
        var hostile = new Target("a\" OR *:* /../_all?x#", "production");
        await ReadAsync(use: use, target: hostile);
        stub.Calls.ShouldHaveSingleItem().ShouldBe("/logs-a%22%20OR%20%2A%3A%2A%20%2F..%2F_all%3Fx%23-%2A/_search");
        var filters = stub.Bodies.ShouldHaveSingleItem()["query"]!["bool"]!["filter"]!;
        filters[1]!["term"]!["service.name"]!.GetValue<string>().ShouldBe(hostile.Service);
        filters[2]!["query_string"]!["query"]!.GetValue<string>().ShouldBe("NOT log.logger:health");
    }

    [Theory]
    [InlineData(true, "ApiKey a2V5")]
    [InlineData(false, "Bearer a2V5")]
    public async Task A_token_and_an_api_key_are_sent_each_in_its_way(bool key, string authorization)
    {
        stub.Authorization = authorization;
        Add(1, new() { ["message"] = "one a2V5" });
        (await ReadAsync(Definition() with { Token = "a2V5", ApiKey = key })).ShouldHaveSingleItem().Text.ShouldBe("one [redacted]");
        (await FailsAsync(Definition())).ShouldBe("elasticsearch main refused: its token or password is not accepted (401); check elasticsearch.main in chatops.yaml");
    }

    [Theory]
    [InlineData("\"timed_out\":true", "it gave up in the middle for want of time")]
    [InlineData("\"timed_out\":false,\"_shards\":{\"total\":5,\"failed\":2,\"failures\":[{\"reason\":{\"type\":\"x\",\"reason\":\"node left\"}}]}", "2 of 5 shards failed: node left")]
    [InlineData("\"_clusters\":{\"total\":2,\"successful\":1,\"skipped\":1}", "1 of 2 clusters did not answer")]
    public async Task Half_an_answer_gives_its_lines_and_then_says_that_others_are_missing(string more, string why)
    {
        Add(1, new() { ["message"] = "one" });
        stub.More = more;
        var lines = new List<LogLine>();
        (await FailsAsync(Definition(), lines: lines)).ShouldBe($"lines are missing: {why}");
        lines.ShouldHaveSingleItem().Text.ShouldBe("one");
    }

    [Fact]
    public async Task Documents_without_the_field_of_the_text_are_told()
    {
        Add(1, new() { ["msg"] = "one" });
        (await FailsAsync(Definition())).ShouldBe("lines are missing: what it found has no field message; name the field of the text as fields.message");
        var use = Use with { Fields = new() { Message = "msg" } };
        (await ReadAsync(use: use)).ShouldHaveSingleItem().Text.ShouldBe("one");
    }

    [Theory]
    [InlineData(400, """{"error":{"root_cause":[{"type":"query_shard_exception","reason":"Failed to parse query [a(]"}],"type":"search_phase_execution_exception","reason":"all shards failed"},"status":400}""",
        "elasticsearch main refused the search for logs of shop (query_shard_exception): Failed to parse query [a(]")]
    [InlineData(403, """{"error":{"root_cause":[{"type":"security_exception","reason":"action [indices:data/read/search] is unauthorized for user [bot] on indices [logs-x], this action is granted by the index privileges [read,all]"}]},"status":403}""",
        "elasticsearch main refused: its token or user may not read (403): action [indices:data/read/search] is unauthorized for user [bot] on indices [logs-x], this action is granted by the index privileges [read,all]")]
    [InlineData(404, """{"error":{"type":"index_not_found_exception","reason":"no such index [x]"},"status":404}""", "elasticsearch main has no index logs-* (404); correct 'index' of shop in chatops.yaml")]
    [InlineData(404, "<html>", "there is no Elasticsearch at the address of elasticsearch main (404); check elasticsearch.main in chatops.yaml")]
    [InlineData(302, "", "elasticsearch main points elsewhere (302); correct the url of elasticsearch.main in chatops.yaml")]
    [InlineData(429, """{"error":{"type":"circuit_breaking_exception","reason":"Data too large"},"status":429}""", "elasticsearch main asks to wait 60 s (429)")]
    [InlineData(503, """{"error":{"type":"cluster_block_exception","reason":"blocked"},"status":503}""", "elasticsearch main broke (503): blocked")]
    [InlineData(200, "<html>", "elasticsearch main sent an answer that is not Elasticsearch's own")]
    [InlineData(200, """{"hits":{"hits":[{"sort":["x"]}]}}""", "elasticsearch main sent an answer that is not Elasticsearch's own")]
    public async Task What_is_no_answer_is_a_sentence(int status, string body, string sentence)
    {
        stub.Instead = context =>
        {
            if (status is 429 or 503) context.Response.Headers.RetryAfter = "60";
            return StubElasticsearch.SayAsync(context, status, status == 302 ? "" : body);
        };
        (await FailsAsync(Definition())).ShouldBe(sentence);
        stub.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task One_that_hangs_and_one_that_is_away_are_told()
    {
        stub.Instead = context =>
        {
            var aborted = new TaskCompletionSource();
            context.RequestAborted.Register(aborted.SetResult);
            return aborted.Task;
        };
        (await FailsAsync(Definition() with { Timeout = TimeSpan.FromMilliseconds(300) })).ShouldBe("elasticsearch main did not answer within 300 ms");
        (await FailsAsync(Definition() with { Url = new("http://127.0.0.1:1") })).ShouldBe("elasticsearch main cannot be reached: connection refused");
    }

    private static ElasticsearchUse Use { get; } = new() { Source = "main", Index = "logs-*", Labels = new Dictionary<string, string> { ["service.name"] = "{service}" } };

    private void Add(int second, JsonObject source)
    {
        if (source["service.name"] is null) source["service.name"] = "shop";
        stub.Documents.Add(new("logs-1", LogEntry.Nanoseconds(Now.AddSeconds(second)), source));
    }

    private ElasticsearchDefinition Definition() => new() { Name = "main", Url = stub.Url, Timeout = TimeSpan.FromSeconds(30) };

    private async Task<List<LogLine>> ReadAsync(ElasticsearchDefinition? definition = null, int? newest = null, ElasticsearchUse? use = null, Target? target = null)
    {
        var lines = new List<LogLine>();
        await ReadIntoAsync(definition ?? Definition(), newest, use ?? Use, target ?? new("shop", "production"), lines);
        return lines;
    }

    private async Task<string> FailsAsync(ElasticsearchDefinition definition, List<LogLine>? lines = null) =>
        (await Should.ThrowAsync<PlatformException>(() => ReadIntoAsync(definition, null, Use, new("shop", "production"), lines ?? []))).Message;

    private static async Task ReadIntoAsync(ElasticsearchDefinition definition, int? newest, ElasticsearchUse use, Target target, List<LogLine> lines)
    {
        using var client = new ElasticsearchClient(definition, TimeProvider.System);
        await foreach (var line in new ElasticsearchLogSource(target, use, client, TimeProvider.System).ReadAsync(new(Now.AddHours(-1), Now.AddHours(1), newest), CancellationToken.None)) lines.Add(line);
    }
}
