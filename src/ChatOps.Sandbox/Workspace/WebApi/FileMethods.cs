using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>The upload in three steps: an address, the bytes, the share.</summary>
internal static class FileMethods
{
    public static SlackAnswer GetUploadUrl(SlackWorkspace workspace, ApiCall call)
    {
        if (call.Number("length") is not > 0)
            return SlackAnswer.Error("invalid_arguments", "[ERROR] must be greater than 0 [json-pointer:/length]");
        var file = new SlackFile { Id = workspace.NextId('F'), Name = call.Text("filename")!, Length = call.Number("length")!.Value, Created = workspace.UnixNow };
        workspace.Files.Add(file);
        return SlackAnswer.Ok(("upload_url", $"{call.BaseUrl}/upload/v1/{file.Id}"), ("file_id", file.Id));
    }

    /// <summary>Takes the bytes.</summary>
    /// <returns>Null, or why they are refused.</returns>
    public static string? Receive(SlackWorkspace workspace, string id, byte[] content)
    {
        if (workspace.Files.Find(f => f.Id == id) is not { Completed: false } file)
            return "file_not_found";
        if (content.Length != file.Length)
            return "length_mismatch";
        file.Content = content;
        return null;
    }

    public static SlackAnswer Complete(SlackWorkspace workspace, ApiCall call)
    {
        var wanted = (call.Node("files") as JsonArray ?? []).OfType<JsonObject>().ToList();
        if (wanted.Count == 0)
            return SlackAnswer.Error("invalid_arguments", "[ERROR] no less than 1 items required [json-pointer:/files]");
        var found = wanted.Select(w => (Title: w.Text("title"), File: workspace.Files.Find(f => f.Id == w.Text("id")))).ToList();
        if (found.Exists(f => f.File is not { Content: not null, Completed: false }))
            return SlackAnswer.Error("file_not_found");
        SlackChannel? channel = null;
        JsonObject? body = null;
        if (call.Text("channel_id") is { Length: > 0 } id)
        {
            channel = workspace.Visible(id);
            if (channel is null)
                return SlackAnswer.Error("channel_not_found");
            if (!channel.HasBot())
                return SlackAnswer.Error("not_in_channel");
            if (MessageContent.Refuse(call.Arguments) is { } refusal)
                return refusal;
            body = MessageContent.Body(call.Arguments);
            body["text"] = call.Text("initial_comment") ?? "";
            if (call.Text("thread_ts") is { Length: > 0 } threadTs)
                body["thread_ts"] = threadTs;
        }
        var shown = new JsonArray();
        foreach (var (title, file) in found)
        {
            file!.Title = title ?? "";
            file.Completed = true;
            if (channel is not null)
                file.Channels.Add(channel.Id);
            shown.Add((JsonNode)Shapes.File(file, call.BaseUrl));
        }
        if (channel is not null)
        {
            body!["files"] = shown.DeepClone();
            body["upload"] = false;
            workspace.Post(channel, body);
        }
        // As in Slack the answer does not say under which ts the file was shared.
        return SlackAnswer.Ok(("files", shown));
    }
}
