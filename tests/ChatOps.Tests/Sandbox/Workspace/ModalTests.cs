using System.Text.Json.Nodes;

namespace ChatOps.Tests.Sandbox.Workspace;

public sealed class ModalTests : IAsyncLifetime
{
    private TestSandbox sandbox = null!;
    private SocketApp app = null!;

    public async ValueTask InitializeAsync()
    {
        sandbox = await TestSandbox.StartAsync();
        app = await SocketApp.ConnectAsync(sandbox);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await sandbox.DisposeAsync();
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

    private static JsonObject Modal() => JsonNode.Parse("""
        {"type":"modal","private_metadata":"kept","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"Start"},"blocks":[
          {"type":"input","block_id":"title","label":{"type":"plain_text","text":"Title"},"element":{"type":"plain_text_input","action_id":"text"}},
          {"type":"actions","elements":[{"type":"button","action_id":"go","text":{"type":"plain_text","text":"More"}}]}]}
        """)!.AsObject();

    private Task<JsonObject> OpenAsync(string trigger) => sandbox.CallAsync("views.open", new JsonObject { ["trigger_id"] = trigger, ["view"] = Modal() });

    private Task<JsonObject> SubmitAsync(string viewId, string block, string value) => sandbox.PostAsync("submit", new JsonObject
    {
        ["user"] = "ana", ["view_id"] = viewId, ["values"] = new JsonObject { [block] = new JsonObject { ["text"] = value } },
    });

    private async Task<IReadOnlyList<JsonObject>> ViewsAsync() => [.. (await sandbox.GetAsync("views?user=ana"))["views"]!.AsArray().Select(v => v!.AsObject())];

    private async Task<string> TriggerAsync()
    {
        await sandbox.PostAsync("command", new JsonObject { ["user"] = "ana", ["channel"] = "incidents", ["command"] = "/incident" });
        return (string)app.Received.Last()["payload"]!["trigger_id"]!;
    }
}
