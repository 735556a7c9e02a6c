using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.WebApi;

namespace ChatOps.Sandbox.Workspace;

/// <summary>The address given with every interaction: post, replace or delete, five times in 30 minutes.</summary>
internal sealed class ResponseUrlEndpoint(SlackWorkspace workspace, Traffic traffic)
{
    public async Task HandleAsync(HttpContext context, string key, CancellationToken cancellationToken)
    {
        var at = traffic.Now;
        var started = Stopwatch.GetTimestamp();
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = JsonReading.TryParse(await reader.ReadToEndAsync(cancellationToken)) as JsonObject;
        SlackAnswer answer;
        lock (workspace.Gate)
            answer = Answer(key, body);
        traffic.Record("response_url", "response_url", body, at, answer.Status, answer.Body, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(answer.Body.ToJsonString(JsonReading.Compact), cancellationToken);
    }

    /// <summary>Says something in answer to an interaction; the same body is what a slash command may be acknowledged with.</summary>
    public static SlackAnswer Say(SlackWorkspace workspace, ResponseUrls.Grant grant, JsonObject body)
    {
        if (workspace.Channels.Find(c => c.Id == grant.ChannelId) is not { } channel)
            return SlackAnswer.Error("channel_not_found");
        var original = channel.Find(grant.OriginalTs);
        if (body.Flag("delete_original"))
        {
            if (original is null)
                return SlackAnswer.Error("message_not_found");
            workspace.Remove(channel, original);
            return SlackAnswer.Ok();
        }
        if (MessageContent.Refuse(body) is { } refusal)
            return refusal;
        if (MessageContent.IsEmpty(body))
            return SlackAnswer.Error("no_text");
        if (body.Flag("replace_original") && original is not null)
        {
            ChatMethods.Apply(workspace, channel, original, body);
            return SlackAnswer.Ok();
        }
        var inChannel = body.Text("response_type") == "in_channel";
        var message = MessageContent.Body(body);
        if (body.Text("thread_ts") is { Length: > 0 } threadTs)
            message["thread_ts"] = threadTs;
        if (!inChannel)
            message["is_ephemeral"] = true;
        workspace.Post(channel, message, inChannel ? null : grant.UserId);
        return SlackAnswer.Ok();
    }

    private SlackAnswer Answer(string key, JsonObject? body)
    {
        if (body is null)
            return SlackAnswer.Error("invalid_payload") with { Status = StatusCodes.Status400BadRequest };
        var (grant, error) = workspace.ResponseUrls.Take(key);
        if (grant is null)
            return SlackAnswer.Error(error!) with { Status = StatusCodes.Status404NotFound };
        var answer = Say(workspace, grant, body);
        return answer.IsOk ? answer : answer with { Status = StatusCodes.Status400BadRequest };
    }
}
