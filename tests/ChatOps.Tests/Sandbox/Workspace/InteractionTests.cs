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
    public async Task A_trigger_opens_one_modal_within_three_seconds()
    {
        (await OpenAsync(await TriggerAsync())).ShouldBeOk();
        var used = await TriggerAsync();
        await OpenAsync(used);
        (await OpenAsync(used)).ShouldFail("exchanged_trigger_id");
        var late = await TriggerAsync();
        await sandbox.PostAsync("clock", new JsonObject { ["advance_s"] = 4 });
        (await OpenAsync(late)).ShouldFail("expired_trigger_id");
        (await OpenAsync("1.2.3")).ShouldFail("invalid_trigger_id");
    }

    [Fact]
    public async Task A_view_that_is_refused_leaves_the_trigger_usable()
    {
        var trigger = await TriggerAsync();
        var bad = await sandbox.CallAsync("views.open", new JsonObject { ["trigger_id"] = trigger, ["view"] = JsonNode.Parse("""{"type":"modal","title":{"type":"plain_text","text":"A title that is far too long"},"blocks":[]}""") });
        bad.ShouldFail("invalid_arguments");
        bad.ShouldSay("/view/title/text");
        (await OpenAsync(trigger)).ShouldBeOk();
    }

    [Theory]
    [InlineData("""{"type":"modal","title":{"type":"plain_text","text":"T"},"blocks":[{"type":"input","label":{"type":"plain_text","text":"L"},"element":{"type":"plain_text_input"}}]}""", "submit button is required")]
    [InlineData("""{"type":"modal","blocks":[]}""", "missing required field: title")]
    [InlineData("""{"type":"home","blocks":[]}""", "must be \"modal\"")]
    [InlineData("""{"type":"modal","title":{"type":"plain_text","text":"T"},"close":{"type":"plain_text","text":"A word too long for it all"},"blocks":[]}""", "/view/close/text")]
    public async Task A_modal_follows_the_rules(string view, string reason) =>
        (await sandbox.CallAsync("views.open", new JsonObject { ["trigger_id"] = await TriggerAsync(), ["view"] = JsonNode.Parse(view) })).ShouldSay(reason);

    [Fact]
    public async Task Private_metadata_and_the_whole_view_have_a_limit()
    {
        var view = Modal();
        view["private_metadata"] = new string('x', 3001);
        (await sandbox.CallAsync("views.open", new JsonObject { ["trigger_id"] = await TriggerAsync(), ["view"] = view })).ShouldSay("/view/private_metadata");
        view["private_metadata"] = new string('x', 260_000);
        (await sandbox.CallAsync("views.open", new JsonObject { ["trigger_id"] = await TriggerAsync(), ["view"] = view.DeepClone() })).ShouldFail("view_too_large");
    }

    [Fact]
    public async Task At_most_three_modals_stand_on_each_other()
    {
        await OpenAsync(await TriggerAsync());
        for (var depth = 2; depth <= 4; depth++)
        {
            var top = (await ViewsAsync())[^1];
            await sandbox.PostAsync("click", new JsonObject { ["user"] = "ana", ["view_id"] = (string)top["id"]!, ["action_id"] = "go" });
            var pushed = await sandbox.CallAsync("views.push", new JsonObject { ["trigger_id"] = (string)app.Received.Last()["payload"]!["trigger_id"]!, ["view"] = Modal() });
            if (depth <= 3)
                pushed.ShouldBeOk();
            else
                pushed.ShouldFail("push_limit_reached");
        }
        (await sandbox.CallAsync("views.push", new JsonObject { ["trigger_id"] = await TriggerAsync(), ["view"] = Modal() })).ShouldFail("not_found");
    }

    [Fact]
    public async Task An_update_with_an_old_hash_is_refused_and_a_closed_view_is_gone()
    {
        var opened = (await OpenAsync(await TriggerAsync()))["view"]!;
        var update = new JsonObject { ["view_id"] = (string)opened["id"]!, ["hash"] = (string)opened["hash"]!, ["view"] = Modal() };
        (await sandbox.CallAsync("views.update", update)).ShouldBeOk();
        (await sandbox.CallAsync("views.update", update)).ShouldFail("hash_conflict");
        await sandbox.PostAsync("close_view", new JsonObject { ["user"] = "ana", ["view_id"] = (string)opened["id"]! });
        update.Remove("hash");
        (await sandbox.CallAsync("views.update", update)).ShouldFail("not_found");
    }

    [Fact]
    public async Task A_form_with_an_empty_field_does_not_reach_the_app()
    {
        var id = (string)(await OpenAsync(await TriggerAsync()))["view"]!["id"]!;
        var before = app.Received.Count;
        var answer = await sandbox.PostAsync("submit", new JsonObject { ["user"] = "ana", ["view_id"] = id, ["values"] = new JsonObject() });
        ((string)answer["result"]!).ShouldBe("invalid_input");
        ((string)answer["errors"]!["title"]!).ShouldNotBeEmpty();
        app.Received.Count.ShouldBe(before);
        (await SubmitAsync(id, "nowhere", "x")).ShouldFail("invalid_values");
    }

    [Fact]
    public async Task A_form_is_submitted_with_what_was_typed_and_closes()
    {
        var id = (string)(await OpenAsync(await TriggerAsync()))["view"]!["id"]!;
        var answer = await SubmitAsync(id, "title", "Login fails");
        ((string)answer["result"]!).ShouldBe("closed");
        var view = app.Received.Last()["payload"]!["view"]!;
        ((string)view["state"]!["values"]!["title"]!["text"]!["value"]!).ShouldBe("Login fails");
        ((string)view["private_metadata"]!).ShouldBe("kept");
        (await ViewsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"response_action":"errors","errors":{"title":"Too vague"}}""", "errors")]
    [InlineData("""{"response_action":"errors","errors":{"nowhere":"Too vague"}}""", "kept_open")]
    [InlineData("""{"response_action":"errors","errors":{}}""", "kept_open")]
    [InlineData("""{"response_action":"clear"}""", "cleared")]
    [InlineData("""{"response_action":"update","view":{"type":"modal","title":{"type":"plain_text","text":"New"},"blocks":[]}}""", "updated")]
    [InlineData("""{"response_action":"update","view":{"type":"modal"}}""", "kept_open")]
    [InlineData("""{"response_action":"push","view":{"type":"modal","title":{"type":"plain_text","text":"New"},"blocks":[]}}""", "pushed")]
    [InlineData("""{"response_action":"dance"}""", "kept_open")]
    public async Task A_submission_is_answered_by_a_response_action(string payload, string result)
    {
        var id = (string)(await OpenAsync(await TriggerAsync()))["view"]!["id"]!;
        app.Answer = _ => JsonNode.Parse(payload)!.AsObject();
        ((string)(await SubmitAsync(id, "title", "x"))["result"]!).ShouldBe(result);
        var expected = result switch { "cleared" => 0, "pushed" => 2, _ => 1 };
        (await ViewsAsync()).Count.ShouldBe(expected);
    }

    [Fact]
    public async Task A_submission_without_acknowledgement_leaves_the_form_open_with_the_reason()
    {
        var id = (string)(await OpenAsync(await TriggerAsync()))["view"]!["id"]!;
        app.Answer = _ => null;
        ((string)(await SubmitAsync(id, "title", "x"))["failure"]!).ShouldBe("operation_timeout");
        ((string)(await ViewsAsync())[0]["failure"]!).ShouldBe("operation_timeout");
    }

    [Fact]
    public async Task Closing_is_told_only_where_the_view_asked_for_it()
    {
        var silent = (string)(await OpenAsync(await TriggerAsync()))["view"]!["id"]!;
        await sandbox.PostAsync("close_view", new JsonObject { ["user"] = "ana", ["view_id"] = silent });
        var told = Modal();
        told["notify_on_close"] = true;
        var opened = await sandbox.CallAsync("views.open", new JsonObject { ["trigger_id"] = await TriggerAsync(), ["view"] = told });
        await sandbox.PostAsync("close_view", new JsonObject { ["user"] = "ana", ["view_id"] = (string)opened["view"]!["id"]! });
        app.Received.Count(f => (string?)f["payload"]!["type"] == "view_closed").ShouldBe(1);
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

    private static JsonObject Modal() => JsonNode.Parse("""
        {"type":"modal","private_metadata":"kept","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"Start"},"blocks":[
          {"type":"input","block_id":"title","label":{"type":"plain_text","text":"Title"},"element":{"type":"plain_text_input","action_id":"text"}},
          {"type":"actions","elements":[{"type":"button","action_id":"go","text":{"type":"plain_text","text":"More"}}]}]}
        """)!.AsObject();

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

    private Task<JsonObject> OpenAsync(string trigger) => sandbox.CallAsync("views.open", new JsonObject { ["trigger_id"] = trigger, ["view"] = Modal() });

    private Task<JsonObject> SubmitAsync(string viewId, string block, string value) => sandbox.PostAsync("submit", new JsonObject
    {
        ["user"] = "ana", ["view_id"] = viewId, ["values"] = new JsonObject { [block] = new JsonObject { ["text"] = value } },
    });

    private async Task<IReadOnlyList<JsonObject>> ViewsAsync() => [.. (await sandbox.GetAsync("views?user=ana"))["views"]!.AsArray().Select(v => v!.AsObject())];

    private async Task<string> TriggerAsync() => (string)(await CommandAsync())["trigger_id"]!;

    private async Task<string> ResponseUrlAsync() => (string)(await CommandAsync())["response_url"]!;

    private async Task<JsonObject> CommandAsync()
    {
        await sandbox.PostAsync("command", new JsonObject { ["user"] = "ana", ["channel"] = "incidents", ["command"] = "/incident" });
        return app.Received.Last()["payload"]!.AsObject();
    }

    private async Task<int> RespondAsync(string url, string body)
    {
        using var response = await sandbox.Http.PostAsJsonAsync(url, JsonNode.Parse(body), TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
