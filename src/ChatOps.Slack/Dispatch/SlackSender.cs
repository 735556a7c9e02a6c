using System.Text.Json;

namespace ChatOps.Slack.Dispatch;

/// <summary>Who sent a request, and where an answer may go. Empty or null where the request does not say.</summary>
public sealed record SlackSender
{
    public string UserId { get; init; } = "";

    public string? ChannelId { get; init; }

    public string? TeamId { get; init; }

    public string? ThreadTs { get; init; }

    /// <summary>Whoever has it may answer in the person's channel: not for logs.</summary>
    public string? ResponseUrl { get; init; }

    public string? TriggerId { get; init; }

    public override string ToString() => $"{UserId} in {ChannelId}";

    internal static SlackSender Read(SlackRequest request)
    {
        if (request.Kind == SlackRequestKind.SlashCommand)
        {
            var command = SlackPayload.ReadSlashCommand(request);
            return new() { UserId = command.UserId, ChannelId = command.ChannelId, TeamId = command.TeamId, ResponseUrl = command.ResponseUrl, TriggerId = command.TriggerId };
        }

        using var body = SlackPayload.ReadJson(request);
        return request.Kind == SlackRequestKind.Event ? OfEvent(body.RootElement) : OfInteraction(body.RootElement);
    }

    private static SlackSender OfInteraction(JsonElement root)
    {
        var container = Object(root, "container");
        return new()
        {
            UserId = Text(Object(root, "user"), "id") ?? "",
            ChannelId = Text(Object(root, "channel"), "id") ?? Text(container, "channel_id"),
            TeamId = Text(Object(root, "team"), "id"),
            ThreadTs = Text(container, "thread_ts") ?? Text(Object(root, "message"), "thread_ts"),
            ResponseUrl = Text(root, "response_url") ?? Text(First(root, "response_urls"), "response_url"),
            TriggerId = Text(root, "trigger_id"),
        };
    }

    private static SlackSender OfEvent(JsonElement root)
    {
        var slackEvent = Object(root, "event");
        return new()
        {
            UserId = Text(slackEvent, "user") ?? Text(Object(slackEvent, "user"), "id") ?? "",
            ChannelId = Text(slackEvent, "channel") ?? Text(slackEvent, "channel_id") ?? Text(Object(slackEvent, "item"), "channel"),
            TeamId = Text(root, "team_id"),
            ThreadTs = Text(slackEvent, "thread_ts"),
        };
    }

    private static JsonElement Object(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : default;

    private static JsonElement First(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? list[0] : default;

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
