using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tests.Slack.Blocks;

public sealed class BlockJsonTests
{
    private static readonly Message Card = new()
    {
        Channel = "C1",
        Text = "Roll back?",
        Blocks =
        [
            new HeaderBlock("Plan"),
            new SectionBlock { Text = new Markdown("*checkout*"), Accessory = new OverflowMenu { ActionId = "more", Options = [new Option("Cancel", "cancel")] } },
            new ContextBlock { Elements = [new Markdown("by <@U1>"), new ImageElement { ImageUrl = "https://a.example/i.png", AltText = "i" }] },
            new ActionsBlock
            {
                BlockId = "actions",
                Elements =
                [
                    new Button { ActionId = "go:1", Text = "Roll back", Value = "7", Style = ButtonStyle.Danger, Confirm = new ConfirmationDialog { Title = "Sure?", Text = new PlainText("Really"), Confirm = "Yes", Deny = "No" } },
                ],
            },
        ],
        Metadata = MessageMetadata.Create("chatops", new { Id = "m1" }),
    };

    [Fact]
    public void Every_object_says_its_type_and_nothing_is_written_for_what_is_not_set()
    {
        var json = JsonSerializer.SerializeToNode(Card, SlackJson.Options)!;

        JsonNode.DeepEquals(json, JsonNode.Parse(
            """
            {"channel":"C1","text":"Roll back?","blocks":[
              {"type":"header","text":{"type":"plain_text","text":"Plan"}},
              {"type":"section","text":{"type":"mrkdwn","text":"*checkout*"},"accessory":{"type":"overflow","action_id":"more","options":[{"text":{"type":"plain_text","text":"Cancel"},"value":"cancel"}]}},
              {"type":"context","elements":[{"type":"mrkdwn","text":"by <@U1>"},{"type":"image","image_url":"https://a.example/i.png","alt_text":"i"}]},
              {"type":"actions","block_id":"actions","elements":[{"type":"button","action_id":"go:1","text":{"type":"plain_text","text":"Roll back"},"value":"7","style":"danger",
                "confirm":{"title":{"type":"plain_text","text":"Sure?"},"text":{"type":"plain_text","text":"Really"},"confirm":{"type":"plain_text","text":"Yes"},"deny":{"type":"plain_text","text":"No"}}}]}],
             "metadata":{"event_type":"chatops","event_payload":{"id":"m1"}}}
            """)).ShouldBeTrue(json.ToJsonString());
    }

    [Fact]
    public void A_message_reads_back_equal_by_value() =>
        JsonSerializer.Deserialize<Message>(JsonSerializer.Serialize(Card, SlackJson.Options), SlackJson.Options).ShouldBe(Card);

    [Fact]
    public void The_type_may_stand_anywhere() =>
        JsonSerializer.Deserialize<Block>("""{"text":{"text":"x","type":"plain_text"},"block_id":"b","type":"header"}""", SlackJson.Options)
            .ShouldBe(new HeaderBlock("x") { BlockId = "b" });

    [Theory]
    [InlineData("""{"type":"hologram","depth":3}""")]
    [InlineData("""{"type":"header","text":17}""")]
    [InlineData("""{"depth":3}""")]
    public void A_block_of_an_unknown_shape_is_kept_as_it_came(string json)
    {
        var block = JsonSerializer.Deserialize<Block>(json, SlackJson.Options)!;

        block.ShouldBeOfType<UnknownBlock>();
        JsonSerializer.Serialize(block, SlackJson.Options).ShouldBe(json);
    }

    [Fact]
    public void A_view_says_its_type_whatever_it_is_declared_as()
    {
        ViewDefinition view = new ModalViewDefinition { Title = "New", CallbackId = "start", Blocks = [new DividerBlock()] };

        JsonSerializer.Serialize(new { View = view }, SlackJson.Options).ShouldBe("""{"view":{"type":"modal","title":{"type":"plain_text","text":"New"},"blocks":[{"type":"divider"}],"callback_id":"start"}}""");
        JsonSerializer.Deserialize<ViewDefinition>(JsonSerializer.Serialize(view, SlackJson.Options), SlackJson.Options).ShouldBe(view);
    }
}
