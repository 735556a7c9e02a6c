using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.Delivery;
using ChatOps.Sandbox.Workspace.WebApi;

namespace ChatOps.Sandbox.Workspace.People;

/// <summary>The rest of what people do: write, react, pin, use a shortcut, look at the Home tab.</summary>
internal sealed class Talk(SlackWorkspace workspace, Deliverer deliverer)
{
    public Outcome Message(JsonObject body)
    {
        lock (workspace.Gate)
        {
            if (!Places.TryPerson(workspace, body, out var person, out var refused) || !Places.TryChannel(workspace, body, person, out var channel, out refused))
                return refused;
            if (string.IsNullOrWhiteSpace(body.Text("text")))
                return Outcome.Refused(400, "no_text", "An empty message cannot be sent.");
            if (Places.Enter(workspace, channel, person) is { } closed)
                return closed;
            var said = new JsonObject
            {
                ["user"] = person.Id, ["text"] = Typing.Encode(workspace, body.Text("text")!, withNames: false), ["client_msg_id"] = Guid.NewGuid().ToString(),
            };
            if (body.Text("thread_ts") is { Length: > 0 } threadTs)
            {
                if (channel.Find(threadTs) is not { VisibleTo: null } parent)
                    return Outcome.Refused(404, "thread_not_found", $"There is no message {threadTs} in {channel.Name}.");
                said["thread_ts"] = parent.ThreadTs ?? threadTs;
            }
            var message = workspace.Post(channel, said);
            return Outcome.Ok(("channel", channel.Id), ("ts", message.Ts));
        }
    }

    public Outcome React(JsonObject body)
    {
        lock (workspace.Gate)
        {
            if (Find(body, out var person, out var channel, out var message) is { } refused)
                return refused;
            var name = (body.Text("name") ?? body.Text("reaction") ?? "").Trim(':');
            if (!PinMethods.IsEmojiName(name))
                return Outcome.Refused(400, "invalid_name", $"\"{name}\" is no name of an emoji.");
            return workspace.React(channel, message, person.Id, name, added: !body.Flag("remove"))
                ? Outcome.Ok()
                : Outcome.Refused(400, body.Flag("remove") ? "no_reaction" : "already_reacted", "Nothing to change.");
        }
    }

    public Outcome Pin(JsonObject body)
    {
        lock (workspace.Gate)
        {
            if (Find(body, out var person, out var channel, out var message) is { } refused)
                return refused;
            var pinned = channel.Pins.Exists(p => p.Ts == message.Ts);
            if (pinned != body.Flag("remove"))
                return Outcome.Refused(400, pinned ? "already_pinned" : "no_pin", "Nothing to change.");
            if (pinned)
                workspace.Unpin(channel, message, person.Id);
            else
                workspace.Pin(channel, message, person.Id);
            return Outcome.Ok();
        }
    }

    public Outcome Join(JsonObject body)
    {
        lock (workspace.Gate)
        {
            if (!Places.TryPerson(workspace, body, out var person, out var refused) || !Places.TryChannel(workspace, body, person, out var channel, out refused))
                return refused;
            return Places.Enter(workspace, channel, person) ?? Outcome.Ok(("channel", channel.Id));
        }
    }

    public async Task<Outcome> ShortcutAsync(JsonObject body, string baseUrl, CancellationToken cancellationToken)
    {
        SlackDelivery delivery;
        SlackChannel channel;
        Person person;
        lock (workspace.Gate)
        {
            if (Find(body, out person, out channel, out var message) is { } refused)
                return refused;
            if (workspace.Manifest.Shortcuts.FirstOrDefault(s => s.Type == "message" && s.CallbackId == body.Text("callback_id")) is not { } shortcut)
                return Outcome.Refused(400, "unknown_shortcut", $"The app's manifest has no message shortcut {body.Text("callback_id") ?? "(nothing)"}.");
            var payload = Payloads.WithMessage(Payloads.Interaction("message_action", person), channel, message);
            payload["callback_id"] = shortcut.CallbackId;
            payload["trigger_id"] = workspace.Triggers.Issue(person.Id);
            payload["response_url"] = $"{baseUrl}/response/{workspace.ResponseUrls.Issue(channel.Id, person.Id, message.Ts)}";
            payload["message_ts"] = message.Ts;
            payload["action_ts"] = workspace.NextTs();
            delivery = new SlackDelivery("interactive", "message_action", payload, AcceptsResponse: false) { Url = workspace.Manifest.InteractivityUrl };
        }
        var ack = await deliverer.SendAsync(delivery, cancellationToken);
        if (!ack.Accepted)
        {
            lock (workspace.Gate)
                workspace.TellPrivately(channel, person.Id, $"The shortcut did not go through: `{ack.Failure}`. The app gave no answer in time.");
        }
        return Outcome.Delivered(ack);
    }

    public Outcome HomeOpened(JsonObject body)
    {
        lock (workspace.Gate)
        {
            if (!Places.TryPerson(workspace, body, out var person, out var refused))
                return refused;
            var view = workspace.Views.Home(person.Id);
            workspace.Events.HomeOpened(workspace, person.Id, workspace.DirectMessage(person).Id, view is null ? null : Shapes.View(view));
            return Outcome.Ok();
        }
    }

    private Outcome? Find(JsonObject body, out Person person, out SlackChannel channel, out SlackMessage message)
    {
        (channel, message) = (null!, null!);
        return Places.TryPerson(workspace, body, out person!, out var refused) && Places.TryChannel(workspace, body, person, out channel!, out refused)
            && Places.TryMessage(channel, person, body.Text("ts"), out message!, out refused) ? null : refused;
    }
}
