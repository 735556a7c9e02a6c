using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Slack.Blocks;

/// <summary>Text in a block: <see cref="PlainText"/> or <see cref="Markdown"/>.</summary>
[JsonConverter(typeof(TextObjectConverter))]
public abstract record TextObject : IContextElement
{
    public abstract string Type { get; }

    public string Text { get; init; } = "";
}

/// <summary>Text that Slack shows as it is; nothing in it notifies anyone, only <c>:emoji:</c> names are drawn.</summary>
public sealed record PlainText : TextObject
{
    public PlainText()
    {
    }

    public PlainText(string text) => Text = text;

    public override string Type => "plain_text";

    /// <summary>Draw <c>:emoji:</c> names; Slack's default is yes.</summary>
    public bool? Emoji { get; init; }

    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is the named way.")]
    public static implicit operator PlainText(string text) => new(text);
}

/// <summary>Text in Slack's mrkdwn. What people or logs wrote goes through <see cref="Mrkdwn.Escape(string)"/> first.</summary>
public sealed record Markdown : TextObject
{
    public Markdown()
    {
    }

    public Markdown(string text) => Text = text;

    public override string Type => "mrkdwn";

    /// <summary>Do not turn URLs, channel names and mentions into links.</summary>
    public bool? Verbatim { get; init; }
}

internal sealed class TextObjectConverter() : TypedConverter<TextObject>(("plain_text", typeof(PlainText)), ("mrkdwn", typeof(Markdown)))
{
    protected override TextObject Unknown(string type, JsonElement raw) =>
        new PlainText(raw.ValueKind == JsonValueKind.Object && raw.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "");

    protected override JsonElement? RawOf(TextObject value) => null;
}
