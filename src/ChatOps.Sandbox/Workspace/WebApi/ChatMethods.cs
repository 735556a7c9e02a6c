using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.WebApi;

internal static class ChatMethods
{
    public static SlackAnswer PostMessage(SlackWorkspace workspace, ApiCall call)
    {
        if (Target(workspace, call, out var channel) is { } refusal)
            return refusal;
        if (MessageContent.Refuse(call.Arguments) is { } content)
            return content;
        if (MessageContent.IsEmpty(call.Arguments))
            return SlackAnswer.Error("no_text");
        var body = MessageContent.Body(call.Arguments);
        if (Thread(channel, call, body) is { } thread)
            return thread;
        var message = workspace.Post(channel, body);
        return SlackAnswer.Ok(("channel", channel.Id), ("ts", message.Ts), ("message", message.Body.DeepClone()));
    }

    public static SlackAnswer PostEphemeral(SlackWorkspace workspace, ApiCall call)
    {
        if (Target(workspace, call, out var channel) is { } refusal)
            return refusal;
        if (workspace.People.Find(p => p.Id == call.Text("user")) is not { } person)
            return SlackAnswer.Error("user_not_in_channel");
        if (!channel.HasBot())
            return SlackAnswer.Error("not_in_channel");
        if (!channel.Members.Contains(person.Id, StringComparer.Ordinal))
            return SlackAnswer.Error("user_not_in_channel");
        if (MessageContent.Refuse(call.Arguments) is { } content)
            return content;
        if (MessageContent.IsEmpty(call.Arguments))
            return SlackAnswer.Error("no_text");
        var body = MessageContent.Body(call.Arguments);
        body["is_ephemeral"] = true;
        if (Thread(channel, call, body) is { } thread)
            return thread;
        var message = workspace.Post(channel, body, visibleTo: person.Id);
        return SlackAnswer.Ok(("message_ts", message.Ts));
    }

    public static SlackAnswer Update(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Visible(call.Text("channel")) is not { } channel)
            return SlackAnswer.Error("channel_not_found");
        // An ephemeral message is nothing that chat.update could find.
        if (channel.Find(call.Text("ts")) is not { VisibleTo: null } message)
            return SlackAnswer.Error("message_not_found");
        if (message.Body.Text("bot_id") != SlackWorkspace.BotId || message.Body.Text("subtype") is not (null or "thread_broadcast"))
            return SlackAnswer.Error("cant_update_message");
        if (MessageContent.Refuse(call.Arguments) is { } content)
            return content;
        if (MessageContent.IsEmpty(call.Arguments))
            return SlackAnswer.Error("no_text");
        if (call.Text("text") is { Length: > 40_000 })
            return SlackAnswer.Error("msg_too_long");
        Apply(workspace, channel, message, call.Arguments);
        return SlackAnswer.Ok(("channel", channel.Id), ("ts", message.Ts), ("text", message.Body.Text("text")), ("message", message.Body.DeepClone()));
    }

    /// <summary>Replaces the content of a message: blocks that are not sent again are gone, metadata that is not sent stays.</summary>
    public static void Apply(SlackWorkspace workspace, SlackChannel channel, SlackMessage message, JsonObject arguments)
    {
        var before = message.Body.Clone();
        if (message.Body["blocks"] is JsonArray old)
            message.EarlierBlocks.Add((JsonArray)old.DeepClone());
        var fresh = MessageContent.Body(arguments);
        foreach (var name in (string[])["text", "blocks", "attachments"])
        {
            message.Body.Remove(name);
            if (fresh[name] is { } value)
                message.Body[name] = value.DeepClone();
        }
        if (arguments["metadata"] is JsonObject metadata)
        {
            message.Body.Remove("metadata");
            if (metadata.Count > 0)
                message.Body["metadata"] = metadata.DeepClone();
        }
        message.Edits++;
        message.Body["edited"] = new JsonObject { ["user"] = SlackWorkspace.BotUserId, ["ts"] = workspace.NextTs() };
        if (message.VisibleTo is null)
            workspace.Events.MessageChanged(workspace, channel, message, before);
        workspace.Hints.Publish("message", ("channel", channel.Id), ("ts", message.Ts));
    }

    public static SlackAnswer Delete(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Visible(call.Text("channel")) is not { } channel)
            return SlackAnswer.Error("channel_not_found");
        if (channel.Find(call.Text("ts")) is not { VisibleTo: null } message)
            return SlackAnswer.Error("message_not_found");
        if (message.Body.Text("bot_id") != SlackWorkspace.BotId)
            return SlackAnswer.Error("cant_delete_message");
        workspace.Remove(channel, message);
        return SlackAnswer.Ok(("channel", channel.Id), ("ts", message.Ts));
    }

    public static SlackAnswer GetPermalink(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Visible(call.Text("channel")) is not { } channel)
            return SlackAnswer.Error("channel_not_found");
        if (channel.Find(call.Text("message_ts")) is not { VisibleTo: null } message)
            return SlackAnswer.Error("message_not_found");
        return SlackAnswer.Ok(("channel", channel.Id), ("permalink", $"{call.BaseUrl}/archives/{channel.Id}/p{message.Ts.Replace(".", "", StringComparison.Ordinal)}"));
    }

    /// <summary>Where a message goes: a channel by id (or its name with #), or a person, which means the direct message with them.</summary>
    private static SlackAnswer? Target(SlackWorkspace workspace, ApiCall call, out SlackChannel channel)
    {
        channel = null!;
        var wanted = call.Text("channel")!;
        if (workspace.People.Find(p => p.Id == wanted) is { IsBot: false } person)
        {
            channel = workspace.DirectMessage(person);
        }
        else
        {
            var found = workspace.Visible(wanted) ?? (wanted.StartsWith('#') ? workspace.Visible(workspace.FindChannel(wanted)?.Id) : null);
            if (found is null)
                return SlackAnswer.Error("channel_not_found");
            channel = found;
        }
        if (channel.IsArchived)
            return SlackAnswer.Error("is_archived");
        if (channel.IsIm && !workspace.Manifest.MessagesTab)
            return SlackAnswer.Error("messages_tab_disabled");
        return channel.HasBot() || workspace.Manifest.Has("chat:write.public") ? null : SlackAnswer.Error("not_in_channel");
    }

    private static SlackAnswer? Thread(SlackChannel channel, ApiCall call, JsonObject body)
    {
        if (call.Text("thread_ts") is not { Length: > 0 } threadTs)
            return null;
        // A reply to a reply or to nothing would hang in the air in Slack; here it is refused, so that it is noticed.
        if (channel.Find(threadTs) is not { VisibleTo: null, IsReply: false } parent || parent.Body["subtype"] is not null)
            return SlackAnswer.Error("cannot_reply_to_message");
        body["thread_ts"] = threadTs;
        body["parent_user_id"] = parent.Body.Text("user");
        if (call.Flag("reply_broadcast"))
            body["subtype"] = "thread_broadcast";
        return null;
    }
}
