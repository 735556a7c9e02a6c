using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.WebApi;

namespace ChatOps.Sandbox.Workspace.Delivery;

/// <summary>What Slack sends, in the shapes of the official payloads.</summary>
internal static class Payloads
{
    /// <summary>The retired verification token; still in every payload, proves nothing.</summary>
    private const string LegacyToken = "sandbox-legacy-token";

    public static JsonObject SlashCommand(SlackChannel channel, Person person, string command, string text, string responseUrl, string triggerId) => new()
    {
        ["token"] = LegacyToken, ["team_id"] = SlackWorkspace.TeamId, ["team_domain"] = SlackWorkspace.Domain, ["channel_id"] = channel.Id,
        ["channel_name"] = channel.IsIm ? "directmessage" : channel.IsPrivate ? "privategroup" : channel.Name, ["user_id"] = person.Id, ["user_name"] = person.Name,
        ["command"] = command, ["text"] = text, ["api_app_id"] = SlackWorkspace.AppId, ["is_enterprise_install"] = "false",
        ["response_url"] = responseUrl, ["trigger_id"] = triggerId,
    };

    public static JsonObject Interaction(string type, Person person) => new()
    {
        ["type"] = type, ["team"] = new JsonObject { ["id"] = SlackWorkspace.TeamId, ["domain"] = SlackWorkspace.Domain },
        ["user"] = new JsonObject { ["id"] = person.Id, ["username"] = person.Name, ["name"] = person.Name, ["team_id"] = SlackWorkspace.TeamId },
        ["api_app_id"] = SlackWorkspace.AppId, ["token"] = LegacyToken, ["enterprise"] = null, ["is_enterprise_install"] = false,
    };

    public static JsonObject WithMessage(JsonObject payload, SlackChannel channel, SlackMessage message)
    {
        payload["channel"] = ChannelName(channel);
        payload["message"] = message.Body.DeepClone();
        return payload;
    }

    public static JsonObject ChannelName(SlackChannel channel) => new()
    {
        ["id"] = channel.Id, ["name"] = channel.IsIm ? "directmessage" : channel.IsPrivate ? "privategroup" : channel.Name,
    };

    public static JsonObject View(SlackView view) => Shapes.View(view);

    public static JsonObject Event(SlackWorkspace workspace, JsonObject happened) => new()
    {
        ["token"] = LegacyToken, ["team_id"] = SlackWorkspace.TeamId, ["context_team_id"] = SlackWorkspace.TeamId, ["context_enterprise_id"] = null,
        ["api_app_id"] = SlackWorkspace.AppId, ["event"] = happened, ["type"] = "event_callback",
        ["event_id"] = $"Ev{System.Security.Cryptography.RandomNumberGenerator.GetHexString(10)}", ["event_time"] = workspace.UnixNow,
        ["authorizations"] = new JsonArray(new JsonObject
        {
            ["enterprise_id"] = null, ["team_id"] = SlackWorkspace.TeamId, ["user_id"] = SlackWorkspace.BotUserId, ["is_bot"] = true, ["is_enterprise_install"] = false,
        }),
        ["is_ext_shared_channel"] = false, ["event_context"] = $"4-{happened.Text("type")}-{SlackWorkspace.TeamId}",
    };
}
