using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Control;

namespace ChatOps.Tests.Sandbox.Workspace;

public sealed class SignedHttpTests
{
    private static readonly string WithEvents = TestSandbox.ManifestWith(("      - app_home_opened\n", "      - app_home_opened\n      - message.channels\n      - member_joined_channel\n"));

    private static JsonObject Command(string text = "help") => new() { ["user"] = "ana", ["channel"] = "incidents", ["command"] = "incident", ["text"] = text };

    [Fact]
    public async Task A_command_is_a_form_whose_signature_covers_the_raw_body()
    {
        await using var app = await HttpApp.StartAsync();
        await using var sandbox = await StartAsync(app);
        (await sandbox.PostAsync("command", Command("start Login & checkout"))).ShouldBeOk();

        app.Received.TryDequeue(out var got).ShouldBeTrue();
        got.Path.ShouldBe("/slack/commands");
        got.ContentType.ShouldBe("application/x-www-form-urlencoded");
        got.Form["text"].ShouldBe("start Login &amp; checkout");
        got.Form["trigger_id"].ShouldNotBeEmpty();
        got.Form["response_url"].ShouldStartWith(sandbox.Host.BaseUrl);
        var timestamp = got.Headers["X-Slack-Request-Timestamp"];
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(sandbox.Host.SigningSecret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{got.Body}"));
        got.Headers["X-Slack-Signature"].ShouldBe("v0=" + Convert.ToHexStringLower(mac));
    }

    [Fact]
    public async Task A_refusal_and_an_app_that_is_not_there_are_told_as_dispatch_failed()
    {
        await using var app = await HttpApp.StartAsync();
        await using var sandbox = await StartAsync(app);
        app.Answer = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var refused = (await sandbox.PostAsync("command", Command()))["ack"]!;
        ((int)refused["status"]!, (string)refused["error"]!).ShouldBe((500, "dispatch_failed"));
        sandbox.Host.BotBaseUrl = "http://127.0.0.1:9";
        var absent = (await sandbox.PostAsync("command", Command()))["ack"]!;
        ((int)absent["status"]!, (string)absent["error"]!).ShouldBe((0, "dispatch_failed"));
    }

    [Fact]
    public async Task An_answer_after_the_deadline_does_not_count()
    {
        await using var app = await HttpApp.StartAsync();
        await using var sandbox = await StartAsync(app);
        app.Answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        ((string)(await sandbox.PostAsync("command", Command()))["ack"]!["error"]!).ShouldBe("operation_timeout");
        ((string)(await sandbox.MessagesAsync("incidents"))[^1]["text"]!).ShouldContain("operation_timeout");
        app.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_in_the_acknowledgement_is_shown_as_it_asks()
    {
        await using var app = await HttpApp.StartAsync();
        await using var sandbox = await StartAsync(app);
        app.Answer = (_, context) => context.Response.WriteAsync("""{"response_type":"in_channel","text":"for all"}""");
        await sandbox.PostAsync("command", Command());
        (await sandbox.MessagesAsync("incidents"))[^1].ContainsKey("visible_to").ShouldBeFalse();
        app.Answer = (_, context) => context.Response.WriteAsync("plain words");
        await sandbox.PostAsync("command", Command());
        var last = (await sandbox.MessagesAsync("incidents"))[^1];
        ((string)last["text"]!, (string)last["visible_to"]!).ShouldBe(("plain words", "U0ANA00001"));
        app.Answer = (_, context) => context.Response.WriteAsync("""{"text":"x","blocks":[{"type":"nonsense"}]}""");
        await sandbox.PostAsync("command", Command());
        ((string)(await sandbox.MessagesAsync("incidents"))[^1]["text"]!).ShouldContain("invalid_blocks");
    }

    [Fact]
    public async Task An_event_that_fails_comes_again_three_times_at_once_then_after_one_and_five_minutes()
    {
        await using var app = await HttpApp.StartAsync();
        await using var sandbox = await StartAsync(app);
        app.Answer = (_, context) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await MentionAsync(sandbox);
        await CountAsync(app, 2);
        await sandbox.PostAsync("clock", new JsonObject { ["advance_s"] = 60 });
        await CountAsync(app, 3);
        await sandbox.PostAsync("clock", new JsonObject { ["advance_s"] = 299 });
        app.Received.Count.ShouldBe(3);
        await sandbox.PostAsync("clock", new JsonObject { ["advance_s"] = 2 });
        await CountAsync(app, 4);
        app.Received.Select(d => d.Headers.GetValueOrDefault("X-Slack-Retry-Num")).ShouldBe([null, "1", "2", "3"]);
        app.Received.Last().Headers["X-Slack-Retry-Reason"].ShouldBe("http_error");
        app.Received.Select(d => (string)d.Json["event_id"]!).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task An_app_can_ask_not_to_be_sent_an_event_again()
    {
        await using var app = await HttpApp.StartAsync();
        await using var sandbox = await StartAsync(app);
        app.Answer = (delivery, context) =>
        {
            context.Response.StatusCode = 500;
            if (delivery.Headers.ContainsKey("X-Slack-Retry-Num"))
                context.Response.Headers["X-Slack-No-Retry"] = "1";
            return Task.CompletedTask;
        };
        await MentionAsync(sandbox);
        await CountAsync(app, 2);
        await sandbox.PostAsync("clock", new JsonObject { ["advance_s"] = 3600 });
        await sandbox.PostAsync("home_opened", new JsonObject { ["user"] = "ana" });
        await CountAsync(app, 4);
        app.Received.Count(d => (string)d.Json["event"]!["type"]! == "app_mention").ShouldBe(2);
    }

    [Fact]
    public async Task Only_what_the_manifest_subscribes_to_is_sent_and_only_from_channels_the_bot_is_in()
    {
        await using var app = await HttpApp.StartAsync();
        await using var sandbox = await StartAsync(app, WithEvents);
        await sandbox.PostAsync("message", new JsonObject { ["user"] = "ana", ["channel"] = "general", ["text"] = "not for the bot" });
        var channel = await sandbox.ChannelAsync();
        await sandbox.PostAsync("message", new JsonObject { ["user"] = "ana", ["channel"] = channel, ["text"] = "for the bot" });
        await sandbox.PostAsync("react", new JsonObject { ["user"] = "ana", ["channel"] = channel, ["ts"] = (string)(await sandbox.MessagesAsync(channel))[^1]["ts"]!, ["name"] = "eyes" });
        await TestSandbox.UntilAsync(() => Task.FromResult(app.Received.Any(d => d.Body.Contains("for the bot", StringComparison.Ordinal))));
        var kinds = app.Received.Select(d => (string)d.Json["event"]!["type"]!).ToList();
        kinds.ShouldContain("member_joined_channel");
        kinds.ShouldNotContain("reaction_added");
        app.Received.ShouldAllBe(d => !d.Body.Contains("not for the bot"));
        var said = app.Received.First(d => d.Body.Contains("for the bot", StringComparison.Ordinal)).Json;
        ((string)said["type"]!, (string)said["event"]!["channel_type"]!).ShouldBe(("event_callback", "channel"));
    }

    [Fact]
    public async Task The_events_address_is_verified_by_a_challenge()
    {
        await using var app = await HttpApp.StartAsync();
        await using var sandbox = await StartAsync(app);
        ((bool)(await sandbox.PostAsync("verify_url", []))["verified"]!).ShouldBeFalse();
        app.Answer = (delivery, context) => context.Response.WriteAsync((string)delivery.Json["challenge"]!);
        ((bool)(await sandbox.PostAsync("verify_url", []))["verified"]!).ShouldBeTrue();
    }

    private static async Task<TestSandbox> StartAsync(HttpApp app, string? manifest = null) =>
        await TestSandbox.StartAsync(new SandboxOptions { ManifestText = manifest ?? TestSandbox.Manifest, Transport = SlackTransport.SignedHttp, BotBaseUrl = app.Url });

    private static async Task MentionAsync(TestSandbox sandbox) =>
        (await sandbox.PostAsync("message", new JsonObject { ["user"] = "ana", ["channel"] = await sandbox.ChannelAsync(), ["text"] = "@chatops are you there?" })).ShouldBeOk();

    private static Task CountAsync(HttpApp app, int count) => TestSandbox.UntilAsync(() => Task.FromResult(app.Received.Count >= count));
}
