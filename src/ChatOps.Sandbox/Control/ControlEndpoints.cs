using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace;
using ChatOps.Sandbox.Workspace.Delivery;
using ChatOps.Sandbox.Workspace.People;

namespace ChatOps.Sandbox.Control;

/// <summary>What people do, and what goes wrong: the POST half of the control interface.</summary>
/// <remarks>
/// Every call takes a JSON object; users and channels by name or id. What people do: <c>command</c>, <c>click</c>, <c>submit</c>, <c>close_view</c>, <c>message</c> (with <c>thread_ts</c> a reply),
/// <c>edit</c>, <c>delete</c>, <c>share</c> (a file), <c>react</c> and <c>pin</c> (with <c>remove</c> the other way), <c>shortcut</c>, <c>join</c>, <c>leave</c>, <c>invite</c> and <c>kick</c> {whom},
/// <c>topic</c>, <c>home_opened</c>. What administrators do: <c>rename</c>, <c>archive</c> and <c>deactivate</c> (with <c>remove</c> the other way), <c>delete_channel</c>,
/// <c>revoke</c> {error} (the bot's token; with <c>remove</c> it is good again). What goes wrong: <c>faults</c>, <c>faults/release</c>, <c>faults/clear</c>. And <c>clock</c>, <c>verify_url</c>.
/// </remarks>
internal sealed class ControlEndpoints(SlackWorkspace workspace, Deliverer deliverer, SocketModeServer sockets, Faults faults, SandboxHost host)
{
    public void Map(WebApplication app)
    {
        var command = new TypeCommand(workspace, deliverer);
        var click = new Click(workspace, deliverer);
        var form = new SubmitForm(workspace, deliverer);
        var talk = new Talk(workspace, deliverer);
        Post(app, "command", (body, token) => command.RunAsync(body, host.BaseUrl, token));
        Post(app, "click", (body, token) => click.RunAsync(body, host.BaseUrl, token));
        Post(app, "submit", form.RunAsync);
        Post(app, "close_view", form.CloseAsync);
        Post(app, "message", (body, _) => Task.FromResult(talk.Message(body)));
        Post(app, "react", (body, _) => Task.FromResult(talk.React(body)));
        Post(app, "pin", (body, _) => Task.FromResult(talk.Pin(body)));
        Post(app, "join", (body, _) => Task.FromResult(talk.Join(body)));
        var rewrite = new Rewrite(workspace);
        var house = new Housekeeping(workspace);
        Post(app, "edit", (body, _) => Task.FromResult(rewrite.Edit(body)));
        Post(app, "delete", (body, _) => Task.FromResult(rewrite.Delete(body)));
        Post(app, "share", (body, _) => Task.FromResult(rewrite.Share(body, host.BaseUrl)));
        foreach (var (name, act) in (ReadOnlySpan<(string, Func<JsonObject, Outcome>)>)
            [
                ("leave", house.Leave), ("kick", house.Kick), ("invite", house.Invite), ("topic", house.Topic), ("rename", house.Rename), ("archive", house.Archive),
                ("delete_channel", house.DeleteChannel), ("deactivate", house.Deactivate), ("revoke", house.Revoke),
            ])
            Post(app, name, (body, _) => Task.FromResult(act(body)));
        Post(app, "shortcut", (body, token) => talk.ShortcutAsync(body, host.BaseUrl, token));
        Post(app, "home_opened", (body, _) => Task.FromResult(talk.HomeOpened(body)));
        Post(app, "faults", ArmAsync);
        Post(app, "faults/release", (body, _) => Task.FromResult(Outcome.Ok(("released", faults.Release(body.Number("id"))))));
        Post(app, "faults/clear", (_, _) =>
        {
            faults.Clear();
            return Task.FromResult(Outcome.Ok());
        });
        Post(app, "clock", (body, _) => Task.FromResult(Advance(body)));
        Post(app, "verify_url", VerifyAsync);
    }

    private async Task<Outcome> ArmAsync(JsonObject body, CancellationToken cancellationToken)
    {
        // Sockets are dropped at once; only together with a method does it mean the connection of that call.
        if (body.Text("method") is null && body["disconnect"] is { } disconnect && disconnect.Text() is not "false")
        {
            var reason = disconnect.OnlyString();
            if (reason is not (null or "warning" or "refresh_requested" or "link_disabled"))
                return Outcome.Refused(400, "invalid_fault", $"\"disconnect\" is {reason}; it can be true, warning, refresh_requested or link_disabled.");
            return Outcome.Ok(("dropped", await sockets.DisconnectAsync(reason, cancellationToken)));
        }
        var (fault, mistake) = faults.Arm(body);
        return fault is null ? Outcome.Refused(400, "invalid_fault", mistake!) : Outcome.Ok(("fault", fault.Show()));
    }

    private Outcome Advance(JsonObject body)
    {
        if (!double.TryParse(body.Text("advance_s"), System.Globalization.CultureInfo.InvariantCulture, out var seconds) || !double.IsFinite(seconds) || Math.Abs(seconds) > 31_536_000)
            return Outcome.Refused(400, "invalid_advance", "\"advance_s\" is a number of seconds, at most a year.");
        host.Advance(TimeSpan.FromSeconds(seconds));
        workspace.Hints.Publish("clock");
        return Outcome.Ok(("now", workspace.Clock.GetUtcNow().ToString("O")));
    }

    /// <summary>What Slack does when an events address is saved: it must send the challenge back.</summary>
    private async Task<Outcome> VerifyAsync(JsonObject body, CancellationToken cancellationToken)
    {
        var challenge = Guid.NewGuid().ToString("N");
        var payload = new JsonObject { ["type"] = "url_verification", ["token"] = "sandbox-legacy-token", ["challenge"] = challenge };
        var ack = await deliverer.SendAsync(new SlackDelivery("events_api", "url_verification", payload, AcceptsResponse: true) { Url = workspace.Manifest.EventsUrl }, cancellationToken);
        var echoed = ack.Body is JsonObject answer ? answer.Text("challenge") : ack.Body.Text();
        return Outcome.Delivered(ack, ("verified", ack.Accepted && echoed == challenge));
    }

    /// <summary>What a person did in Slack is done, whether or not their browser still waits for the answer: only the end of the sandbox cancels it.</summary>
    private void Post(WebApplication app, string name, Func<JsonObject, CancellationToken, Task<Outcome>> act) =>
        app.MapPost($"/control/{name}", async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var text = await reader.ReadToEndAsync(context.RequestAborted);
            var outcome = (text.Length == 0 ? new JsonObject() : JsonReading.TryParse(text)) is JsonObject body
                ? await act(body, host.Stopping)
                : Outcome.Refused(400, "invalid_json", "The body must be a JSON object.");
            await WriteAsync(context, outcome);
        });

    public static async Task WriteAsync(HttpContext context, Outcome outcome)
    {
        context.Response.StatusCode = outcome.Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(outcome.Body.ToJsonString(JsonReading.Compact), context.RequestAborted);
    }
}
