using System.Diagnostics;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.WebApi;

namespace ChatOps.Sandbox.Workspace;

/// <summary>Where the bytes of a file go, raw or as a form, between the two calls of the Web API.</summary>
internal sealed class UploadEndpoint(SlackWorkspace workspace, Traffic traffic)
{
    public async Task HandleAsync(HttpContext context, string id, CancellationToken cancellationToken)
    {
        var at = traffic.Now;
        var started = Stopwatch.GetTimestamp();
        using var content = new MemoryStream();
        if (context.Request.HasFormContentType)
        {
            var form = await context.Request.ReadFormAsync(cancellationToken);
            if (form.Files is [var part, ..])
                await part.CopyToAsync(content, cancellationToken);
        }
        else
        {
            await context.Request.Body.CopyToAsync(content, cancellationToken);
        }
        string? refusal;
        lock (workspace.Gate)
            refusal = FileMethods.Receive(workspace, id, content.ToArray());
        context.Response.StatusCode = refusal is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        var said = refusal ?? $"OK - {content.Length}";
        traffic.Record("upload", "upload", new JsonObject { ["file"] = id, ["bytes"] = content.Length }, at, context.Response.StatusCode, said, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        await context.Response.WriteAsync(said, cancellationToken);
    }
}
