using ChatOps.Slack.Blocks;

namespace ChatOps.Tests.Slack.Blocks;

public sealed class BlockValidationTests
{
    private static readonly Button Plain = new() { ActionId = "a", Text = "A" };

    public static TheoryData<string, Block> TooMuch() => new()
    {
        { "header", new HeaderBlock(Of(BlockLimits.Header + 1)) },
        { "section text", new SectionBlock { Text = new PlainText(Of(BlockLimits.SectionText + 1)) } },
        { "section without text", new SectionBlock() },
        { "section fields", new SectionBlock { Fields = Many<TextObject>(BlockLimits.SectionFields + 1, _ => new PlainText("f")) } },
        { "section field", new SectionBlock { Fields = [new PlainText(Of(BlockLimits.SectionField + 1))] } },
        { "context elements", new ContextBlock { Elements = Many<IContextElement>(BlockLimits.ContextElements + 1, _ => new PlainText("c")) } },
        { "actions elements", new ActionsBlock { Elements = Many<BlockElement>(BlockLimits.ActionsElements + 1, i => Plain with { ActionId = $"a{i}" }) } },
        { "no elements", new ActionsBlock() },
        { "duplicate action id", new ActionsBlock { Elements = [Plain, Plain] } },
        { "no action id", Row(Plain with { ActionId = "" }) },
        { "action id", Row(Plain with { ActionId = Of(BlockLimits.ActionId + 1) }) },
        { "block id", new DividerBlock { BlockId = Of(BlockLimits.BlockId + 1) } },
        { "button text", Row(Plain with { Text = Of(BlockLimits.ButtonText + 1) }) },
        { "no button text", Row(Plain with { Text = "" }) },
        { "button value", Row(Plain with { Value = Of(BlockLimits.ButtonValue + 1) }) },
        { "button url", Row(Plain with { Url = Of(BlockLimits.ButtonUrl + 1) }) },
        { "button style", Row(Plain with { Style = "warning" }) },
        { "button label", Row(Plain with { AccessibilityLabel = Of(BlockLimits.ButtonAccessibilityLabel + 1) }) },
        { "confirm title", Row(Plain with { Confirm = Dialog with { Title = Of(BlockLimits.ConfirmTitle + 1) } }) },
        { "confirm text", Row(Plain with { Confirm = Dialog with { Text = new Markdown(Of(BlockLimits.ConfirmText + 1)) } }) },
        { "confirm button", Row(Plain with { Confirm = Dialog with { Confirm = Of(BlockLimits.ConfirmButton + 1) } }) },
        { "confirm deny", Row(Plain with { Confirm = Dialog with { Deny = Of(BlockLimits.ConfirmButton + 1) } }) },
        { "option text", Row(new OverflowMenu { ActionId = "o", Options = [new Option(Of(BlockLimits.OptionText + 1), "v")] }) },
        { "option value", Row(new OverflowMenu { ActionId = "o", Options = [new Option("t", Of(BlockLimits.OptionValue + 1))] }) },
        { "overflow options", Row(new OverflowMenu { ActionId = "o", Options = Many(BlockLimits.OverflowOptions + 1, i => new Option("t", $"{i}")) }) },
        { "radio options", Row(new RadioButtonGroup { ActionId = "o", Options = Many(BlockLimits.GroupOptions + 1, i => new Option("t", $"{i}")) }) },
        { "menu options", Row(new StaticSelectMenu { ActionId = "o", Options = Many(BlockLimits.MenuOptions + 1, i => new Option("t", $"{i}")) }) },
        { "menu without options", Row(new StaticSelectMenu { ActionId = "o" }) },
        { "initial option", Row(new StaticSelectMenu { ActionId = "o", Options = [new Option("t", "1")], InitialOption = new Option("t", "2") }) },
        { "text input in actions", Row(new PlainTextInput { ActionId = "o" }) },
        { "image alt text", new ImageBlock { ImageUrl = "https://a.example/" } },
        { "input label", new InputBlock { Element = new PlainTextInput { ActionId = "i" }, Label = Of(BlockLimits.InputLabel + 1) } },
        { "input without element", new InputBlock { Label = "x" } },
    };

    private static readonly ConfirmationDialog Dialog = new() { Title = "t", Text = new PlainText("t"), Confirm = "c", Deny = "d" };

    [Theory]
    [MemberData(nameof(TooMuch))]
    public void What_Slack_refuses_is_named_before_it_is_sent(string what, Block block) =>
        BlockValidation.Check(new Message { Text = "t", Blocks = [block] }).Count.ShouldBe(1, what);

    [Fact]
    public void What_Slack_accepts_is_accepted_at_its_very_limits() =>
        BlockValidation.Check(new Message
        {
            Text = "t",
            Blocks =
            [
                new HeaderBlock(Of(BlockLimits.Header)),
                new SectionBlock { Text = new Markdown(Of(BlockLimits.SectionText)), BlockId = Of(BlockLimits.BlockId) },
                new SectionBlock { Fields = Many<TextObject>(BlockLimits.SectionFields, _ => new PlainText("f")) },
                Row(Plain with { Text = Of(BlockLimits.ButtonText), Value = Of(BlockLimits.ButtonValue), Confirm = Dialog }),
                new ActionsBlock { Elements = Many<BlockElement>(BlockLimits.ActionsElements, i => Plain with { ActionId = $"fix.choose:{i}" }) },
            ],
        }).ShouldBeEmpty();

    [Fact]
    public void A_message_has_at_most_fifty_blocks_with_ids_of_their_own_and_text_for_those_who_see_no_blocks()
    {
        BlockValidation.Check(new Message { Text = "t", Blocks = Many<Block>(51, _ => new DividerBlock()) }).ShouldHaveSingleItem().ShouldContain("at most 50");
        BlockValidation.Check(new Message { Text = "t", Blocks = [new DividerBlock { BlockId = "x" }, new DividerBlock { BlockId = "x" }] }).ShouldHaveSingleItem().ShouldContain("twice");
        BlockValidation.Check(new Message { Blocks = [new DividerBlock()] }).ShouldHaveSingleItem().ShouldContain("notifications");
        BlockValidation.Check(new Message { Text = Of(40_001) }).ShouldHaveSingleItem();
    }

    [Fact]
    public void All_blocks_together_hold_about_thirteen_thousand_characters()
    {
        Message With(int rest) => new() { Text = "t", Blocks = [.. Enumerable.Repeat(new SectionBlock { Text = new PlainText(Of(3000)) }, 4), new SectionBlock { Text = new PlainText(Of(rest)) }] };

        BlockValidation.Check(With(1200)).ShouldBeEmpty();
        BlockValidation.Check(With(1201)).ShouldHaveSingleItem().ShouldContain("msg_blocks_too_long");
    }

    [Fact]
    public void A_modal_is_checked_as_Slack_checks_it()
    {
        var modal = new ModalViewDefinition { Title = "t", Submit = "s", Blocks = [new InputBlock { Label = "l", Element = new PlainTextInput { ActionId = "i" } }] };
        BlockValidation.Check(modal).ShouldBeEmpty();
        ViewDefinition[] wrong =
        [
            modal with { Title = Of(25) },
            modal with { Title = "" },
            modal with { Submit = Of(25) },
            modal with { Close = Of(25) },
            modal with { Submit = null },
            modal with { CallbackId = Of(256) },
            modal with { PrivateMetadata = Of(3001) },
            modal with { Blocks = Many<Block>(101, _ => new DividerBlock()) },
            new HomeViewDefinition { Blocks = Many<Block>(100, i => new SectionBlock { Fields = Many<TextObject>(10, _ => new PlainText(Of(300))) }) },
        ];
        foreach (var view in wrong)
            BlockValidation.Check(view).Count.ShouldBe(1, view.ToString());
    }

    private static string Of(int length) => new('x', length);

    private static ActionsBlock Row(BlockElement element) => new() { Elements = [element] };

    private static ChatOps.Slack.ValueList<T> Many<T>(int count, Func<int, T> make) => [.. Enumerable.Range(0, count).Select(make)];
}
