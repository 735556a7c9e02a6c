using System.Text.Json;

namespace ChatOps.Slack.Blocks;

/// <summary>A message to post. Screen readers and notifications read <see cref="Text"/>, not the blocks: give both.</summary>
public sealed record Message
{
    /// <summary>The channel's id; may be left out where it goes to a <c>response_url</c>.</summary>
    public string? Channel { get; init; }

    /// <summary>Slack cuts it at 40,000 characters.</summary>
    public string Text { get; init; } = "";

    /// <summary>At most 50.</summary>
    public ValueList<Block>? Blocks { get; init; }

    /// <summary>The <c>ts</c> of the message whose thread this goes to.</summary>
    public string? ThreadTs { get; init; }

    /// <summary>Show a reply in the channel as well.</summary>
    public bool? ReplyBroadcast { get; init; }

    public MessageMetadata? Metadata { get; init; }

    public bool? UnfurlLinks { get; init; }

    public bool? UnfurlMedia { get; init; }

    public string? Username { get; init; }

    public string? IconEmoji { get; init; }
}

/// <summary>Data that travels with a message, unseen by people; other members of the channel can read it, so no secrets.</summary>
public sealed record MessageMetadata
{
    public string EventType { get; init; } = "";

    /// <summary>A flat JSON object.</summary>
    public JsonElement EventPayload { get; init; } = Empty;

    private static JsonElement Empty { get; } = JsonElement.Parse("{}"u8);

    /// <summary>Metadata with the properties of <paramref name="payload"/> (an anonymous object or a dictionary).</summary>
    public static MessageMetadata Create<TPayload>(string eventType, TPayload payload) =>
        new() { EventType = eventType, EventPayload = JsonSerializer.SerializeToElement(payload, SlackJson.Options) };

    /// <summary>The text of one property of the payload; null where there is none.</summary>
    public string? Read(string property) =>
        EventPayload.ValueKind == JsonValueKind.Object && EventPayload.TryGetProperty(property, out var value)
            ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()
            : null;

    public bool Equals(MessageMetadata? other) =>
        other is not null && EventType == other.EventType && JsonElement.DeepEquals(EventPayload, other.EventPayload);

    public override int GetHashCode() => EventType.GetHashCode(StringComparison.Ordinal);
}
