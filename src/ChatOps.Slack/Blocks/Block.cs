using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Slack.Blocks;

/// <summary>One block of a message, a modal or a Home tab. Limits: <see cref="BlockLimits"/>, checked by <see cref="BlockValidation"/>.</summary>
[JsonConverter(typeof(BlockConverter))]
public abstract record Block
{
    [JsonPropertyOrder(-2)]
    public abstract string Type { get; }

    /// <summary>Unique within the message; at most 255 characters. Slack makes one up where it is left out.</summary>
    [JsonPropertyOrder(-1)]
    public string? BlockId { get; init; }
}

/// <summary>A block of a type that this library does not know, as it came.</summary>
public sealed record UnknownBlock : Block
{
    public UnknownBlock(string type, JsonElement raw)
    {
        Type = type;
        Raw = raw;
    }

    public override string Type { get; }

    [JsonIgnore]
    public JsonElement Raw { get; }
}

internal sealed class BlockConverter() : TypedConverter<Block>(
    ("section", typeof(SectionBlock)), ("header", typeof(HeaderBlock)), ("divider", typeof(DividerBlock)), ("context", typeof(ContextBlock)),
    ("actions", typeof(ActionsBlock)), ("input", typeof(InputBlock)), ("image", typeof(ImageBlock)), ("rich_text", typeof(RichTextBlock)))
{
    protected override Block Unknown(string type, JsonElement raw) => new UnknownBlock(type, raw);

    protected override JsonElement? RawOf(Block value) => (value as UnknownBlock)?.Raw;
}
