using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>Pins, reactions and bookmarks.</summary>
internal static class PinMethods
{
    private const int MaximumPins = 100;

    public static SlackAnswer Add(SlackWorkspace workspace, ApiCall call)
    {
        if (Item(workspace, call, out var channel, out var message) is { } refusal)
            return refusal;
        if (!channel.HasBot())
            return SlackAnswer.Error("not_in_channel");
        if (channel.Pins.Exists(p => p.Ts == message.Ts))
            return SlackAnswer.Error("already_pinned");
        if (message.Body["subtype"] is not null)
            return SlackAnswer.Error("not_pinnable");
        if (channel.Pins.Count >= MaximumPins)
            return SlackAnswer.Error("too_many_pins");
        workspace.Pin(channel, message, SlackWorkspace.BotUserId);
        return SlackAnswer.Ok();
    }

    public static SlackAnswer Remove(SlackWorkspace workspace, ApiCall call)
    {
        if (Item(workspace, call, out var channel, out var message) is { } refusal)
            return refusal;
        if (!channel.Pins.Exists(p => p.Ts == message.Ts))
            return SlackAnswer.Error("no_pin");
        workspace.Unpin(channel, message, SlackWorkspace.BotUserId);
        return SlackAnswer.Ok();
    }

    public static SlackAnswer List(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Visible(call.Text("channel")) is not { } channel)
            return SlackAnswer.Error("channel_not_found");
        var items = channel.Pins.Select(p => (JsonNode)new JsonObject
        {
            ["type"] = "message", ["channel"] = channel.Id, ["created"] = p.At, ["created_by"] = p.By, ["message"] = channel.Find(p.Ts)?.Body.DeepClone(),
        });
        return SlackAnswer.Ok(("items", new JsonArray([.. items])));
    }

    public static SlackAnswer React(SlackWorkspace workspace, ApiCall call)
    {
        if (Item(workspace, call, out var channel, out var message) is { } refusal)
            return refusal;
        if (channel.IsArchived)
            return SlackAnswer.Error("is_archived");
        if (!IsEmojiName(call.Text("name")))
            return SlackAnswer.Error("invalid_name");
        return workspace.React(channel, message, SlackWorkspace.BotUserId, call.Text("name")!, added: true) ? SlackAnswer.Ok() : SlackAnswer.Error("already_reacted");
    }

    public static SlackAnswer Unreact(SlackWorkspace workspace, ApiCall call)
    {
        if (Item(workspace, call, out var channel, out var message) is { } refusal)
            return refusal;
        return workspace.React(channel, message, SlackWorkspace.BotUserId, call.Text("name")!, added: false) ? SlackAnswer.Ok() : SlackAnswer.Error("no_reaction");
    }

    public static SlackAnswer GetReactions(SlackWorkspace workspace, ApiCall call) =>
        Item(workspace, call, out var channel, out var message)
        ?? SlackAnswer.Ok(("type", "message"), ("channel", channel.Id), ("message", message.Body.DeepClone()));

    public static SlackAnswer AddBookmark(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Visible(call.Text("channel_id")) is not { } channel)
            return SlackAnswer.Error("channel_not_found");
        if (call.Text("type") != "link")
            return SlackAnswer.Error("invalid_bookmark_type");
        if (!Uri.TryCreate(call.Text("link"), UriKind.Absolute, out _))
            return SlackAnswer.Error("invalid_link");
        var bookmark = new JsonObject
        {
            ["id"] = workspace.NextId('B'), ["channel_id"] = channel.Id, ["title"] = call.Text("title"), ["link"] = call.Text("link"),
            ["emoji"] = call.Text("emoji") ?? "", ["type"] = "link", ["date_created"] = workspace.UnixNow, ["date_updated"] = 0,
        };
        channel.Bookmarks.Add(bookmark);
        workspace.Hints.Publish("channel", ("channel", channel.Id));
        return SlackAnswer.Ok(("bookmark", bookmark.DeepClone()));
    }

    public static bool IsEmojiName(string? name) => name is { Length: > 0 and <= 100 } && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' or '+' or ':' or '\'');

    private static SlackAnswer? Item(SlackWorkspace workspace, ApiCall call, out SlackChannel channel, out SlackMessage message)
    {
        (channel, message) = (null!, null!);
        if (call.Text("timestamp") is not { Length: > 0 } ts)
            return SlackAnswer.Error("no_item_specified");
        if (workspace.Visible(call.Text("channel")) is not { } found)
            return SlackAnswer.Error("channel_not_found");
        if (!ts.Contains('.', StringComparison.Ordinal) || !ts.All(c => char.IsAsciiDigit(c) || c == '.'))
            return SlackAnswer.Error("bad_timestamp");
        if (found.Find(ts) is not { VisibleTo: null } hit)
            return SlackAnswer.Error("message_not_found");
        (channel, message) = (found, hit);
        return null;
    }
}
