using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace;
using ChatOps.Sandbox.Workspace.People;
using ChatOps.Sandbox.Workspace.WebApi;

namespace ChatOps.Sandbox.Control;

/// <summary>What people see, and what went over the wire: the GET half of the control interface.</summary>
internal sealed class ControlQueries(SlackWorkspace workspace, Faults faults, Traffic traffic, HintStream hints, SandboxHost host)
{
    public void Map(WebApplication app)
    {
        Get(app, "users", _ => Outcome.Ok(
            ("users", List(workspace.People, ShowPerson)), ("usergroups", List(workspace.Groups, g => Shapes.Group(g, withUsers: true)))));
        Get(app, "commands", _ => Outcome.Ok(
            ("commands", List(workspace.Manifest.Commands, c => new JsonObject { ["command"] = c.Command, ["description"] = c.Description, ["usage_hint"] = c.UsageHint, ["should_escape"] = c.ShouldEscape })),
            ("shortcuts", List(workspace.Manifest.Shortcuts, s => new JsonObject { ["name"] = s.Name, ["type"] = s.Type, ["callback_id"] = s.CallbackId, ["description"] = s.Description }))));
        Get(app, "channels", request => Seen(request, person => Outcome.Ok(("channels", List(workspace.Channels.Where(c => Sees(c, person)), ShowChannel)))));
        Get(app, "messages", request => Seen(request, person => Messages(request, person)));
        Get(app, "views", request => Seen(request, person => person is null
            ? Outcome.Refused(400, "user_missing", "Say whose views, as ?user=.")
            : Outcome.Ok(("views", List(workspace.Views.Of(person.Id), ShowView)))));
        Get(app, "home", request => Seen(request, person => person is null
            ? Outcome.Refused(400, "user_missing", "Say whose Home tab, as ?user=.")
            : Outcome.Ok(("view", workspace.Views.Home(person.Id) is { } home ? ShowView(home) : null))));
        Get(app, "files", _ => Outcome.Ok(("files", List(workspace.Files.Where(f => f.Completed), f => Shapes.File(f, host.BaseUrl)))));
        Get(app, "faults", _ => Outcome.Ok(("faults", faults.Show())));
        Get(app, "clock", _ => Outcome.Ok(("now", workspace.Clock.GetUtcNow().ToString("O")), ("offset_s", host.Offset.TotalSeconds)));
        Get(app, "connections", _ => Outcome.Ok(("sockets", host.Sockets), ("transport", host.Transport.ToString())));
        Get(app, "traffic", request => Outcome.Ok(("traffic", traffic.Since(
            long.TryParse(request.Query["since"], out var since) ? since : 0, request.Query["method"].ToString() is { Length: > 0 } method ? method : null))));
        app.MapGet("/control/files/{id}", FileAsync);
        app.MapGet("/control/stream", StreamAsync);
    }

    private Outcome Messages(HttpRequest request, Person? person)
    {
        var wanted = request.Query["channel"].ToString();
        var channel = workspace.FindChannel(wanted);
        if (channel is null && person is not null && workspace.FindPerson(wanted)?.Id == SlackWorkspace.BotUserId)
            channel = workspace.DirectMessage(person);
        if (channel is null)
            return Outcome.Refused(404, "channel_not_found", $"There is no channel {wanted}; GET /control/channels lists them.");
        if (!Sees(channel, person))
            return Outcome.Refused(403, "not_a_member", $"{person!.Name} is not a member of {channel.Name} and cannot see it.");
        var shown = channel.Messages.Where(m => person is null || m.VisibleTo is null || m.VisibleTo == person.Id);
        return Outcome.Ok(("channel", channel.Id), ("messages", List(shown, m => ShowMessage(channel, m))));
    }

    private JsonObject ShowMessage(SlackChannel channel, SlackMessage message)
    {
        var shown = Shapes.Message(channel, message, allMetadata: true);
        shown["channel"] = channel.Id;
        shown["edits"] = message.Edits;
        shown["user_name"] = workspace.FindPerson(message.Body.Text("user"))?.Name;
        if (message.VisibleTo is { } only)
            shown["visible_to"] = only;
        return shown;
    }

    private static JsonObject ShowChannel(SlackChannel channel) => new()
    {
        ["id"] = channel.Id, ["name"] = channel.Name, ["is_private"] = channel.IsPrivate, ["is_im"] = channel.IsIm, ["is_archived"] = channel.IsArchived,
        ["user"] = channel.ImUser, ["topic"] = channel.Topic, ["purpose"] = channel.Purpose, ["creator"] = channel.Creator, ["created"] = channel.Created,
        ["members"] = channel.Members.ToJsonArray(), ["pins"] = channel.Pins.Select(p => p.Ts).ToJsonArray(),
        ["bookmarks"] = new JsonArray([.. channel.Bookmarks.Select(b => b.DeepClone())]), ["last_ts"] = channel.Messages.Count > 0 ? channel.Messages[^1].Ts : null,
    };

    private static JsonObject ShowView(SlackView view)
    {
        var shown = Shapes.View(view);
        shown["user"] = view.UserId;
        shown["errors"] = view.Errors.DeepClone();
        shown["failure"] = view.Failure;
        return shown;
    }

    private static JsonObject ShowPerson(Person person) => new()
    {
        ["id"] = person.Id, ["name"] = person.Name, ["real_name"] = person.RealName, ["title"] = person.Title, ["tz"] = person.TimeZone, ["is_bot"] = person.IsBot, ["deleted"] = person.IsDeactivated,
        ["bot_id"] = person.Id == SlackWorkspace.BotUserId ? SlackWorkspace.BotId : null, ["app_id"] = person.Id == SlackWorkspace.BotUserId ? SlackWorkspace.AppId : null,
        ["initials"] = string.Concat(person.RealName.Split(' ').Select(w => w[..1])),
    };

    private static bool Sees(SlackChannel channel, Person? person) => person is null || !channel.IsPrivate || channel.Members.Contains(person.Id, StringComparer.Ordinal);

    /// <summary>With <c>?user=</c> only what that person sees; without, everything.</summary>
    private Outcome Seen(HttpRequest request, Func<Person?, Outcome> show)
    {
        var wanted = request.Query["user"].ToString();
        if (wanted.Length == 0)
            return show(null);
        return workspace.FindPerson(wanted) is { } person ? show(person) : Outcome.Refused(404, "user_not_found", $"There is nobody called {wanted}; GET /control/users lists everyone.");
    }

    private async Task FileAsync(HttpContext context)
    {
        SlackFile? file;
        lock (workspace.Gate)
            file = workspace.Files.Find(f => f.Id == context.Request.RouteValues["id"] as string && f.Completed);
        if (file is null)
        {
            await ControlEndpoints.WriteAsync(context, Outcome.Refused(404, "file_not_found", "There is no such file, or its upload was never completed."));
            return;
        }
        // Never as HTML: an uploaded file must not run as a script of this page.
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.Body.WriteAsync(file.Content, context.RequestAborted);
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.Stopping);
        try
        {
            await context.Response.WriteAsync(": open\n\n", ending.Token);
            await context.Response.Body.FlushAsync(ending.Token);
            await foreach (var hint in hints.ListenAsync(ending.Token))
            {
                await context.Response.WriteAsync($"data: {hint}\n\n", ending.Token);
                await context.Response.Body.FlushAsync(ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was closed, or the sandbox stops: the stream simply ends.
            return;
        }
    }

    private void Get(WebApplication app, string name, Func<HttpRequest, Outcome> show) =>
        app.MapGet($"/control/{name}", async context =>
        {
            Outcome outcome;
            lock (workspace.Gate)
                outcome = show(context.Request);
            await ControlEndpoints.WriteAsync(context, outcome);
        });

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonObject> show) => new([.. items.Select(i => (JsonNode)show(i))]);
}
