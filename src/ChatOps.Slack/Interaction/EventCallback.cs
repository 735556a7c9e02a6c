using System.Text.Json.Serialization;

namespace ChatOps.Slack.Interaction;

/// <summary>The envelope of an event. Slack delivers an event up to four times with the same <see cref="EventId"/>.</summary>
public sealed record EventCallback
{
    public string EventId { get; init; } = "";

    /// <summary>When it happened, to the second. The event's own <c>ts</c> is finer.</summary>
    [JsonConverter(typeof(UnixSecondsConverter))]
    public DateTimeOffset EventTime { get; init; }

    public string TeamId { get; init; } = "";

    public string? ApiAppId { get; init; }

    public SlackEvent Event { get; init; } = new UnknownEvent();
}
