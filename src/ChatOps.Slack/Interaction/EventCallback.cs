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

    /// <summary>For whom it was delivered: the bot's own user among others.</summary>
    public ValueList<EventAuthorization>? Authorizations { get; init; }

    /// <summary>Whether that user is the bot that this event was delivered to.</summary>
    public bool IsBot(string? userId) => userId is { Length: > 0 } && Authorizations?.Any(a => a.IsBot && a.UserId == userId) == true;

    /// <summary>Whether the bot itself wrote the message.</summary>
    public bool IsOwn(MessageEvent message) => (message.AppId is { Length: > 0 } app && app == ApiAppId) || IsBot(message.User);
}

/// <summary>Somebody for whom an event was delivered.</summary>
public sealed record EventAuthorization
{
    public string? UserId { get; init; }

    public bool IsBot { get; init; }
}
