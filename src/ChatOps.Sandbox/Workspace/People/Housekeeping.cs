using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.WebApi;

namespace ChatOps.Sandbox.Workspace.People;

/// <summary>What people and administrators change in the workspace by hand, past the bot.</summary>
internal sealed class Housekeeping(SlackWorkspace workspace)
{
    /// <summary><c>POST /control/leave</c> {user, channel}</summary>
    public Outcome Leave(JsonObject body) => InChannel(body, (person, channel) =>
    {
        if (!channel.Members.Contains(person.Id, StringComparer.Ordinal))
            return Outcome.Refused(400, "not_in_channel", $"{person.Name} is not in {channel.Name}.");
        workspace.Leave(channel, person.Id);
        return Outcome.Ok();
    });

    /// <summary><c>POST /control/kick</c> {user, channel, whom}: removes somebody, the bot too.</summary>
    public Outcome Kick(JsonObject body) => InChannel(body, (person, channel) =>
    {
        if (workspace.FindPerson(body.Text("whom")) is not { } whom || !channel.Members.Contains(whom.Id, StringComparer.Ordinal))
            return Outcome.Refused(404, "not_in_channel", $"{body.Text("whom") ?? "(nothing)"} is not in {channel.Name}.");
        if (channel.IsGeneral || channel.IsIm)
            return Outcome.Refused(400, "cant_kick_from_general", "Nobody can be removed from there.");
        workspace.Leave(channel, whom.Id, person.Id);
        return Outcome.Ok();
    });

    /// <summary><c>POST /control/invite</c> {user, channel, whom}: brings somebody in, the bot too.</summary>
    public Outcome Invite(JsonObject body) => InChannel(body, (person, channel) =>
    {
        if (workspace.FindPerson(body.Text("whom")) is not { IsDeactivated: false } whom)
            return Outcome.Refused(404, "user_not_found", $"There is nobody called {body.Text("whom") ?? "(nothing)"}.");
        if (channel.Members.Contains(whom.Id, StringComparer.Ordinal))
            return Outcome.Refused(400, "already_in_channel", $"{whom.Name} is in {channel.Name} already.");
        workspace.Join(channel, whom.Id, person.Id);
        return Outcome.Ok();
    });

    /// <summary><c>POST /control/topic</c> {user, channel, text}</summary>
    public Outcome Topic(JsonObject body) => InChannel(body, (person, channel) =>
    {
        var text = Typing.Encode(workspace, body.Text("text") ?? "", withNames: false);
        channel.Topic = text;
        workspace.PostSystem(channel, channel.IsPrivate ? "group_topic" : "channel_topic", person.Id, text.Length == 0 ? $"<@{person.Id}> cleared the channel topic" : $"<@{person.Id}> set the channel topic: {text}", ("topic", text));
        workspace.Hints.Publish("channel", ("channel", channel.Id));
        return Outcome.Ok();
    });

    /// <summary><c>POST /control/rename</c> {user, channel, name}</summary>
    public Outcome Rename(JsonObject body) => InChannel(body, (person, channel) =>
    {
        var name = body.Text("name") ?? "";
        if (name.Length is 0 or > 80 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'))
            return Outcome.Refused(400, "invalid_name", "A channel's name is 1 to 80 lower-case letters, digits, - and _.");
        if (workspace.FindChannel(name) is not null)
            return Outcome.Refused(400, "name_taken", $"There is a channel {name} already.");
        var old = channel.Name;
        channel.PreviousNames.Add(old);
        channel.Name = name;
        workspace.PostSystem(channel, channel.IsPrivate ? "group_name" : "channel_name", person.Id, $"<@{person.Id}> has renamed the channel from \"{old}\" to \"{name}\"", ("old_name", old), ("name", name));
        workspace.Events.ChannelChanged(workspace, channel, "channel_rename", new JsonObject
        {
            ["id"] = channel.Id, ["is_channel"] = !channel.IsPrivate, ["is_mpim"] = false, ["name"] = name, ["name_normalized"] = name, ["created"] = channel.Created,
        });
        workspace.Hints.Publish("channel", ("channel", channel.Id));
        return Outcome.Ok();
    });

    /// <summary><c>POST /control/archive</c> {user, channel}, and with {remove: true} out of the archive again.</summary>
    public Outcome Archive(JsonObject body) => InChannel(body, (person, channel) =>
    {
        var back = body.Flag("remove");
        if (channel.IsGeneral || channel.IsIm)
            return Outcome.Refused(400, "cant_archive_general", "That one cannot be archived.");
        if (channel.IsArchived != back)
            return Outcome.Refused(400, back ? "not_archived" : "already_archived", "Nothing to change.");
        channel.IsArchived = !back;
        workspace.PostSystem(channel, (channel.IsPrivate ? "group_" : "channel_") + (back ? "unarchive" : "archive"), person.Id, $"<@{person.Id}> {(back ? "un-archived" : "archived")} the channel");
        workspace.Events.ChannelChanged(workspace, channel, back ? "channel_unarchive" : "channel_archive", channel.Id, person.Id);
        workspace.Hints.Publish("channel", ("channel", channel.Id));
        return Outcome.Ok();
    });

    /// <summary><c>POST /control/delete_channel</c> {user, channel}</summary>
    public Outcome DeleteChannel(JsonObject body) => InChannel(body, (_, channel) =>
    {
        if (channel.IsGeneral || channel.IsIm)
            return Outcome.Refused(400, "cant_delete_channel", "That one cannot be deleted.");
        workspace.Events.ChannelChanged(workspace, channel, "channel_deleted", channel.Id);
        workspace.Channels.Remove(channel);
        workspace.Hints.Publish("channel", ("channel", channel.Id));
        return Outcome.Ok();
    });

    /// <summary><c>POST /control/deactivate</c> {user}, and with {remove: true} active again.</summary>
    public Outcome Deactivate(JsonObject body)
    {
        lock (workspace.Gate)
        {
            if (workspace.FindPerson(body.Text("user")) is not { IsBot: false } person)
                return Outcome.Refused(404, "user_not_found", $"There is nobody called {body.Text("user") ?? "(nothing)"}; GET /control/users lists everyone.");
            person.IsDeactivated = !body.Flag("remove");
            workspace.Events.PersonChanged(workspace, Shapes.Person(workspace, person));
            workspace.Hints.Publish("channel");
            return Outcome.Ok();
        }
    }

    /// <summary>
    /// <c>POST /control/revoke</c> {error}: from now on every call with the bot's token is refused with it (<c>token_revoked</c>, <c>account_inactive</c>,
    /// <c>invalid_auth</c> …); with {remove: true} the token is good again.
    /// </summary>
    public Outcome Revoke(JsonObject body)
    {
        lock (workspace.Gate)
        {
            workspace.TokenTrouble = body.Flag("remove") ? null : body.Text("error") ?? "token_revoked";
            if (workspace.TokenTrouble == "token_revoked")
                workspace.Events.TokensRevoked(workspace);
            if (workspace.TokenTrouble == "account_inactive")
                workspace.Events.AppUninstalled(workspace);
            return Outcome.Ok(("token", workspace.TokenTrouble ?? "good"));
        }
    }

    private Outcome InChannel(JsonObject body, Func<Person, SlackChannel, Outcome> act)
    {
        lock (workspace.Gate)
        {
            return Places.TryPerson(workspace, body, out var person, out var refused) && Places.TryChannel(workspace, body, person, out var channel, out refused)
                ? act(person, channel)
                : refused;
        }
    }
}
