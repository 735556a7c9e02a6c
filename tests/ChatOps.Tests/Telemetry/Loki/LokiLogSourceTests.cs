using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Loki;

namespace ChatOps.Tests.Telemetry.Loki;

/// <summary>What a Loki, or something in front of it, may answer, and what becomes of it.</summary>
public sealed class LokiLogSourceTests : IAsyncLifetime
{
    private const string Token = "tok-4711-not-to-be-shown";
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private static readonly Dictionary<string, string> ShopOne = new() { ["app"] = "shop", ["pod"] = "shop-1" };
    private static readonly Dictionary<string, string> ShopTwo = new() { ["app"] = "shop", ["pod"] = "shop-2" };
    private StubLoki stub = null!;

    public async ValueTask InitializeAsync() => stub = await StubLoki.StartAsync();

    public ValueTask DisposeAsync() => stub.DisposeAsync();

    [Fact]
    public async Task Lines_of_all_streams_come_as_one_log_oldest_first_with_their_instance()
    {
        Add(ShopTwo, 2, "two");
        Add(ShopOne, 1, "one");
        Add(ShopOne, 3, "three");
        Add(new() { ["app"] = "pay" }, 2, "of another service");
        Add(ShopOne, -3700, "before the window");
        var lines = await ReadAsync();
        lines.Select(l => (l.Text, l.Instance, l.At)).ShouldBe([("one", "shop-1", Now.AddSeconds(1)), ("two", "shop-2", Now.AddSeconds(2)), ("three", "shop-1", Now.AddSeconds(3))]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1700)]
    public async Task Lines_of_one_instant_are_neither_lost_nor_doubled_where_a_page_ends_among_them(int? newest)
    {
        // 2,600 lines on three instants: no usual page of 1,000 ends between two of them.
        for (var i = 0; i < 2_600; i++) Add(i % 2 == 0 ? ShopOne : ShopTwo, i / 900, $"line {i}");
        var lines = await ReadAsync(newest: newest);
        lines.Select(l => l.Text).Distinct().Count().ShouldBe(newest ?? 2_600);
        lines.Count.ShouldBe(newest ?? 2_600);
        lines.Select(l => l.At).ShouldBe(lines.Select(l => l.At).Order());
        lines[^1].At.ShouldBe(Now.AddSeconds(2));
    }

    [Fact]
    public async Task A_server_that_gives_fewer_lines_at_once_is_asked_for_fewer()
    {
        stub.MostLines = 300;
        for (var i = 0; i < 700; i++) Add(ShopOne, i, $"line {i}");
        (await ReadAsync()).Count.ShouldBe(700);
        stub.Limits.ShouldBe([1000, 500, 250, 250, 250]);
    }

    [Fact]
    public async Task Long_lines_are_asked_for_in_smaller_pages_and_cut()
    {
        for (var i = 0; i < 40; i++) Add(ShopOne, i, new string((char)('a' + (i % 26)), 400_000));
        var lines = await ReadAsync();
        lines.Count.ShouldBe(40);
        lines.ShouldAllBe(l => l.Text.Length == LogEntry.LongestLine);
        stub.Limits.ShouldContain(l => l < 20);
    }

    [Fact]
    public async Task An_entry_of_several_lines_is_several_lines()
    {
        Add(ShopOne, 1, "boom\n  at a\r\n  at b\n");
        Add(ShopOne, 2, "after");
        (await ReadAsync()).Select(l => l.Text).ShouldBe(["boom", "  at a", "  at b", "after"]);
        (await ReadAsync(newest: 3)).Select(l => l.Text).ShouldBe(["  at a", "  at b", "after"]);
    }

    [Fact]
    public async Task What_programs_wrote_passes_the_redactor_and_its_own_token_is_not_shown()
    {
        Add(ShopOne, 1, $"curl -H 'Authorization: Bearer {Token}' password=hunter2hunter2");
        var text = (await ReadAsync(Definition() with { Token = Token })).ShouldHaveSingleItem().Text;
        text.ShouldNotContain("4711");
        text.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Who_asks_says_who_it_is_and_for_which_tenant()
    {
        (stub.Token, stub.Tenant) = (Token, "team-a");
        Add(ShopOne, 1, "one");
        var definition = Definition() with { Token = Token, Tenant = "team-a" };
        (await ReadAsync(definition)).Count.ShouldBe(1);
        (await FailsAsync(definition with { Tenant = null })).ShouldBe("loki main has several tenants and none was named (401): name one as loki.main.tenant in chatops.yaml");
        (await FailsAsync(definition with { Token = "other" })).ShouldBe("loki main refused: its token or password is not accepted (401); check loki.main in chatops.yaml");
    }

    [Theory]
    [InlineData(400, "parse error at line 1, col 9: syntax error", "loki main refused the query of logs of shop: parse error at line 1, col 9: syntax error")]
    [InlineData(403, "", "loki main refused: its token or user may not read (403)")]
    [InlineData(404, "404 page not found", "there is no Loki at the address of loki main (404); check loki.main in chatops.yaml")]
    [InlineData(302, "", "loki main points elsewhere (302); correct the url of loki.main in chatops.yaml")]
    [InlineData(429, "too many outstanding requests", "loki main asks to wait 60 s (429)")]
    [InlineData(500, "too many unhealthy instances in the ring", "loki main broke (500): too many unhealthy instances in the ring")]
    [InlineData(200, "<html>please sign in</html>", "loki main sent an answer that is not Loki's own")]
    [InlineData(200, """{"status":"success","data":{"resultType":"matrix","result":[]}}""", "loki main sent an answer that is not Loki's own")]
    [InlineData(200, """{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[["x","y"]]}]}}""", "loki main sent an answer that is not Loki's own")]
    public async Task What_is_no_answer_is_a_sentence(int status, string body, string sentence)
    {
        stub.Instead = context =>
        {
            context.Response.StatusCode = status;
            if (status is 429 or 500) context.Response.Headers.RetryAfter = "60";
            return context.Response.WriteAsync(body);
        };
        (await FailsAsync(Definition())).ShouldBe(sentence);
        stub.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task One_that_asks_to_wait_a_moment_is_asked_again()
    {
        Add(ShopOne, 1, "one");
        stub.Instead = context =>
        {
            stub.Instead = null;
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "0";
            return context.Response.WriteAsync("too many outstanding requests");
        };
        (await ReadAsync(Definition() with { Timeout = TimeSpan.FromSeconds(30) })).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Half_an_answer_gives_its_lines_and_then_says_that_others_are_missing()
    {
        Add(ShopOne, 1, "one");
        stub.Warning = "ingester 10.0.0.3 did not answer";
        var lines = new List<LogLine>();
        (await FailsAsync(Definition(), lines)).ShouldBe("lines are missing: it answered in part: ingester 10.0.0.3 did not answer");
        lines.Count.ShouldBe(1);
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
        (await FailsAsync(Definition() with { Timeout = TimeSpan.FromMilliseconds(300) })).ShouldBe("loki main did not answer within 300 ms");
        (await FailsAsync(Definition() with { Url = new("http://127.0.0.1:1") })).ShouldBe("loki main cannot be reached: connection refused");
    }

    private void Add(Dictionary<string, string> stream, int second, string line) => stub.Entries.Add(new(stream, LogEntry.Nanoseconds(Now.AddSeconds(second)), line));

    private LokiDefinition Definition() => new() { Name = "main", Url = stub.Url, Timeout = TimeSpan.FromSeconds(30) };

    private async Task<List<LogLine>> ReadAsync(LokiDefinition? definition = null, int? newest = null)
    {
        var lines = new List<LogLine>();
        await ReadIntoAsync(definition ?? Definition(), newest, lines);
        return lines;
    }

    private async Task<string> FailsAsync(LokiDefinition definition, List<LogLine>? lines = null) =>
        (await Should.ThrowAsync<PlatformException>(() => ReadIntoAsync(definition, null, lines ?? []))).Message;

    private static async Task ReadIntoAsync(LokiDefinition definition, int? newest, List<LogLine> lines)
    {
        using var client = new LokiClient(definition, TimeProvider.System);
        var use = new LokiUse { Source = "main", Labels = new Dictionary<string, string> { ["app"] = "{service}" } };
        await foreach (var line in new LokiLogSource(new("shop", "production"), use, client, TimeProvider.System).ReadAsync(new(Now.AddHours(-1), Now.AddHours(1), newest), CancellationToken.None)) lines.Add(line);
    }
}
