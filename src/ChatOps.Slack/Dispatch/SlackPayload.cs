using System.Text.Json;
using ChatOps.Slack.Interaction;

namespace ChatOps.Slack.Dispatch;

/// <summary>Parses the body of a request into what handlers get. Throws <see cref="JsonException"/> where it is not what Slack sends.</summary>
public static class SlackPayload
{
    public static SlashCommand ReadSlashCommand(SlackRequest request)
    {
        if (request.Format == SlackBodyFormat.Json)
            return Read<SlashCommand>(request);

        string command = "", text = "", trigger = "", responseUrl = "", user = "", channel = "", team = "";
        string? userName = null, channelName = null, teamDomain = null, app = null;
        var fields = new FormFields(request.Body.Span);
        while (fields.MoveNext())
        {
            var name = fields.Name;
            if (name.SequenceEqual("command"u8))
                command = fields.Text();
            else if (name.SequenceEqual("text"u8))
                text = fields.Text();
            else if (name.SequenceEqual("trigger_id"u8))
                trigger = fields.Text();
            else if (name.SequenceEqual("response_url"u8))
                responseUrl = fields.Text();
            else if (name.SequenceEqual("user_id"u8))
                user = fields.Text();
            else if (name.SequenceEqual("user_name"u8))
                userName = fields.Text();
            else if (name.SequenceEqual("channel_id"u8))
                channel = fields.Text();
            else if (name.SequenceEqual("channel_name"u8))
                channelName = fields.Text();
            else if (name.SequenceEqual("team_id"u8))
                team = fields.Text();
            else if (name.SequenceEqual("team_domain"u8))
                teamDomain = fields.Text();
            else if (name.SequenceEqual("api_app_id"u8))
                app = fields.Text();
        }
        return new()
        {
            Command = command, Text = text, TriggerId = trigger, ResponseUrl = responseUrl, UserId = user, UserName = userName,
            ChannelId = channel, ChannelName = channelName, TeamId = team, TeamDomain = teamDomain, ApiAppId = app,
        };
    }

    public static BlockActionRequest ReadBlockActions(SlackRequest request) => Read<BlockActionRequest>(request);

    public static ViewSubmission ReadViewSubmission(SlackRequest request) => Read<ViewSubmission>(request);

    public static ViewClosed ReadViewClosed(SlackRequest request) => Read<ViewClosed>(request);

    public static MessageShortcut ReadMessageShortcut(SlackRequest request) => Read<MessageShortcut>(request);

    public static GlobalShortcut ReadGlobalShortcut(SlackRequest request) => Read<GlobalShortcut>(request);

    /// <summary>An event with its envelope; <c>app_rate_limited</c> comes without one and is given one.</summary>
    public static EventCallback ReadEvent(SlackRequest request)
    {
        var callback = Read<EventCallback>(request);
        if (callback.EventId.Length > 0)
            return callback;
        return JsonSerializer.Deserialize<SlackEvent>(request.Body.Span, SlackJson.Options) is AppRateLimited limited
            ? callback with { EventId = request.Key, EventTime = DateTimeOffset.FromUnixTimeSeconds(limited.MinuteRateLimited), Event = limited }
            : callback;
    }

    internal static JsonDocument ReadJson(SlackRequest request) => JsonDocument.Parse(JsonOf(request));

    private static T Read<T>(SlackRequest request) =>
        JsonSerializer.Deserialize<T>(JsonOf(request).Span, SlackJson.Options) ?? throw new JsonException("Slack sent null.");

    private static ReadOnlyMemory<byte> JsonOf(SlackRequest request)
    {
        if (request.Format == SlackBodyFormat.Json)
            return request.Body;
        var fields = new FormFields(request.Body.Span);
        while (fields.MoveNext())
        {
            if (!fields.Name.SequenceEqual("payload"u8))
                continue;
            var decoded = new byte[fields.Value.Length];
            if (FormFields.TryDecode(fields.Value, decoded, out var written))
                return decoded.AsMemory(0, written);
            break;
        }
        throw new JsonException("The form has no readable field 'payload'.");
    }
}
