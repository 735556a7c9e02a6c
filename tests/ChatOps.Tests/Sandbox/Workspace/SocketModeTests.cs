using System.Net.WebSockets;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Control;

namespace ChatOps.Tests.Sandbox.Workspace;

public sealed class SocketModeTests
{
    private static JsonObject Command(string text = "help", string user = "ana") => new() { ["user"] = user, ["channel"] = "incidents", ["command"] = "/incident", ["text"] = text };

    [Fact]
    public async Task A_slash_command_reaches_the_app_and_its_answer_the_person()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var app = await SocketApp.ConnectAsync(sandbox);
        app.Answer = _ => new JsonObject { ["text"] = "hello ana" };

        var answer = await sandbox.PostAsync("command", Command("note seen by @ben & <all>"));

        answer.ShouldBeOk();
        ((int)answer["ack"]!["status"]!).ShouldBe(200);
        ((string)answer["ack"]!["body"]!["text"]!).ShouldBe("hello ana");
        var payload = app.Payload("slash_commands");
        ((string)payload["text"]!).ShouldBe("note seen by <@U0BEN00001|ben> &amp; &lt;all&gt;");
        ((string)payload["user_id"]!).ShouldBe("U0ANA00001");
        ((string)payload["channel_name"]!).ShouldBe("incidents");
        var shown = (await sandbox.MessagesAsync("incidents"))[^1];
        ((string)shown["text"]!).ShouldBe("hello ana");
        ((string)shown["visible_to"]!).ShouldBe("U0ANA00001");
        (await sandbox.GetAsync("messages?channel=incidents&user=ben"))["messages"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_an_acknowledgement_the_person_sees_operation_timeout()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var app = await SocketApp.ConnectAsync(sandbox);
        app.Answer = _ => null;

        var answer = await sandbox.PostAsync("command", Command());

        ((string)answer["ack"]!["error"]!).ShouldBe("operation_timeout");
        ((string)(await sandbox.MessagesAsync("incidents"))[^1]["text"]!).ShouldContain("operation_timeout");
        app.Received.Count.ShouldBe(1, "Slack does not repeat a command");
    }

    [Fact]
    public async Task With_no_socket_open_a_command_fails_at_once()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var answer = await sandbox.PostAsync("command", Command());
        ((string)answer["ack"]!["error"]!).ShouldBe("dispatch_failed");
    }

    [Fact]
    public async Task The_first_frame_is_hello_with_the_number_of_sockets()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var one = await SocketApp.ConnectAsync(sandbox);
        await using var two = await SocketApp.ConnectAsync(sandbox);
        ((string)two.Hello["type"]!).ShouldBe("hello");
        ((int)two.Hello["num_connections"]!).ShouldBe(2);
    }

    [Fact]
    public async Task A_socket_address_works_once()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var url = new Uri((string)(await sandbox.CallAsync("apps.connections.open", [], sandbox.Host.AppToken))["url"]!);
        using var first = new ClientWebSocket();
        await first.ConnectAsync(url, TestContext.Current.CancellationToken);
        using var second = new ClientWebSocket();
        await Should.ThrowAsync<WebSocketException>(() => second.ConnectAsync(url, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_eleventh_socket_is_turned_away()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var apps = new List<SocketApp>();
        for (var i = 0; i < 11; i++)
            apps.Add(await SocketApp.ConnectAsync(sandbox));
        ((string)apps[10].Hello["type"]!).ShouldBe("disconnect");
        ((string)apps[10].Hello["reason"]!).ShouldBe("too_many_websockets");
        sandbox.Host.Sockets.ShouldBe(10);
        foreach (var app in apps)
            await app.DisposeAsync();
    }

    [Fact]
    public async Task Envelopes_are_spread_over_the_sockets_and_each_goes_to_one()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var one = await SocketApp.ConnectAsync(sandbox);
        await using var two = await SocketApp.ConnectAsync(sandbox);
        for (var i = 0; i < 4; i++)
            await sandbox.PostAsync("command", Command());
        (one.Received.Count, two.Received.Count).ShouldBe((2, 2));
    }

    [Fact]
    public async Task An_acknowledgement_on_a_socket_that_did_not_get_the_envelope_counts_for_nothing()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var app = await SocketApp.ConnectAsync(sandbox);
        app.Answer = frame =>
        {
            frame["envelope_id"] = "another";
            return [];
        };
        ((string)(await sandbox.PostAsync("command", Command()))["ack"]!["error"]!).ShouldBe("operation_timeout");
    }

    [Fact]
    public async Task A_dropped_socket_fails_what_was_on_it()
    {
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = TestSandbox.Manifest });
        await using var app = await SocketApp.ConnectAsync(sandbox);
        app.Answer = _ => null;
        var pending = sandbox.PostAsync("command", Command());
        await TestSandbox.UntilAsync(() => Task.FromResult(!app.Received.IsEmpty));
        (await sandbox.PostAsync("faults", new JsonObject { ["disconnect"] = true })).ShouldBeOk();
        ((string)(await pending)["ack"]!["error"]!).ShouldBe("dispatch_failed");
        await TestSandbox.UntilAsync(() => Task.FromResult(app.Ended && sandbox.Host.Sockets == 0));
    }

    [Theory]
    [InlineData("refresh_requested", true)]
    [InlineData("link_disabled", true)]
    [InlineData("warning", false)]
    public async Task A_disconnect_is_announced_with_its_reason(string reason, bool closes)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var app = await SocketApp.ConnectAsync(sandbox);
        await sandbox.PostAsync("faults", new JsonObject { ["disconnect"] = reason });
        await TestSandbox.UntilAsync(() => Task.FromResult(app.Received.Any(f => (string?)f["reason"] == reason)));
        if (closes)
            await TestSandbox.UntilAsync(() => Task.FromResult(app.Ended));
        else
            ((int)(await sandbox.PostAsync("command", Command()))["ack"]!["status"]!).ShouldBe(200);
    }

    [Fact]
    public async Task A_socket_that_is_closing_already_is_told_nothing_more()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var opened = await sandbox.CallAsync("apps.connections.open", [], sandbox.Host.AppToken);
        // It reads nothing, so that it answers no closing either.
        using var silent = new System.Net.WebSockets.ClientWebSocket();
        await silent.ConnectAsync(new Uri((string)opened["url"]!), TestContext.Current.CancellationToken);
        await TestSandbox.UntilAsync(() => Task.FromResult(sandbox.Host.Sockets == 1));
        for (var time = 0; time < 2; time++)
            (await sandbox.PostAsync("faults", new JsonObject { ["disconnect"] = "refresh_requested" })).ShouldBeOk();
    }

    [Fact]
    public async Task A_payload_counts_only_where_it_is_accepted()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var app = await SocketApp.ConnectAsync(sandbox);
        app.Answer = _ => new JsonObject { ["text"] = "shown?" };
        var channel = await sandbox.ChannelAsync();
        var ts = await sandbox.SayAsync(channel, TestSandbox.Button());
        var answer = await sandbox.PostAsync("click", new JsonObject { ["user"] = "ana", ["channel"] = channel, ["ts"] = ts, ["action_id"] = "go" });
        ((int)answer["ack"]!["status"]!).ShouldBe(200);
        answer["ack"]!["body"].ShouldBeNull();
    }
}
