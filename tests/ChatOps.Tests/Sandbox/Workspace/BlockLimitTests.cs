using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.Blocks;

namespace ChatOps.Tests.Sandbox.Workspace;

/// <summary>Each limit at its edge: the last value that Slack takes, and the first that it refuses.</summary>
public sealed class BlockLimitTests
{
    private static string Plain(int length) => $$"""{"type":"plain_text","text":"{{new string('x', length)}}"}""";

    private static string Markdown(int length) => $$"""{"type":"mrkdwn","text":"{{new string('x', length)}}"}""";

    private static string Repeat(string item, int count) => string.Join(',', Enumerable.Range(0, count).Select(i => item.Replace("#", i.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)));

    private static string Actions(string elements) => $$"""[{"type":"actions","elements":[{{elements}}]}]""";

    private static string Confirm(int title, int text, int ok, int no) =>
        Actions($$"""{"type":"button","action_id":"a","text":{{Plain(2)}},"confirm":{"title":{{Plain(title)}},"text":{{Markdown(text)}},"confirm":{{Plain(ok)}},"deny":{{Plain(no)}} } }""");

    public static TheoryData<string, string, string> Limits => new()
    {
        { $"[{Repeat("""{"type":"divider"}""", 50)}]", $"[{Repeat("""{"type":"divider"}""", 51)}]", "/blocks" },
        { $$"""[{"type":"header","text":{{Plain(150)}}}]""", $$"""[{"type":"header","text":{{Plain(151)}}}]""", "/blocks/0/text/text" },
        { $$"""[{"type":"section","text":{{Markdown(3000)}}}]""", $$"""[{"type":"section","text":{{Markdown(3001)}}}]""", "/blocks/0/text/text" },
        { $$"""[{"type":"section","text":{{Markdown(1)}}}]""", $$"""[{"type":"section","text":{{Markdown(0)}}}]""", "/blocks/0/text/text" },
        { $$"""[{"type":"section","fields":[{{Repeat(Markdown(2), 10)}}]}]""", $$"""[{"type":"section","fields":[{{Repeat(Markdown(2), 11)}}]}]""", "/blocks/0/fields" },
        { $$"""[{"type":"section","fields":[{{Markdown(2000)}}]}]""", $$"""[{"type":"section","fields":[{{Markdown(2001)}}]}]""", "/blocks/0/fields/0/text" },
        { $$"""[{"type":"context","elements":[{{Repeat(Markdown(2), 10)}}]}]""", $$"""[{"type":"context","elements":[{{Repeat(Markdown(2), 11)}}]}]""", "/blocks/0/elements" },
        { Actions(Repeat($$"""{"type":"button","action_id":"a#","text":{{Plain(2)}}}""", 25)), Actions(Repeat($$"""{"type":"button","action_id":"a#","text":{{Plain(2)}}}""", 26)), "/blocks/0/elements" },
        { Actions($$"""{"type":"button","text":{{Plain(75)}}}"""), Actions($$"""{"type":"button","text":{{Plain(76)}}}"""), "/blocks/0/elements/0/text/text" },
        { Actions($$"""{"type":"button","text":{{Plain(1)}},"value":"{{new string('v', 2000)}}"}"""), Actions($$"""{"type":"button","text":{{Plain(1)}},"value":"{{new string('v', 2001)}}"}"""), "/blocks/0/elements/0/value" },
        { Actions($$"""{"type":"button","text":{{Plain(1)}},"action_id":"{{new string('v', 255)}}"}"""), Actions($$"""{"type":"button","text":{{Plain(1)}},"action_id":"{{new string('v', 256)}}"}"""), "/blocks/0/elements/0/action_id" },
        { $$"""[{"type":"divider","block_id":"{{new string('v', 255)}}"}]""", $$"""[{"type":"divider","block_id":"{{new string('v', 256)}}"}]""", "/blocks/0/block_id" },
        { Confirm(100, 300, 30, 30), Confirm(101, 300, 30, 30), "/confirm/title/text" },
        { Confirm(100, 300, 30, 30), Confirm(100, 301, 30, 30), "/confirm/text/text" },
        { Confirm(100, 300, 30, 30), Confirm(100, 300, 31, 30), "/confirm/confirm/text" },
        { Confirm(100, 300, 30, 30), Confirm(100, 300, 30, 31), "/confirm/deny/text" },
        { Actions($$"""{"type":"overflow","options":[{{Repeat($$"""{"text":{{Plain(75)}},"value":"#"}""", 5)}}]}"""), Actions($$"""{"type":"overflow","options":[{{Repeat($$"""{"text":{{Plain(75)}},"value":"#"}""", 6)}}]}"""), "/options" },
        { Actions($$"""{"type":"static_select","options":[{"text":{{Plain(75)}},"value":"1"}]}"""), Actions($$"""{"type":"static_select","options":[{"text":{{Plain(76)}},"value":"1"}]}"""), "/options/0/text/text" },
        { Actions($$"""{"type":"static_select","options":[{{Repeat($$"""{"text":{{Plain(1)}},"value":"#"}""", 100)}}]}"""), Actions($$"""{"type":"static_select","options":[{{Repeat($$"""{"text":{{Plain(1)}},"value":"#"}""", 101)}}]}"""), "/options" },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_holds_exactly_at_its_edge(string last, string first, string pointer)
    {
        BlockCheck.Check(JsonNode.Parse(last), Surface.Message).ShouldBeEmpty();
        BlockCheck.Check(JsonNode.Parse(first), Surface.Message).ShouldContain(m => m.Contains(pointer));
    }

    [Theory]
    [InlineData("""[{"type":"heading"}]""", "unsupported type: heading")]
    [InlineData("""[{}]""", "missing required field: type")]
    [InlineData("""["words"]""", "must provide an object")]
    [InlineData("""[{"type":"section"}]""", "text or fields")]
    [InlineData("""[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]""", "must be a plain_text object")]
    [InlineData("""[{"type":"section","text":"x"}]""", "must provide an object")]
    [InlineData("""[{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":null}]""", "must not be null")]
    [InlineData("""[{"type":"divider","colour":"red"}]""", "invalid additional property: colour")]
    [InlineData("""[{"type":"divider","block_id":"b"},{"type":"divider","block_id":"b"}]""", "already exists for another block")]
    [InlineData("""[{"type":"actions","elements":[{"type":"plain_text_input"}]}]""", "unsupported type: plain_text_input")]
    [InlineData("""[{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}},{"type":"button","action_id":"a","text":{"type":"plain_text","text":"y"}}]}]""", "already exists for another element")]
    [InlineData("""[{"type":"actions","elements":[{"type":"button","style":"warning","text":{"type":"plain_text","text":"x"}}]}]""", "primary, danger")]
    [InlineData("""[{"type":"actions","elements":[{"type":"button","text":{"type":"mrkdwn","text":"x"}}]}]""", "must be a plain_text object")]
    [InlineData("""[{"type":"actions","elements":[]}]""", "no less than 1 items required")]
    [InlineData("""[{"type":"actions","elements":[{"type":"static_select"}]}]""", "options or option_groups")]
    [InlineData("""[{"type":"actions","elements":[{"type":"static_select","initial_option":{"text":{"type":"plain_text","text":"b"},"value":"b"},"options":[{"text":{"type":"plain_text","text":"a"},"value":"a"}]}]}]""", "one of the provided options")]
    [InlineData("""[{"type":"image","alt_text":"x"}]""", "image_url or slack_file")]
    [InlineData("""{"type":"divider"}""", "must be an array")]
    public void Blocks_that_Slack_would_not_take_are_refused(string blocks, string reason) =>
        BlockCheck.Check(JsonNode.Parse(blocks), Surface.Message).ShouldContain(m => m.Contains(reason));

    [Fact]
    public void A_modal_takes_a_hundred_blocks_and_no_markdown_block()
    {
        BlockCheck.Check(JsonNode.Parse($"[{Repeat("""{"type":"divider"}""", 100)}]"), Surface.Modal).ShouldBeEmpty();
        BlockCheck.Check(JsonNode.Parse($"[{Repeat("""{"type":"divider"}""", 101)}]"), Surface.Modal).ShouldNotBeEmpty();
        BlockCheck.Check(JsonNode.Parse("""[{"type":"markdown","text":"x"}]"""), Surface.Modal).ShouldNotBeEmpty();
        BlockCheck.Check(JsonNode.Parse("""[{"type":"markdown","text":"x"}]"""), Surface.Message).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_refusal_names_the_place_and_a_message_of_too_much_text_is_too_long()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        var answer = await sandbox.CallAsync("chat.postMessage", new JsonObject { ["channel"] = channel, ["text"] = "t", ["blocks"] = JsonNode.Parse("""[{"type":"header"}]""") });
        answer.ShouldFail("invalid_blocks");
        answer.ShouldSay("[json-pointer:/blocks/0]");
        var sections = JsonNode.Parse($"[{Repeat($$"""{"type":"section","text":{{Markdown(2900)}}}""", 5)}]");
        (await sandbox.CallAsync("chat.postMessage", new JsonObject { ["channel"] = channel, ["text"] = "t", ["blocks"] = sections })).ShouldFail("msg_blocks_too_long");
        (await sandbox.MessagesAsync(channel)).ShouldAllBe(m => (string?)m["subtype"] != null, "what was refused is not shown");
    }
}
