using System.Text.Json.Nodes;
using ChatOps.Sandbox.Control;

namespace ChatOps.Tests.Sandbox.Workspace;

public sealed class InteractionTests : IAsyncLifetime
{
    private TestSandbox sandbox = null!;
    private SocketApp app = null!;
    private string channel = "";

    public async ValueTask InitializeAsync()
    {
        var manifest = TestSandbox.ManifestWith(("oauth_config:", "  shortcuts:\n    - name: Note it\n      type: message\n      callback_id: note\n      description: Keeps it\noauth_config:"));
        sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = manifest });
        app = await SocketApp.ConnectAsync(sandbox);
        channel = await sandbox.ChannelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await sandbox.DisposeAsync();
    }

    [Fact]
    public async Task A_click_carries_the_message_the_value_and_who_pressed()
    {
        var ts = await sandbox.SayAsync(channel, TestSandbox.Button(value: "42"));
        (await ClickAsync(ts)).ShouldBeOk();
        var payload = app.Payload("interactive");
        ((string)payload["type"]!).ShouldBe("block_actions");
        ((string)payload["actions"]![0]!["value"]!).ShouldBe("42");
        ((string)payload["user"]!["id"]!).ShouldBe("U0ANA00001");
        ((string)payload["container"]!["message_ts"]!).ShouldBe(ts);
        ((string)payload["message"]!["ts"]!).ShouldBe(ts);
        ((string)payload["channel"]!["id"]!).ShouldBe(channel);
    }

    [Fact]
    public async Task A_button_that_is_gone_can_be_pressed_by_whose_screen_is_behind_and_one_that_never_was_cannot()
    {
        var ts = await sandbox.SayAsync(channel, TestSandbox.Button());
        await sandbox.CallAsync("chat.update", new JsonObject { ["channel"] = channel, ["ts"] = ts, ["text"] = "done" });
        var late = await ClickAsync(ts);
        ((bool)late["stale"]!).ShouldBeTrue();
        (await sandbox.PostAsync("click", Click(ts, "never"))).ShouldFail("action_not_found");
    }

    [Fact]
    public async Task A_button_of_a_Home_that_was_drawn_anew_can_be_pressed_by_whose_screen_is_behind_and_one_that_never_was_cannot()
    {
        var shown = await PublishAsync("go");
        await PublishAsync("other");
        var late = await sandbox.PostAsync("click", HomeClick(shown, "go"));
        late.ShouldBeOk();
        ((bool)late["stale"]!).ShouldBeTrue();
        ((string)app.Payload("interactive")["actions"]![0]!["action_id"]!).ShouldBe("go");
        (await sandbox.PostAsync("click", HomeClick(shown, "never"))).ShouldFail("action_not_found");
    }

    [Fact]
    public async Task Nobody_clicks_on_a_message_they_do_not_see()
    {
        await sandbox.CallAsync("conversations.invite", new JsonObject { ["channel"] = channel, ["users"] = "U0BEN00001" });
        var said = await sandbox.CallAsync("chat.postEphemeral", new JsonObject { ["channel"] = channel, ["user"] = "U0BEN00001", ["text"] = "x", ["blocks"] = TestSandbox.Button() });
        (await ClickAsync((string)said["message_ts"]!)).ShouldFail("message_not_found");
        var secret = await sandbox.ChannelAsync("inc-secret", isPrivate: true);
        var ts = await sandbox.SayAsync(secret, TestSandbox.Button());
        (await sandbox.PostAsync("click", new JsonObject { ["user"] = "dmitri", ["channel"] = secret, ["ts"] = ts, ["action_id"] = "go" })).ShouldFail("not_a_member");
    }

    [Fact]
    public async Task A_menu_takes_only_what_it_offers()
    {
        var ts = await sandbox.SayAsync(channel, JsonNode.Parse("""[{"type":"actions","elements":[{"type":"overflow","action_id":"more","options":[{"text":{"type":"plain_text","text":"A"},"value":"a"}]}]}]""")!.AsArray());
        var click = Click(ts, "more");
        click["value"] = "b";
        (await sandbox.PostAsync("click", click)).ShouldFail("invalid_value");
        click["value"] = "a";
        (await sandbox.PostAsync("click", click)).ShouldBeOk();
        ((string)app.Payload("interactive")["actions"]![0]!["selected_option"]!["value"]!).ShouldBe("a");
    }

    [Fact]
    public async Task A_response_url_works_five_times()
    {
        var url = await ResponseUrlAsync();
        for (var i = 0; i < 5; i++)
            (await RespondAsync(url, """{"text":"x"}""")).ShouldBe(200);
        (await RespondAsync(url, """{"text":"x"}""")).ShouldBe(404);
        (await sandbox.MessagesAsync("incidents")).Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_response_url_works_for_thirty_minutes()
    {
        var url = await ResponseUrlAsync();
        await sandbox.PostAsync("clock", new JsonObject { ["advance_s"] = (30 * 60) + 1 });
        (await RespondAsync(url, """{"text":"x"}""")).ShouldBe(404);
    }

    [Fact]
    public async Task A_response_url_is_the_way_to_change_an_ephemeral_message()
    {
        await sandbox.CallAsync("conversations.invite", new JsonObject { ["channel"] = channel, ["users"] = "U0ANA00001" });
        var said = await sandbox.CallAsync("chat.postEphemeral", new JsonObject { ["channel"] = channel, ["user"] = "U0ANA00001", ["text"] = "x", ["blocks"] = TestSandbox.Button() });
        await ClickAsync((string)said["message_ts"]!);
        var payload = app.Payload("interactive");
        ((bool)payload["container"]!["is_ephemeral"]!).ShouldBeTrue();
        var url = (string)payload["response_url"]!;
        (await RespondAsync(url, """{"replace_original":true,"text":"done"}""")).ShouldBe(200);
        ((string)(await sandbox.MessagesAsync(channel))[^1]["text"]!).ShouldBe("done");
        (await RespondAsync(url, """{"delete_original":true}""")).ShouldBe(200);
        (await sandbox.MessagesAsync(channel)).ShouldAllBe(m => (string?)m["text"] != "done");
        (await RespondAsync(url, """{"blocks":[{"type":"nonsense"}]}""")).ShouldBe(400);
    }

    [Fact]
    public async Task A_shortcut_must_be_in_the_manifest()
    {
        var ts = await sandbox.SayAsync(channel);
        var body = new JsonObject { ["user"] = "ana", ["channel"] = channel, ["ts"] = ts, ["callback_id"] = "note" };
        (await sandbox.PostAsync("shortcut", body)).ShouldBeOk();
        ((string)app.Payload("interactive")["message_ts"]!).ShouldBe(ts);
        body["callback_id"] = "other";
        (await sandbox.PostAsync("shortcut", body)).ShouldFail("unknown_shortcut");
    }

    [Fact]
    public async Task The_home_tab_is_published_per_person_and_told_when_it_is_opened()
    {
        (await sandbox.CallAsync("views.publish", new JsonObject { ["user_id"] = "U0ANA00001", ["view"] = JsonNode.Parse("""{"type":"home","blocks":[{"type":"divider"}]}""") })).ShouldBeOk();
        (await sandbox.GetAsync("home?user=ana"))["view"].ShouldNotBeNull();
        (await sandbox.GetAsync("home?user=ben"))["view"].ShouldBeNull();
        await sandbox.PostAsync("home_opened", new JsonObject { ["user"] = "ana" });
        await TestSandbox.UntilAsync(() => Task.FromResult(app.Received.Any(f => (string?)f["type"] == "events_api")));
        ((string)app.Payload("events_api")["event"]!["type"]!).ShouldBe("app_home_opened");
    }

    private JsonObject Click(string ts, string actionId = "go") => new() { ["user"] = "ana", ["channel"] = channel, ["ts"] = ts, ["action_id"] = actionId };

    private static JsonObject HomeClick(string view, string actionId) => new() { ["user"] = "ana", ["view_id"] = view, ["action_id"] = actionId };

    /// <summary>Publishes Ana's Home with that button alone and gives the view's id.</summary>
    private async Task<string> PublishAsync(string actionId)
    {
        var answer = await sandbox.CallAsync("views.publish", new JsonObject { ["user_id"] = "U0ANA00001", ["view"] = new JsonObject { ["type"] = "home", ["blocks"] = TestSandbox.Button(actionId) } });
        answer.ShouldBeOk();
        return (string)answer["view"]!["id"]!;
    }

    private Task<JsonObject> ClickAsync(string ts) => sandbox.PostAsync("click", Click(ts));

    private async Task<string> ResponseUrlAsync()
    {
        await sandbox.PostAsync("command", new JsonObject { ["user"] = "ana", ["channel"] = "incidents", ["command"] = "/incident" });
        return (string)app.Received.Last()["payload"]!["response_url"]!;
    }

    private async Task<int> RespondAsync(string url, string body)
    {
        using var response = await sandbox.Http.PostAsJsonAsync(url, JsonNode.Parse(body), TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
