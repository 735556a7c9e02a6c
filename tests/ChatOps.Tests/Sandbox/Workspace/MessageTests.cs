using System.Text.Json.Nodes;
using ChatOps.Sandbox.Control;

namespace ChatOps.Tests.Sandbox.Workspace;

public sealed class MessageTests
{
    [Fact]
    public async Task Every_ts_is_a_string_greater_than_the_one_before()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        var all = new List<string>();
        for (var i = 0; i < 15; i++)
            all.Add(await sandbox.SayAsync(channel));
        all.ShouldBe(all.Order(StringComparer.Ordinal));
        all.ShouldBeUnique();
        all[0].ShouldMatch(@"^\d{10}\.\d{6}$");
    }

    [Fact]
    public async Task A_message_without_text_and_blocks_is_refused()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        (await sandbox.CallAsync("chat.postMessage", new JsonObject { ["channel"] = channel })).ShouldFail("no_text");
        (await sandbox.CallAsync("chat.postMessage", new JsonObject { ["channel"] = channel, ["text"] = "", ["blocks"] = new JsonArray() })).ShouldFail("no_text");
    }

    [Fact]
    public async Task Text_stays_raw_and_is_cut_at_forty_thousand()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        await sandbox.CallAsync("chat.postMessage", new JsonObject { ["channel"] = channel, ["text"] = "<!channel> *b* &amp;" });
        await sandbox.CallAsync("chat.postMessage", new JsonObject { ["channel"] = channel, ["text"] = new string('x', 40_001) });
        var messages = await sandbox.MessagesAsync(channel);
        ((string)messages[^2]["text"]!).ShouldBe("<!channel> *b* &amp;");
        ((string)messages[^1]["text"]!).Length.ShouldBe(40_000);
    }

    [Fact]
    public async Task Without_chat_write_public_the_bot_must_be_in_the_channel()
    {
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = TestSandbox.ManifestWithout("chat:write.public") });
        var general = await IdAsync(sandbox, "general");
        (await sandbox.CallAsync("chat.postMessage", new JsonObject { ["channel"] = general, ["text"] = "x" })).ShouldFail("not_in_channel");
        (await sandbox.CallAsync("conversations.join", new JsonObject { ["channel"] = general })).ShouldBeOk();
        await sandbox.SayAsync(general);
    }

    [Fact]
    public async Task A_private_channel_the_bot_is_not_in_does_not_exist_for_it()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var leads = await IdAsync(sandbox, "leads");
        (await sandbox.CallAsync("chat.postMessage", new JsonObject { ["channel"] = leads, ["text"] = "x" })).ShouldFail("channel_not_found");
        (await sandbox.FormAsync("conversations.info", ("channel", leads))).ShouldFail("channel_not_found");
        (await sandbox.CallAsync("conversations.join", new JsonObject { ["channel"] = leads })).ShouldFail("channel_not_found");
    }

    [Fact]
    public async Task Nothing_is_posted_to_an_archived_channel()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        (await sandbox.CallAsync("conversations.archive", new JsonObject { ["channel"] = channel })).ShouldBeOk();
        (await sandbox.CallAsync("chat.postMessage", new JsonObject { ["channel"] = channel, ["text"] = "x" })).ShouldFail("is_archived");
        (await sandbox.CallAsync("conversations.setTopic", new JsonObject { ["channel"] = channel, ["topic"] = "x" })).ShouldFail("is_archived");
        (await sandbox.CallAsync("conversations.archive", new JsonObject { ["channel"] = channel })).ShouldFail("already_archived");
    }

    [Fact]
    public async Task An_update_with_text_alone_drops_the_blocks_and_keeps_the_metadata()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        var posted = await sandbox.CallAsync("chat.postMessage", new JsonObject
        {
            ["channel"] = channel, ["text"] = "old", ["blocks"] = TestSandbox.Button(),
            ["metadata"] = new JsonObject { ["event_type"] = "card", ["event_payload"] = new JsonObject { ["id"] = "7" } },
        });
        (await sandbox.CallAsync("chat.update", new JsonObject { ["channel"] = channel, ["ts"] = (string)posted["ts"]!, ["text"] = "new" })).ShouldBeOk();
        var message = (await sandbox.MessagesAsync(channel))[^1];
        message.ContainsKey("blocks").ShouldBeFalse();
        ((string)message["text"]!).ShouldBe("new");
        ((int)message["edits"]!).ShouldBe(1);
        ((string)message["metadata"]!["event_payload"]!["id"]!).ShouldBe("7");
        ((string)message["ts"]!).ShouldBe((string)posted["ts"]!);
    }

    [Fact]
    public async Task Only_own_messages_can_be_changed_or_deleted()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        var ts = (string)(await sandbox.PostAsync("message", new JsonObject { ["user"] = "ana", ["channel"] = channel, ["text"] = "mine" }))["ts"]!;
        (await sandbox.CallAsync("chat.update", new JsonObject { ["channel"] = channel, ["ts"] = ts, ["text"] = "x" })).ShouldFail("cant_update_message");
        (await sandbox.CallAsync("chat.delete", new JsonObject { ["channel"] = channel, ["ts"] = ts })).ShouldFail("cant_delete_message");
        (await sandbox.CallAsync("chat.update", new JsonObject { ["channel"] = channel, ["ts"] = "1.000000", ["text"] = "x" })).ShouldFail("message_not_found");
    }

    [Fact]
    public async Task An_ephemeral_message_is_for_one_member_and_cannot_be_updated_pinned_or_read_back()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        var words = new JsonObject { ["channel"] = channel, ["user"] = "U0ANA00001", ["text"] = "psst" };
        (await sandbox.CallAsync("chat.postEphemeral", words)).ShouldFail("user_not_in_channel");
        await sandbox.CallAsync("conversations.invite", new JsonObject { ["channel"] = channel, ["users"] = "U0ANA00001" });
        var ts = (string)(await sandbox.CallAsync("chat.postEphemeral", words))["message_ts"]!;

        (await sandbox.CallAsync("chat.update", new JsonObject { ["channel"] = channel, ["ts"] = ts, ["text"] = "x" })).ShouldFail("message_not_found");
        (await sandbox.CallAsync("pins.add", new JsonObject { ["channel"] = channel, ["timestamp"] = ts })).ShouldFail("message_not_found");
        (await sandbox.CallAsync("conversations.history", new JsonObject { ["channel"] = channel })).ToJsonString().ShouldNotContain("psst");
        ((string)(await sandbox.MessagesAsync(channel))[^1]["visible_to"]!).ShouldBe("U0ANA00001");
    }

    [Theory]
    [InlineData("""{"event_type":"x"}""", "invalid_metadata_schema")]
    [InlineData("""{"event_payload":{}}""", "invalid_metadata_schema")]
    [InlineData("""{"event_type":"x","event_payload":{},"more":1}""", "invalid_metadata_schema")]
    [InlineData("""[]""", "invalid_metadata_format")]
    public async Task Metadata_has_a_type_and_a_payload(string metadata, string error)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        (await sandbox.CallAsync("chat.postMessage", new JsonObject { ["channel"] = channel, ["text"] = "x", ["metadata"] = JsonNode.Parse(metadata) })).ShouldFail(error);
    }

    [Fact]
    public async Task History_gives_the_payload_of_metadata_only_when_asked_and_the_newest_first()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        var first = await sandbox.SayAsync(channel);
        await sandbox.CallAsync("chat.postMessage", new JsonObject
        {
            ["channel"] = channel, ["text"] = "second", ["metadata"] = new JsonObject { ["event_type"] = "e", ["event_payload"] = new JsonObject { ["id"] = "9" } },
        });
        var plain = await sandbox.CallAsync("conversations.history", new JsonObject { ["channel"] = channel, ["oldest"] = first });
        plain["messages"]!.AsArray().Count.ShouldBe(1, "oldest is exclusive");
        plain["messages"]![0]!["metadata"]!.AsObject().ContainsKey("event_payload").ShouldBeFalse();
        var full = await sandbox.CallAsync("conversations.history", new JsonObject { ["channel"] = channel, ["oldest"] = first, ["inclusive"] = true, ["include_all_metadata"] = true });
        ((string)full["messages"]![0]!["metadata"]!["event_payload"]!["id"]!).ShouldBe("9");
        ((string)full["messages"]![1]!["ts"]!).ShouldBe(first);
        (await sandbox.CallAsync("conversations.history", new JsonObject { ["channel"] = channel, ["oldest"] = "yesterday" })).ShouldFail("invalid_ts_oldest");
        (await sandbox.CallAsync("conversations.history", new JsonObject { ["channel"] = await IdAsync(sandbox, "general") })).ShouldFail("not_in_channel");
    }

    [Fact]
    public async Task A_list_comes_in_pages_and_a_made_up_cursor_is_refused()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var first = await sandbox.FormAsync("conversations.list", ("limit", "2"));
        var cursor = (string)first["response_metadata"]!["next_cursor"]!;
        var second = await sandbox.FormAsync("conversations.list", ("limit", "2"), ("cursor", cursor));
        second["channels"]!.AsArray().Select(c => (string)c!["name"]!).ShouldBe(["deploys"]);
        (await sandbox.FormAsync("conversations.list", ("cursor", "zzz"))).ShouldFail("invalid_cursor");
        (await sandbox.FormAsync("conversations.list", ("types", "public"))).ShouldFail("invalid_types");
        (await sandbox.FormAsync("conversations.list", ("types", "im"))).ShouldFail("missing_scope");
    }

    [Fact]
    public async Task Replies_hang_on_a_message_that_exists_and_stay_out_of_the_history()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        var parent = await sandbox.SayAsync(channel);
        var reply = new JsonObject { ["channel"] = channel, ["text"] = "reply", ["thread_ts"] = parent };
        (await sandbox.CallAsync("chat.postMessage", reply)).ShouldBeOk();
        reply["thread_ts"] = "1.000000";
        (await sandbox.CallAsync("chat.postMessage", reply)).ShouldFail("cannot_reply_to_message");
        (await sandbox.CallAsync("conversations.history", new JsonObject { ["channel"] = channel })).ToJsonString().ShouldNotContain("\"text\":\"reply\"");
        var thread = await sandbox.FormAsync("conversations.replies", ("channel", channel), ("ts", parent));
        thread["messages"]!.AsArray().Select(m => (string)m!["text"]!).ShouldBe(["words", "reply"]);
        (await sandbox.FormAsync("conversations.replies", ("channel", channel), ("ts", "1.000000"))).ShouldFail("thread_not_found");
    }

    [Fact]
    public async Task Pins_leave_a_line_and_cannot_be_set_twice()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        var pin = new JsonObject { ["channel"] = channel, ["timestamp"] = await sandbox.SayAsync(channel) };
        (await sandbox.CallAsync("pins.add", pin)).ShouldBeOk();
        (await sandbox.CallAsync("pins.add", pin)).ShouldFail("already_pinned");
        (await sandbox.CallAsync("pins.add", new JsonObject { ["channel"] = channel })).ShouldFail("no_item_specified");
        var messages = await sandbox.MessagesAsync(channel);
        ((string)messages[^1]["subtype"]!).ShouldBe("pinned_item");
        messages[^2]["pinned_to"]!.AsArray().Count.ShouldBe(1);
        (await sandbox.CallAsync("pins.remove", pin)).ShouldBeOk();
        (await sandbox.CallAsync("pins.remove", pin)).ShouldFail("no_pin");
    }

    [Fact]
    public async Task A_file_is_shared_in_three_steps_and_not_before_its_bytes_came()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        var opened = await sandbox.FormAsync("files.getUploadURLExternal", ("filename", "log.txt"), ("length", "5"));
        var share = new JsonObject { ["files"] = new JsonArray(new JsonObject { ["id"] = (string)opened["file_id"]!, ["title"] = "Log" }), ["channel_id"] = channel };
        (await sandbox.CallAsync("files.completeUploadExternal", share)).ShouldFail("file_not_found");
        using (var wrong = await sandbox.Http.PostAsync((string)opened["upload_url"]!, new ByteArrayContent("hello!"u8.ToArray()), TestContext.Current.CancellationToken))
            ((int)wrong.StatusCode).ShouldBe(400);
        using (var sent = await sandbox.Http.PostAsync((string)opened["upload_url"]!, new ByteArrayContent("hello"u8.ToArray()), TestContext.Current.CancellationToken))
            sent.IsSuccessStatusCode.ShouldBeTrue();
        (await sandbox.CallAsync("files.completeUploadExternal", share)).ShouldBeOk();
        (await sandbox.MessagesAsync(channel))[^1]["files"]!.AsArray().Count.ShouldBe(1);
        (await sandbox.Http.GetStringAsync($"{sandbox.Host.BaseUrl}/control/files/{opened["file_id"]}", TestContext.Current.CancellationToken)).ShouldBe("hello");
        (await sandbox.FormAsync("files.getUploadURLExternal", ("filename", "log.txt"), ("length", "0"))).ShouldFail("invalid_arguments");
    }

    private static async Task<string> IdAsync(TestSandbox sandbox, string name) =>
        (string)(await sandbox.GetAsync("channels"))["channels"]!.AsArray().First(c => (string)c!["name"]! == name)!["id"]!;
}
