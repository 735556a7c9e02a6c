using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>Conversations: made, changed, joined and left.</summary>
internal static class ConversationMethods
{
    private const int MaximumName = 80;
    private const int MaximumTopic = 250;
    private const int MaximumInvited = 100;

    public static SlackAnswer Create(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.RefuseScope(call.Method, call.Flag("is_private") ? "groups" : "channels") is { } scope)
            return scope;
        if (RefuseName(workspace, call.Text("name")!) is { } refusal)
            return refusal;
        var channel = workspace.AddChannel(call.Text("name")!, call.Flag("is_private"), SlackWorkspace.BotUserId);
        workspace.PostSystem(channel, channel.IsPrivate ? "group_join" : "channel_join", SlackWorkspace.BotUserId, $"<@{SlackWorkspace.BotUserId}> has joined the channel");
        workspace.Events.ChannelChanged(workspace, channel, "channel_created", new JsonObject
        {
            ["id"] = channel.Id, ["name"] = channel.Name, ["created"] = channel.Created, ["creator"] = channel.Creator,
        });
        return SlackAnswer.Ok(("channel", Shapes.Channel(workspace, channel)));
    }

    public static SlackAnswer Rename(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Refuse(call, out var channel, member: true, live: true, direct: false) is { } refusal)
            return refusal;
        var name = call.Text("name")!;
        if (channel.Name != name && RefuseName(workspace, name) is { } mistake)
            return mistake;
        if (channel.Creator != SlackWorkspace.BotUserId)
            return SlackAnswer.Error("not_authorized");
        var old = channel.Name;
        channel.PreviousNames.Add(old);
        channel.Name = name;
        workspace.PostSystem(channel, "channel_name", SlackWorkspace.BotUserId, $"<@{SlackWorkspace.BotUserId}> has renamed the channel from \"{old}\" to \"{name}\"",
            ("old_name", old), ("name", name));
        workspace.Events.ChannelChanged(workspace, channel, "channel_rename", new JsonObject { ["id"] = channel.Id, ["name"] = name, ["created"] = channel.Created });
        workspace.Hints.Publish("channel", ("channel", channel.Id));
        return SlackAnswer.Ok(("channel", Shapes.Channel(workspace, channel)));
    }

    public static SlackAnswer Invite(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Refuse(call, out var channel, member: true, live: true, direct: false) is { } refusal)
            return refusal;
        var wanted = call.Text("users")!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (wanted.Length == 0)
            return SlackAnswer.Error("no_user");
        if (wanted.Length > MaximumInvited)
            return SlackAnswer.Error("invalid_arguments", "[ERROR] no more than 100 items allowed [json-pointer:/users]");
        var problems = wanted.Select(id => (Id: id, Error: InviteProblem(workspace, channel, id))).Where(p => p.Error is not null).ToList();
        if (problems.Count > 0 && (!call.Flag("force") || problems.Count == wanted.Length))
        {
            var answer = SlackAnswer.Error(problems[0].Error!);
            answer.Body["errors"] = new JsonArray([.. problems.Select(p => (JsonNode)new JsonObject { ["user"] = p.Id, ["ok"] = false, ["error"] = p.Error })]);
            return answer;
        }
        foreach (var id in wanted.Except(problems.Select(p => p.Id), StringComparer.Ordinal))
            workspace.Join(channel, id, SlackWorkspace.BotUserId);
        return SlackAnswer.Ok(("channel", Shapes.Channel(workspace, channel)));
    }

    public static SlackAnswer Join(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Refuse(call, out var channel, live: true) is { } refusal)
            return refusal;
        if (channel.IsPrivate)
            return SlackAnswer.Error("method_not_supported_for_channel_type");
        if (channel.HasBot())
        {
            return SlackAnswer.Ok(("channel", Shapes.Channel(workspace, channel)), ("warning", "already_in_channel"),
                ("response_metadata", new JsonObject { ["warnings"] = new JsonArray("already_in_channel") }));
        }
        workspace.Join(channel, SlackWorkspace.BotUserId, inviter: null);
        return SlackAnswer.Ok(("channel", Shapes.Channel(workspace, channel)));
    }

    public static SlackAnswer Leave(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Refuse(call, out var channel, live: true, direct: false) is { } refusal)
            return refusal;
        if (channel.IsGeneral)
            return SlackAnswer.Error("cant_leave_general");
        if (!channel.HasBot())
            return SlackAnswer.Ok(("not_in_channel", true));
        if (channel.IsPrivate && channel.Members.Count == 1)
            return SlackAnswer.Error("last_member");
        workspace.Leave(channel, SlackWorkspace.BotUserId);
        return SlackAnswer.Ok();
    }

    public static SlackAnswer Kick(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Refuse(call, out var channel, member: true, live: true, direct: false) is { } refusal)
            return refusal;
        if (call.Text("user") == SlackWorkspace.BotUserId)
            return SlackAnswer.Error("cant_kick_self");
        if (channel.IsGeneral)
            return SlackAnswer.Error("cant_kick_from_general");
        if (workspace.People.Find(p => p.Id == call.Text("user")) is not { } person)
            return SlackAnswer.Error("user_not_found");
        if (!channel.Members.Contains(person.Id, StringComparer.Ordinal))
            return SlackAnswer.Error("not_in_channel");
        workspace.Leave(channel, person.Id, SlackWorkspace.BotUserId);
        return SlackAnswer.Ok();
    }

    public static SlackAnswer SetTopic(SlackWorkspace workspace, ApiCall call) =>
        SetText(workspace, call, "topic", c => c.Topic, (c, text) => c.Topic = text);

    public static SlackAnswer SetPurpose(SlackWorkspace workspace, ApiCall call) =>
        SetText(workspace, call, "purpose", c => c.Purpose, (c, text) => c.Purpose = text);

    public static SlackAnswer Archive(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Refuse(call, out var channel, direct: false) is { } refusal)
            return refusal;
        if (channel.IsArchived)
            return SlackAnswer.Error("already_archived");
        if (channel.IsGeneral)
            return SlackAnswer.Error("cant_archive_general");
        if (!channel.HasBot())
            return SlackAnswer.Error("not_in_channel");
        workspace.PostSystem(channel, "channel_archive", SlackWorkspace.BotUserId, $"<@{SlackWorkspace.BotUserId}> archived the channel");
        workspace.Events.ChannelChanged(workspace, channel, "channel_archive", channel.Id, SlackWorkspace.BotUserId);
        channel.IsArchived = true;
        workspace.Hints.Publish("channel", ("channel", channel.Id));
        return SlackAnswer.Ok();
    }

    public static SlackAnswer Open(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.RefuseScope(call.Method, "im") is { } scope)
            return scope;
        if (call.Text("channel") is { Length: > 0 } id)
            return workspace.Visible(id) is { IsIm: true } known ? SlackAnswer.Ok(("channel", new JsonObject { ["id"] = known.Id })) : SlackAnswer.Error("channel_not_found");
        var users = (call.Text("users") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (users.Length == 0)
            return SlackAnswer.Error("users_list_not_supplied");
        if (users.Length > 1)
            return workspace.RefuseScope(call.Method, "mpim") ?? SlackAnswer.Error("method_not_supported_for_channel_type", "[ERROR] this sandbox has no group direct messages");
        return workspace.People.Find(p => p.Id == users[0]) is { IsBot: false } person
            ? SlackAnswer.Ok(("channel", new JsonObject { ["id"] = workspace.DirectMessage(person).Id }))
            : SlackAnswer.Error("user_not_found");
    }

    private static SlackAnswer SetText(SlackWorkspace workspace, ApiCall call, string kind, Func<SlackChannel, string> get, Action<SlackChannel, string> set)
    {
        if (workspace.Refuse(call, out var channel, member: true, live: true) is { } refusal)
            return refusal;
        var text = call.Text(kind) ?? "";
        if (text.Length > MaximumTopic)
            return SlackAnswer.Error("too_long");
        if (get(channel) != text)
        {
            set(channel, text);
            var said = text.Length == 0 ? $"<@{SlackWorkspace.BotUserId}> cleared the channel {kind}" : $"<@{SlackWorkspace.BotUserId}> set the channel {kind}: {text}";
            workspace.PostSystem(channel, $"channel_{kind}", SlackWorkspace.BotUserId, said, (kind, text));
            workspace.Hints.Publish("channel", ("channel", channel.Id));
        }
        return SlackAnswer.Ok(("channel", Shapes.Channel(workspace, channel)));
    }

    private static string? InviteProblem(SlackWorkspace workspace, SlackChannel channel, string id)
    {
        if (id == SlackWorkspace.BotUserId)
            return "cant_invite_self";
        if (workspace.People.Find(p => p.Id == id) is not { IsDeactivated: false })
            return "user_not_found";
        return channel.Members.Contains(id, StringComparer.Ordinal) ? "already_in_channel" : null;
    }

    private static SlackAnswer? RefuseName(SlackWorkspace workspace, string name)
    {
        if (name.Length > MaximumName)
            return SlackAnswer.Error("invalid_name_maxlength");
        if (name.All(c => !char.IsAsciiLetterOrDigit(c)) && name.All(c => char.IsPunctuation(c) || c == '_'))
            return SlackAnswer.Error("invalid_name_punctuation");
        if (!name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'))
            return SlackAnswer.Error("invalid_name_specials");
        return workspace.Channels.Exists(c => !c.IsIm && c.Name == name) || workspace.People.Exists(p => p.Name == name) ? SlackAnswer.Error("name_taken") : null;
    }
}
