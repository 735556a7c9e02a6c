using System.Text.Json;

namespace ChatOps.Slack.Blocks;

/// <summary>Text, up to ten fields in two columns, and one element at the side. Needs text or fields.</summary>
public sealed record SectionBlock : Block
{
    public override string Type => "section";

    /// <summary>1 to 3,000 characters.</summary>
    public TextObject? Text { get; init; }

    /// <summary>At most 10, each at most 2,000 characters.</summary>
    public ValueList<TextObject>? Fields { get; init; }

    public BlockElement? Accessory { get; init; }

    /// <summary>Never fold long text behind "see more".</summary>
    public bool? Expand { get; init; }
}

/// <summary>A line in large letters; plain text of at most 150 characters.</summary>
public sealed record HeaderBlock : Block
{
    public HeaderBlock()
    {
    }

    public HeaderBlock(string text) => Text = new PlainText(text);

    public override string Type => "header";

    public PlainText Text { get; init; } = new();
}

/// <summary>A thin line.</summary>
public sealed record DividerBlock : Block
{
    public override string Type => "divider";
}

/// <summary>Small print: at most 10 texts and small images.</summary>
public sealed record ContextBlock : Block
{
    public override string Type => "context";

    public ValueList<IContextElement> Elements { get; init; } = [];
}

/// <summary>Up to 25 buttons, menus and pickers in a row.</summary>
public sealed record ActionsBlock : Block
{
    public override string Type => "actions";

    public ValueList<BlockElement> Elements { get; init; } = [];
}

/// <summary>One field of a form, with its label.</summary>
public sealed record InputBlock : Block
{
    public override string Type => "input";

    /// <summary>At most 2,000 characters.</summary>
    public PlainText Label { get; init; } = new();

    public BlockElement? Element { get; init; }

    /// <summary>At most 2,000 characters.</summary>
    public PlainText? Hint { get; init; }

    public bool? Optional { get; init; }

    /// <summary>Send a block action at each change.</summary>
    public bool? DispatchAction { get; init; }
}

/// <summary>A picture with its alternative text.</summary>
public sealed record ImageBlock : Block
{
    public override string Type => "image";

    public string? ImageUrl { get; init; }

    /// <summary>At most 2,000 characters; read out by screen readers.</summary>
    public string AltText { get; init; } = "";

    public PlainText? Title { get; init; }

    public JsonElement? SlackFile { get; init; }
}

/// <summary>What people type into Slack's own composer; its parts are kept as they came.</summary>
public sealed record RichTextBlock : Block
{
    public override string Type => "rich_text";

    public ValueList<JsonElement> Elements { get; init; } = [];
}
