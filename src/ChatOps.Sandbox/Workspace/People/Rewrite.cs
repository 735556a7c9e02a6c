using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.WebApi;

namespace ChatOps.Sandbox.Workspace.People;

/// <summary>A person changes or deletes what they wrote, or shares a file.</summary>
internal sealed class Rewrite(SlackWorkspace workspace)
{
    /// <summary><c>POST /control/edit</c> {user, channel, ts, text}</summary>
    public Outcome Edit(JsonObject body)
    {
        lock (workspace.Gate)
        {
            if (FindOwn(body, out var person, out var channel, out var message) is { } refused)
                return refused;
            if (string.IsNullOrWhiteSpace(body.Text("text")))
                return Outcome.Refused(400, "no_text", "An empty message cannot be sent; delete it instead.");
            var before = message.Body.Clone();
            message.Body["text"] = Typing.Encode(workspace, body.Text("text")!, withNames: false);
            message.Body.Remove("blocks");
            message.Edits++;
            message.Body["edited"] = new JsonObject { ["user"] = person.Id, ["ts"] = workspace.NextTs() };
            workspace.Events.MessageChanged(workspace, channel, message, before);
            workspace.Hints.Publish("message", ("channel", channel.Id), ("ts", message.Ts));
            return Outcome.Ok(("ts", message.Ts), ("edit_ts", message.Body["edited"]!["ts"]!.DeepClone()));
        }
    }

    /// <summary><c>POST /control/delete</c> {user, channel, ts}</summary>
    public Outcome Delete(JsonObject body)
    {
        lock (workspace.Gate)
        {
            if (FindOwn(body, out _, out var channel, out var message) is { } refused)
                return refused;
            workspace.Remove(channel, message);
            return Outcome.Ok(("ts", message.Ts));
        }
    }

    /// <summary><c>POST /control/share</c> {user, channel, name, content, text?, title?, thread_ts?}: a file with words beside it.</summary>
    public Outcome Share(JsonObject body, string baseUrl)
    {
        lock (workspace.Gate)
        {
            if (!Places.TryPerson(workspace, body, out var person, out var refused) || !Places.TryChannel(workspace, body, person, out var channel, out refused))
                return refused;
            if (body.Text("name") is not { Length: > 0 } name)
                return Outcome.Refused(400, "no_name", "A file needs a name.");
            if (Places.Enter(workspace, channel, person) is { } closed)
                return closed;
            var content = System.Text.Encoding.UTF8.GetBytes(body.Text("content") ?? "");
            var file = new SlackFile { Id = workspace.NextId('F'), Name = name, Length = content.Length, Created = workspace.UnixNow, Title = body.Text("title") ?? name, Content = content, Completed = true };
            file.Channels.Add(channel.Id);
            workspace.Files.Add(file);
            var shown = Shapes.File(file, baseUrl);
            shown["user"] = person.Id;
            var said = new JsonObject
            {
                ["subtype"] = "file_share", ["user"] = person.Id, ["text"] = Typing.Encode(workspace, body.Text("text") ?? "", withNames: false), ["upload"] = false,
                ["files"] = new JsonArray(shown),
            };
            if (body.Text("thread_ts") is { Length: > 0 } thread)
                said["thread_ts"] = channel.Find(thread)?.ThreadTs ?? thread;
            return Outcome.Ok(("channel", channel.Id), ("ts", workspace.Post(channel, said).Ts), ("file", file.Id));
        }
    }

    private Outcome? FindOwn(JsonObject body, out Person person, out SlackChannel channel, out SlackMessage message)
    {
        (channel, message) = (null!, null!);
        if (!Places.TryPerson(workspace, body, out person!, out var refused) || !Places.TryChannel(workspace, body, person, out channel!, out refused)
            || !Places.TryMessage(channel, person, body.Text("ts"), out message!, out refused))
            return refused;
        if (channel.IsArchived)
            return Outcome.Refused(400, "is_archived", $"{channel.Name} is archived; nobody can write there.");
        return message.Body.Text("user") == person.Id ? null : Outcome.Refused(403, "not_yours", $"{person.Name} did not write that; everybody changes only what they wrote.");
    }
}
