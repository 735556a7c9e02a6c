using System.Text.Json.Nodes;
using ChatOps.Sandbox.Control;

namespace ChatOps.Tests.Sandbox.Workspace;

public sealed class ControlTests
{
    [Theory]
    [InlineData("Host", "evil.example", 403)]
    [InlineData("Host", "127.0.0.1.evil.example", 403)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "http://127.0.0.1:1", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Host", "localhost", 200)]
    public async Task Only_this_machine_by_its_own_name_is_answered(string header, string value, int status)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{sandbox.Host.BaseUrl}/control/users");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task The_page_itself_may_call()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{sandbox.Host.BaseUrl}/control/users");
        request.Headers.TryAddWithoutValidation("Origin", sandbox.Host.BaseUrl);
        using var response = await sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(200);
    }

    [Theory]
    [InlineData("command", """{"user":"zoe","channel":"incidents","command":"/incident"}""", "user_not_found")]
    [InlineData("command", """{"user":"chatops","channel":"incidents","command":"/incident"}""", "user_is_bot")]
    [InlineData("command", """{"user":"ana","channel":"nowhere","command":"/incident"}""", "channel_not_found")]
    [InlineData("command", """{"user":"ana","channel":"incidents","command":"/deployment"}""", "unknown_command")]
    [InlineData("command", """{"user":"ana","channel":"incidents","command":"/incident","thread_ts":"1.000000"}""", "not_in_threads")]
    [InlineData("command", """{"user":"dmitri","channel":"leads","command":"/incident"}""", "not_a_member")]
    [InlineData("message", """{"user":"ana","channel":"general","text":" "}""", "no_text")]
    [InlineData("message", """{"user":"ana","channel":"general","text":"x","thread_ts":"1.000000"}""", "thread_not_found")]
    [InlineData("click", """{"user":"ana","channel":"general","ts":"1.000000","action_id":"go"}""", "message_not_found")]
    [InlineData("submit", """{"user":"ana","view_id":"V1"}""", "view_not_found")]
    [InlineData("clock", """{"advance_s":"soon"}""", "invalid_advance")]
    [InlineData("message", """[1]""", "invalid_json")]
    public async Task A_mistake_is_answered_with_what_is_wrong(string call, string body, string error)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        using var response = await sandbox.Http.PostAsJsonAsync($"{sandbox.Host.BaseUrl}/control/{call}", JsonNode.Parse(body), TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBeInRange(400, 404);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();
        answer.ShouldFail(error);
        ((string)answer["message"]!).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Names_and_ids_mean_the_same()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var id = (string)(await sandbox.PostAsync("message", new JsonObject { ["user"] = "U0ANA00001", ["channel"] = "#general", ["text"] = "one" }))["channel"]!;
        await sandbox.PostAsync("message", new JsonObject { ["user"] = "@ana", ["channel"] = id, ["text"] = "two" });
        (await sandbox.MessagesAsync("general")).Select(m => (string)m["user"]!).ShouldBe(["U0ANA00001", "U0ANA00001"]);
    }

    [Fact]
    public async Task What_people_type_is_escaped_and_names_become_references()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await sandbox.PostAsync("message", new JsonObject { ["user"] = "ana", ["channel"] = "general", ["text"] = "@ben & @leads: a < b, mail x@ben.example, <@U0EVE00001>" });
        ((string)(await sandbox.MessagesAsync("general"))[0]["text"]!)
            .ShouldBe("<@U0BEN00001> &amp; <!subteam^S0LEADS001|@leads>: a &lt; b, mail x@ben.example, <@U0EVE00001>");
    }

    [Fact]
    public async Task Who_writes_in_a_public_channel_joins_it()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        await sandbox.PostAsync("message", new JsonObject { ["user"] = "dmitri", ["channel"] = channel, ["text"] = "here" });
        (await sandbox.MessagesAsync(channel)).Select(m => (string?)m["subtype"]).ShouldBe(["channel_join", "channel_join", null]);
    }

    [Fact]
    public async Task Traffic_tells_every_call_and_delivery_with_its_answer()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var app = await SocketApp.ConnectAsync(sandbox);
        var channel = await sandbox.ChannelAsync();
        await sandbox.PostAsync("command", new JsonObject { ["user"] = "ana", ["channel"] = channel, ["command"] = "/incident", ["text"] = "help" });
        var all = (await sandbox.GetAsync("traffic"))["traffic"]!.AsArray().Select(t => t!.AsObject()).ToList();
        var call = all.First(t => (string)t["method"]! == "conversations.create");
        ((string)call["args"]!["name"]!).ShouldBe("inc-1");
        ((bool)call["answer"]!["ok"]!).ShouldBeTrue();
        var delivery = all.First(t => (string)t["kind"]! == "delivery");
        ((string)delivery["args"]!["payload"]!["text"]!).ShouldBe("help");
        ((int)delivery["status"]!).ShouldBe(200);
        all.Select(t => (long)t["n"]!).ShouldBe(all.Select(t => (long)t["n"]!).Order());
        string.Concat(all.Select(t => t.ToJsonString())).ShouldNotContain(sandbox.Host.BotToken);
        (await sandbox.GetAsync($"traffic?since={all[^1]["n"]}"))["traffic"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_clock_moves_for_everybody()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var before = DateTimeOffset.Parse((string)(await sandbox.GetAsync("clock"))["now"]!, System.Globalization.CultureInfo.InvariantCulture);
        var after = DateTimeOffset.Parse((string)(await sandbox.PostAsync("clock", new JsonObject { ["advance_s"] = 3600 }))["now"]!, System.Globalization.CultureInfo.InvariantCulture);
        (after - before).ShouldBeInRange(TimeSpan.FromSeconds(3600), TimeSpan.FromSeconds(3660));
        sandbox.Host.Clock.GetUtcNow().ShouldBeGreaterThanOrEqualTo(after);
    }

    [Fact]
    public async Task The_stream_tells_what_to_fetch_again()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var stream = await sandbox.Http.GetStreamAsync($"{sandbox.Host.BaseUrl}/control/stream", TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe(": open");
        await sandbox.PostAsync("message", new JsonObject { ["user"] = "ana", ["channel"] = "general", ["text"] = "x" });
        string? line = "";
        while (line is not null && !line.StartsWith("data:", StringComparison.Ordinal))
            line = await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        ((string)JsonNode.Parse(line![5..])!["type"]!).ShouldBe("message");
    }

    [Fact]
    public async Task Others_can_add_their_routes_and_the_page_is_served_beside_them()
    {
        var folder = Directory.CreateTempSubdirectory("page-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "index.html"), "<h1>page</h1>", TestContext.Current.CancellationToken);
        await using (var sandbox = await TestSandbox.StartAsync(new SandboxOptions
        {
            ManifestText = TestSandbox.Manifest, PageFolder = folder.FullName, Map = app => app.MapGet("/control/shop", () => "a shop"),
        }))
        {
            (await sandbox.Http.GetStringAsync($"{sandbox.Host.BaseUrl}/control/shop", TestContext.Current.CancellationToken)).ShouldBe("a shop");
            (await sandbox.Http.GetStringAsync($"{sandbox.Host.BaseUrl}/", TestContext.Current.CancellationToken)).ShouldBe("<h1>page</h1>");
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_read_stops_the_start() =>
        await Should.ThrowAsync<FormatException>(() => TestSandbox.StartAsync(new SandboxOptions { ManifestText = "features: [" }));
}
