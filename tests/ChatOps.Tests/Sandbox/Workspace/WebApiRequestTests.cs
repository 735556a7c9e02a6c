using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Control;

namespace ChatOps.Tests.Sandbox.Workspace;

public sealed class WebApiRequestTests
{
    private static readonly JsonObject Hello = new() { ["channel"] = "C1", ["text"] = "hello" };

    [Fact]
    public async Task A_method_that_Slack_does_not_have_is_unknown()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        (await sandbox.CallAsync("chat.postMessages", Hello)).ShouldFail("unknown_method");
    }

    [Fact]
    public async Task A_method_that_the_sandbox_does_not_play_says_so()
    {
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = TestSandbox.ManifestWith(("      - im:write\n", "      - im:write\n      - canvases:write\n")) });
        (await sandbox.CallAsync("canvases.create", [])).ShouldFail("not_implemented");
    }

    [Theory]
    [InlineData(null, "not_authed")]
    [InlineData("xoxb-wrong", "invalid_auth")]
    public async Task A_missing_or_wrong_token_is_refused(string? token, string error)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        (await sandbox.CallAsync("chat.postMessage", Hello, token)).ShouldFail(error);
    }

    [Fact]
    public async Task The_app_token_opens_sockets_and_nothing_else_and_the_bot_token_the_reverse()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        (await sandbox.CallAsync("auth.test", [], sandbox.Host.AppToken)).ShouldFail("not_allowed_token_type");
        (await sandbox.CallAsync("apps.connections.open", [])).ShouldFail("not_allowed_token_type");
        (await sandbox.CallAsync("auth.test", [])).ShouldBeOk();
    }

    [Fact]
    public async Task A_scope_that_the_manifest_lacks_is_named()
    {
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = TestSandbox.ManifestWithout("pins:write") });
        var answer = await sandbox.CallAsync("pins.add", new JsonObject { ["channel"] = "C1", ["timestamp"] = "1.000000" });
        answer.ShouldFail("missing_scope");
        ((string)answer["needed"]!).ShouldBe("pins:write");
        ((string)answer["provided"]!).ShouldContain("chat:write");
    }

    [Fact]
    public async Task A_private_channel_needs_the_scopes_of_groups()
    {
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = TestSandbox.ManifestWithout("groups:write") });
        var answer = await sandbox.CallAsync("conversations.create", new JsonObject { ["name"] = "inc-1", ["is_private"] = true });
        answer.ShouldFail("missing_scope");
        ((string)answer["needed"]!).ShouldBe("groups:write");
        await sandbox.ChannelAsync("inc-2");
    }

    [Fact]
    public async Task A_missing_argument_is_named()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var answer = await sandbox.CallAsync("chat.update", new JsonObject { ["text"] = "hello" });
        answer.ShouldFail("invalid_arguments");
        answer.ShouldSay("missing required field: ts");
        answer.ShouldSay("missing required field: channel");
        (await sandbox.CallAsync("conversations.create", [])).ShouldFail("invalid_name_required");
    }

    [Fact]
    public async Task A_ts_that_is_a_number_is_refused()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var answer = await sandbox.CallAsync("chat.update", new JsonObject { ["channel"] = "C1", ["ts"] = 1700000000.5, ["text"] = "hello" });
        answer.ShouldFail("invalid_arguments");
        answer.ShouldSay("/ts");
    }

    [Fact]
    public async Task A_method_that_takes_no_json_does_not_see_a_json_body()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        (await sandbox.CallAsync("users.info", new JsonObject { ["user"] = "U0ANA00001" })).ShouldFail("invalid_arguments");
        (await sandbox.FormAsync("users.info", ("user", "U0ANA00001"))).ShouldBeOk();
    }

    [Theory]
    [InlineData("{", "invalid_json")]
    [InlineData("[1]", "json_not_object")]
    public async Task A_body_that_is_no_json_object_is_refused(string body, string error)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        using var response = await sandbox.SendAsync("chat.postMessage", new StringContent(body, Encoding.UTF8, "application/json"), sandbox.Host.BotToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject().ShouldFail(error);
    }

    [Fact]
    public async Task Blocks_in_a_form_are_json_in_a_string()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        (await sandbox.FormAsync("chat.postMessage", ("channel", channel), ("text", "t"), ("blocks", "[{"))).ShouldFail("invalid_blocks_format");
        (await sandbox.FormAsync("chat.postMessage", ("channel", channel), ("text", "t"), ("blocks", """[{"type":"divider"}]"""))).ShouldBeOk();
    }

    [Fact]
    public async Task Posting_too_fast_to_one_channel_gets_429_with_Retry_After_and_another_channel_does_not()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var (busy, calm) = (await sandbox.ChannelAsync("inc-1"), await sandbox.ChannelAsync("inc-2"));
        for (var i = 0; i < 20; i++)
            await sandbox.SayAsync(busy);
        using var refused = await PostAsync(sandbox, busy);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        (await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("ratelimited");
        await sandbox.SayAsync(calm);
        await sandbox.PostAsync("clock", new JsonObject { ["advance_s"] = 2 });
        await sandbox.SayAsync(busy);
    }

    [Theory]
    [InlineData("usergroups.list", 20)]
    [InlineData("conversations.join", 50)]
    [InlineData("users.info", 100)]
    public async Task Each_method_has_the_limit_of_its_tier(string method, int perMinute)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        for (var i = 0; i < perMinute; i++)
            ((string?)(await sandbox.FormAsync(method))["error"]).ShouldNotBe("ratelimited");
        // A little comes back while this is counted.
        var more = 0;
        while ((string?)(await sandbox.FormAsync(method))["error"] != "ratelimited") (++more).ShouldBeLessThan(perMinute);
        await sandbox.PostAsync("clock", new JsonObject { ["advance_s"] = 60 });
        ((string?)(await sandbox.FormAsync(method))["error"]).ShouldNotBe("ratelimited");
    }

    private static Task<HttpResponseMessage> PostAsync(TestSandbox sandbox, string channel) =>
        sandbox.SendAsync("chat.postMessage", new StringContent($$"""{"channel":"{{channel}}","text":"x"}""", Encoding.UTF8, "application/json"), sandbox.Host.BotToken);
}
