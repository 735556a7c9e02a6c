using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Dispatch;
using ChatOps.Slack.Interaction;
using ChatOps.Slack.WebApi;

namespace ChatOps.Tests.Slack.Interaction;

public sealed class OfficialPayloadTests
{
    /// <summary>Slack's SDKs hold no example of these; their shapes are those of the like events of public channels and of the pages under https://docs.slack.dev/reference/events.</summary>
    private static readonly string[] WithoutExample =
        ["channel_deleted", "channel_left", "channel_unarchive", "group_archive", "group_deleted", "group_left", "group_rename", "group_unarchive"];

    public static TheoryData<string> Events() => [.. Payload.Names("events")];

    public static TheoryData<string> Responses() => [.. Payload.Names("responses")];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_official_event_becomes_a_typed_event_and_keeps_what_it_says(string name)
    {
        var callback = SlackPayload.ReadEvent(Payload.Request(SlackRequestKind.Event, Distinct("events", name)));

        callback.Event.ShouldNotBeOfType<UnknownEvent>();
        callback.EventId.ShouldNotBeEmpty();
        callback.EventTime.ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
        RoundTrips(callback);
        Loses(JsonNode.Parse(Distinct("events", name))!["event"]!, JsonSerializer.SerializeToNode<SlackEvent>(callback.Event, SlackJson.Options)!).ShouldBeEmpty();
    }

    [Fact]
    public void There_is_a_typed_event_for_every_official_one() =>
        Payload.Names("events").Select(n => JsonNode.Parse(Payload.Read("events", n))!["event"]!["type"]!.GetValue<string>()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ShouldBe(EventTypes.All.Select(e => e.Name).Except(WithoutExample, StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void A_slash_command_reads_the_same_from_a_form_and_from_a_socket()
    {
        var json = Distinct("inbound", "SlashCommandPayload");
        var form = string.Join('&', JsonNode.Parse(json)!.AsObject().Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value!.ToString()).Replace("%20", "+", StringComparison.Ordinal)}"));

        var fromSocket = SlackPayload.ReadSlashCommand(Payload.Request(SlackRequestKind.SlashCommand, json));
        var fromForm = SlackPayload.ReadSlashCommand(Payload.Request(SlackRequestKind.SlashCommand, form) with { Format = SlackBodyFormat.Form });

        fromForm.ShouldBe(fromSocket);
        fromForm.Text.ShouldBe("text é & <1>");
        fromForm.ChannelName.ShouldBe("channel_name é & <1>");
    }

    [Fact]
    public void Block_actions_parse_from_a_form_and_from_a_socket()
    {
        var json = Distinct("inbound", "BlockActionPayload");

        var request = SlackPayload.ReadBlockActions(Payload.Form(SlackRequestKind.BlockActions, json));

        var fromSocket = SlackPayload.ReadBlockActions(Payload.Request(SlackRequestKind.BlockActions, json));
        JsonSerializer.Serialize(fromSocket, SlackJson.Options).ShouldBe(JsonSerializer.Serialize(request, SlackJson.Options));
        request.User.Id.ShouldBe("id é & <1>");
        request.ResponseUrl.ShouldBe("response_url é & <1>");
        request.Container.MessageTs.ShouldBe("message_ts é & <1>");
        request.Message!.Blocks!.OfType<ActionsBlock>().ShouldHaveSingleItem().Elements[0].ShouldBeOfType<Button>();
        request.Message.Blocks!.ShouldNotContain(b => b is UnknownBlock);
        request.Actions.ShouldHaveSingleItem().ActionId.ShouldBe("action_id é & <1>");
        RoundTrips(request);
    }

    [Theory]
    [InlineData("button", typeof(ButtonAction))]
    [InlineData("static_select", typeof(StaticSelectAction))]
    [InlineData("overflow", typeof(OverflowAction))]
    [InlineData("users_select", typeof(UserSelectAction))]
    [InlineData("conversations_select", typeof(ConversationSelectAction))]
    [InlineData("radio_buttons", typeof(RadioButtonAction))]
    [InlineData("plain_text_input", typeof(PlainTextInputAction))]
    [InlineData("checkboxes", typeof(CheckboxGroupAction))]
    [InlineData("datetimepicker", typeof(DateTimePickerAction))]
    [InlineData("something_new", typeof(UnknownAction))]
    public void The_official_action_becomes_the_action_of_its_type(string type, Type expected)
    {
        // The official file holds the fields of every kind of action in one object that leaves its type empty.
        var json = JsonNode.Parse(Distinct("inbound", "BlockActionPayload"))!;
        json["actions"]![0]!["type"] = type;

        var action = SlackPayload.ReadBlockActions(Payload.Request(SlackRequestKind.BlockActions, json.ToJsonString())).Actions.ShouldHaveSingleItem();

        action.ShouldBeOfType(expected);
        action.ActionId.ShouldBe("action_id é & <1>");
        (action switch
        {
            ButtonAction a => a.Value == "value é & <1>",
            StaticSelectAction a => a.SelectedOption!.Value == "value é & <1>",
            OverflowAction a => a.SelectedOption!.Value == "value é & <1>",
            RadioButtonAction a => a.SelectedOption!.Value == "value é & <1>",
            UserSelectAction a => a.SelectedUser == "selected_user é & <1>",
            ConversationSelectAction a => a.SelectedConversation == "selected_conversation é & <1>",
            PlainTextInputAction a => a.Value == "value é & <1>",
            _ => true,
        }).ShouldBeTrue();
    }

    [Fact]
    public void Submissions_closings_and_shortcuts_parse()
    {
        var submission = SlackPayload.ReadViewSubmission(Payload.Request(SlackRequestKind.ViewSubmission, Distinct("inbound", "ViewSubmissionPayload")));
        submission.View.CallbackId.ShouldBe("callback_id é & <1>");
        submission.View.PrivateMetadata.ShouldBe("private_metadata é & <1>");
        submission.Value("any", "any").ShouldBeNull();
        RoundTrips(submission);

        var closed = SlackPayload.ReadViewClosed(Payload.Request(SlackRequestKind.ViewClosed, Distinct("inbound", "ViewClosedPayload")));
        closed.View.Hash.ShouldBe("hash é & <1>");
        RoundTrips(closed);

        var shortcut = SlackPayload.ReadMessageShortcut(Payload.Request(SlackRequestKind.MessageShortcut, Distinct("inbound", "MessageShortcutPayload")));
        shortcut.CallbackId.ShouldBe("callback_id é & <1>");
        shortcut.Message.Text.ShouldBe("text é & <1>");
        RoundTrips(shortcut);
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public void Every_official_answer_that_is_used_parses(string name)
    {
        var json = Distinct("responses", name);
        object? answer = name switch
        {
            "conversations.list" or "users.conversations" => JsonSerializer.Deserialize<ConversationPage>(json, SlackJson.Options),
            "conversations.members" => JsonSerializer.Deserialize<MemberPage>(json, SlackJson.Options),
            "users.list" => JsonSerializer.Deserialize<UserPage>(json, SlackJson.Options),
            "auth.test" => JsonSerializer.Deserialize<AuthTestResponse>(json, SlackJson.Options),
            _ when JsonNode.Parse(json)!["channel"] is JsonObject channel => channel.Deserialize<Conversation>(SlackJson.Options),
            _ when JsonNode.Parse(json)!["user"] is JsonObject user => user.Deserialize<User>(SlackJson.Options),
            _ when JsonNode.Parse(json)!["usergroups"] is JsonArray groups => groups.Deserialize<ValueList<UserGroup>>(SlackJson.Options),
            _ => JsonSerializer.Deserialize<JsonElement>(json, SlackJson.Options),
        };
        answer.ShouldNotBeNull();
        if (answer is Conversation conversation)
            conversation.Id.ShouldNotBeEmpty();
    }

    [Fact]
    public void What_was_typed_and_chosen_in_a_form_is_read_by_block_and_action()
    {
        var submission = SlackPayload.ReadViewSubmission(Payload.Request(SlackRequestKind.ViewSubmission,
            """
            {"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1","callback_id":"c","state":{"values":{
              "title":{"input":{"type":"plain_text_input","value":"Down"}}, "blank":{"input":{"type":"plain_text_input","value":"  "}}, "none":{"input":{"type":"plain_text_input","value":null}},
              "sev":{"pick":{"type":"static_select","selected_option":{"text":{"type":"plain_text","text":"1"},"value":"sev1"}}},
              "who":{"pick":{"type":"users_select","selected_user":"U2"}}, "when":{"pick":{"type":"datetimepicker","selected_date_time":1700000000}},
              "flags":{"pick":{"type":"checkboxes","selected_options":[{"text":{"type":"plain_text","text":"p"},"value":"private"},{"text":{"type":"plain_text","text":"d"},"value":"drill"}]}}}}}}
            """));

        submission.Value("title", "input").ShouldBe("Down");
        submission.Value("blank", "input").ShouldBeNull();
        submission.Value("none", "input").ShouldBeNull();
        submission.Value("sev", "pick").ShouldBe("sev1");
        submission.Value("who", "pick").ShouldBe("U2");
        submission.Value("when", "pick").ShouldBe("1700000000");
        submission.Values("flags", "pick").ShouldBe(["private", "drill"]);
    }

    [Fact]
    public void A_timestamp_is_the_moment_the_message_was_written()
    {
        var time = new DateTimeOffset(2023, 11, 14, 22, 13, 20, TimeSpan.Zero).AddTicks(1_234_560);
        Timestamps.ToTime("1700000000.123456").ShouldBe(time);
        Timestamps.FromTime(time).ShouldBe("1700000000.123456");
        Timestamps.ToTime("soon").ShouldBeNull();
        Timestamps.ToTime(null).ShouldBeNull();
    }

    [Fact]
    public void An_event_nobody_knows_is_kept_as_it_came()
    {
        var callback = SlackPayload.ReadEvent(Payload.Request(SlackRequestKind.Event, """{"type":"event_callback","event_id":"Ev1","event_time":5,"event":{"type":"tea_time","cups":2}}"""));
        callback.Event.ShouldBeOfType<UnknownEvent>().Raw.GetProperty("cups").GetInt32().ShouldBe(2);
    }

    /// <summary>The official files have empty texts; here each says its own name, in letters that need care on the way. Types and numbers stay.</summary>
    private static string Distinct(string folder, string name)
    {
        var root = JsonNode.Parse(Payload.Read(folder, name))!;
        Fill(root);
        return root.ToJsonString();

        static void Fill(JsonNode node)
        {
            if (node is JsonObject members)
            {
                foreach (var (key, value) in members.ToList())
                {
                    if (value is JsonValue text && text.GetValueKind() == JsonValueKind.String && text.GetValue<string>().Length == 0 && key != "type")
                        members[key] = $"{key} é & <1>";
                    else if (value is not null)
                        Fill(value);
                }
            }
            else if (node is JsonArray items)
            {
                foreach (var item in items.Where(i => i is not null))
                    Fill(item!);
            }
        }
    }

    private static void RoundTrips<T>(T payload)
    {
        var once = JsonSerializer.SerializeToNode(payload, SlackJson.Options);
        var again = JsonSerializer.SerializeToNode(JsonSerializer.Deserialize<T>(once, SlackJson.Options), SlackJson.Options);
        JsonNode.DeepEquals(once, again).ShouldBeTrue();
    }

    /// <summary>Fields that the record has and the official payload fills, with another value.</summary>
    private static List<string> Loses(JsonNode official, JsonNode mine) =>
        [.. mine.AsObject().Where(m => m.Value is JsonValue && official[m.Key] is JsonValue o && !JsonNode.DeepEquals(o, m.Value)).Select(m => m.Key)];
}
