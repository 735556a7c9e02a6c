using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Slack.Blocks;

/// <summary>What stands inside a block: a button, a menu, an input, a picture.</summary>
[JsonConverter(typeof(BlockElementConverter))]
public abstract record BlockElement
{
    [JsonPropertyOrder(-2)]
    public abstract string Type { get; }
}

/// <summary>An element that a person can use; its id names the handler.</summary>
public abstract record InteractiveElement : BlockElement
{
    /// <summary>
    /// The stable word the handler is registered for, at most 255 characters, unique within its block. Several of a kind in one block
    /// carry a suffix after a colon (<c>fix.choose:2</c>), which the dispatcher leaves out when it looks for the handler.
    /// </summary>
    [JsonPropertyOrder(-1)]
    public string ActionId { get; init; } = "";

    public ConfirmationDialog? Confirm { get; init; }
}

/// <summary>A text or a small image in a <see cref="ContextBlock"/>.</summary>
[JsonConverter(typeof(ContextElementConverter))]
public interface IContextElement
{
    string Type { get; }
}

/// <summary>A small picture: beside a section, or in a context block.</summary>
public sealed record ImageElement : BlockElement, IContextElement
{
    public override string Type => "image";

    public string? ImageUrl { get; init; }

    public string AltText { get; init; } = "";
}

/// <summary>An element of a type that this library does not know, as it came.</summary>
public sealed record UnknownElement : BlockElement, IContextElement
{
    public UnknownElement(string type, JsonElement raw)
    {
        Type = type;
        Raw = raw;
    }

    public override string Type { get; }

    [JsonIgnore]
    public JsonElement Raw { get; }
}

internal sealed class BlockElementConverter() : TypedConverter<BlockElement>(
    ("button", typeof(Button)), ("image", typeof(ImageElement)), ("static_select", typeof(StaticSelectMenu)), ("users_select", typeof(UserSelectMenu)),
    ("conversations_select", typeof(ConversationSelectMenu)), ("overflow", typeof(OverflowMenu)), ("plain_text_input", typeof(PlainTextInput)),
    ("radio_buttons", typeof(RadioButtonGroup)), ("checkboxes", typeof(CheckboxGroup)), ("datetimepicker", typeof(DateTimePicker)))
{
    protected override BlockElement Unknown(string type, JsonElement raw) => new UnknownElement(type, raw);

    protected override JsonElement? RawOf(BlockElement value) => (value as UnknownElement)?.Raw;
}

internal sealed class ContextElementConverter() : TypedConverter<IContextElement>(
    ("plain_text", typeof(PlainText)), ("mrkdwn", typeof(Markdown)), ("image", typeof(ImageElement)))
{
    protected override IContextElement Unknown(string type, JsonElement raw) => new UnknownElement(type, raw);

    protected override JsonElement? RawOf(IContextElement value) => (value as UnknownElement)?.Raw;
}
