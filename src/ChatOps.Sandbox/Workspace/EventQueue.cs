using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace ChatOps.Sandbox.Workspace;

/// <summary>What happened in the workspace, in order, on its way to the app. Only what the manifest subscribes to and the bot may see enters.</summary>
internal sealed class EventQueue
{
    private readonly Channel<JsonObject> queue = Channel.CreateUnbounded<JsonObject>();

    public ChannelReader<JsonObject> Reader => queue.Reader;

    public void Message(SlackWorkspace workspace, SlackChannel channel, SlackMessage message)
    {
        var text = message.Body.Text("text") ?? "";
        if (message.Body.Text("user") != SlackWorkspace.BotUserId && text.Contains($"<@{SlackWorkspace.BotUserId}>", StringComparison.Ordinal)
            && !channel.IsIm && message.Body["subtype"] is null)
            Add(workspace, channel, "app_mention", Shown(channel, message, "app_mention"), scope: "app_mentions:read");
        AddMessage(workspace, channel, Shown(channel, message, "message"));
    }

    public void MessageChanged(SlackWorkspace workspace, SlackChannel channel, SlackMessage message, JsonObject before) =>
        AddMessage(workspace, channel, new JsonObject
        {
            ["type"] = "message", ["subtype"] = "message_changed", ["channel"] = channel.Id, ["hidden"] = true, ["ts"] = workspace.NextTs(),
            ["message"] = message.Body.Clone(), ["previous_message"] = before,
        });

    public void MessageDeleted(SlackWorkspace workspace, SlackChannel channel, SlackMessage message) =>
        AddMessage(workspace, channel, new JsonObject
        {
            ["type"] = "message", ["subtype"] = "message_deleted", ["channel"] = channel.Id, ["hidden"] = true, ["ts"] = workspace.NextTs(),
            ["deleted_ts"] = message.Ts, ["previous_message"] = message.Body.Clone(),
        });

    public void Member(SlackWorkspace workspace, SlackChannel channel, string userId, bool joined, string? inviter)
    {
        var happened = new JsonObject
        {
            ["type"] = joined ? "member_joined_channel" : "member_left_channel", ["user"] = userId, ["channel"] = channel.Id,
            ["channel_type"] = channel.IsPrivate ? "G" : "C", ["team"] = SlackWorkspace.TeamId,
        };
        if (inviter is not null)
            happened["inviter"] = inviter;
        Add(workspace, channel, happened.Text("type")!, happened, $"{channel.ScopeFamily}:read");
    }

    public void Reaction(SlackWorkspace workspace, SlackChannel channel, SlackMessage message, string userId, string name, bool added) =>
        Add(workspace, channel, added ? "reaction_added" : "reaction_removed", new JsonObject
        {
            ["type"] = added ? "reaction_added" : "reaction_removed", ["user"] = userId, ["reaction"] = name, ["item_user"] = message.Body.Text("user"),
            ["item"] = new JsonObject { ["type"] = "message", ["channel"] = channel.Id, ["ts"] = message.Ts },
        }, "reactions:read");

    public void Pin(SlackWorkspace workspace, SlackChannel channel, SlackMessage message, string userId, bool added) =>
        Add(workspace, channel, added ? "pin_added" : "pin_removed", new JsonObject
        {
            ["type"] = added ? "pin_added" : "pin_removed", ["user"] = userId, ["channel_id"] = channel.Id, ["item_user"] = message.Body.Text("user"),
            ["item"] = new JsonObject
            {
                ["type"] = "message", ["created"] = workspace.UnixNow, ["created_by"] = userId, ["channel"] = channel.Id, ["message"] = message.Body.Clone(),
            },
            ["pin_count"] = channel.Pins.Count,
            ["pinned_info"] = new JsonObject { ["channel"] = channel.Id, ["pinned_by"] = userId, ["pinned_ts"] = workspace.UnixNow },
        }, "pins:read");

    /// <param name="type">As for a public channel; of a private one it begins with <c>group_</c>.</param>
    public void ChannelChanged(SlackWorkspace workspace, SlackChannel channel, string type, JsonNode? channelField, string? userId = null)
    {
        if (channel.IsPrivate && type.StartsWith("channel_", StringComparison.Ordinal))
            type = "group_" + type["channel_".Length..];
        var happened = new JsonObject { ["type"] = type, ["channel"] = channelField };
        if (userId is not null)
            happened["user"] = userId;
        Add(workspace, channel, type, happened, $"{channel.ScopeFamily}:read");
    }

    public void HomeOpened(SlackWorkspace workspace, string userId, string channelId, JsonObject? view)
    {
        var happened = new JsonObject { ["type"] = "app_home_opened", ["user"] = userId, ["channel"] = channelId, ["tab"] = "home" };
        if (view is not null)
            happened["view"] = view;
        Add(workspace, channel: null, "app_home_opened", happened, scope: null);
    }

    /// <summary>The bot itself is out: told although it is in the channel no longer.</summary>
    public void BotLeft(SlackWorkspace workspace, SlackChannel channel, string actorId) =>
        Add(workspace, channel: null, channel.IsPrivate ? "group_left" : "channel_left", new JsonObject
        {
            ["type"] = channel.IsPrivate ? "group_left" : "channel_left", ["channel"] = channel.Id, ["actor_id"] = actorId,
        }, $"{channel.ScopeFamily}:read");

    public void PersonChanged(SlackWorkspace workspace, JsonObject person) =>
        Add(workspace, channel: null, "user_change", new JsonObject { ["type"] = "user_change", ["user"] = person, ["cache_ts"] = workspace.UnixNow }, "users:read");

    /// <summary>The last that the app hears: it comes although the token is worth nothing any more.</summary>
    public void TokensRevoked(SlackWorkspace workspace) =>
        Add(workspace, channel: null, "tokens_revoked", new JsonObject
        {
            ["type"] = "tokens_revoked", ["tokens"] = new JsonObject { ["oauth"] = new JsonArray(), ["bot"] = new JsonArray(SlackWorkspace.BotUserId) },
        }, scope: null, always: true);

    public void AppUninstalled(SlackWorkspace workspace) =>
        Add(workspace, channel: null, "app_uninstalled", new JsonObject { ["type"] = "app_uninstalled" }, scope: null, always: true);

    private void AddMessage(SlackWorkspace workspace, SlackChannel channel, JsonObject happened)
    {
        var kind = channel.IsIm ? "im" : channel.IsPrivate ? "groups" : "channels";
        happened["channel_type"] = channel.IsIm ? "im" : channel.IsPrivate ? "group" : "channel";
        Add(workspace, channel, $"message.{kind}", happened, $"{channel.ScopeFamily}:history");
    }

    private void Add(SlackWorkspace workspace, SlackChannel? channel, string subscription, JsonObject happened, string? scope, bool always = false)
    {
        if (!workspace.Manifest.Events.Contains(subscription, StringComparer.Ordinal) || (scope is not null && !workspace.Manifest.Has(scope)))
            return;
        // Whose token is taken back hears nothing more.
        if (workspace.TokenTrouble is "token_revoked" or "account_inactive" && !always)
            return;
        if (channel is not null && !channel.Members.Contains(SlackWorkspace.BotUserId, StringComparer.Ordinal))
            return;
        happened["event_ts"] ??= happened.Text("ts") ?? workspace.NextTs();
        queue.Writer.TryWrite(happened);
    }

    private static JsonObject Shown(SlackChannel channel, SlackMessage message, string type)
    {
        var shown = message.Body.Clone();
        shown["type"] = type;
        shown["channel"] = channel.Id;
        shown["event_ts"] = message.Ts;
        return shown;
    }
}
