using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace ChatOps.Tests.Platforms.Pipelines;

/// <summary>Jenkins with a folder of jobs: a build waits in the queue first, keeps the parameters that its job declares, and is asked for with a crumb where there is no API token.</summary>
internal sealed class StubJenkins : StubPipelines
{
    public const string Deploy = "team/shop-deploy";
    public const string Restart = "team/shop-restart";
    public const string Mailer = "team/mailer-restart";
    public const string Builds = "team/shop";
    public const string User = "chatops";

    private static readonly string Basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Token}"));

    public StubJenkins()
    {
        Add(101, Deploy, "", "mei", "2026-11-18T09:20:00Z", "success", "2026-11-18T09:24:00Z", ("version", "v41"), ("environment", "production"), ("operation_id", ""), ("action", "deploy"));
        Add(103, Restart, "", "ana", "2026-11-21T08:58:00Z", "failure", "2026-11-21T09:02:00Z", ("environment", "production"), ("operation_id", ""));
        Add(105, Deploy, "", "tom", "2026-11-21T09:10:00Z", "success", "2026-11-21T09:12:00Z", ("version", "v42"), ("environment", "staging"), ("operation_id", ""), ("action", "deploy"));
        Add(107, Deploy, "", "tom", "2026-11-21T09:20:00Z", "success", "2026-11-21T09:23:00Z", ("version", "v42"), ("environment", "production"), ("operation_id", ""), ("action", "deploy"));
    }

    public List<string> Declared { get; } = ["version", "environment", "operation_id", "action"];

    /// <summary>A request without it is refused.</summary>
    public string? Crumb { get; set; }

    public bool HasStages { get; set; } = true;

    /// <summary>The queue has forgotten its items, as it does minutes after they left it.</summary>
    public bool ForgetsItems { get; set; }

    protected override bool Knows(HttpRequest request) => request.Headers.Authorization == Basic;

    protected override Task AnswerAsync(HttpContext context, string[] path, string body)
    {
        context.Response.Headers["X-Jenkins"] = "2.528";
        if (path is ["api", "json"]) return JsonAsync(context, new JsonObject { ["mode"] = "NORMAL" });
        if (path is ["queue", "api", "json"]) return JsonAsync(context, new JsonObject { ["items"] = new JsonArray([.. Runs.Values.Where(r => r.State == "queued").Select(Item)]) });
        if (path is ["queue", "item", var item, "api", "json"]) return ForgetsItems || !Runs.TryGetValue(long.Parse(item, null), out var run) ? NotFoundAsync(context) : JsonAsync(context, Item(run));
        if (path is ["crumbIssuer", "api", "json"]) return CrumbAsync(context);
        if (path is ["queue", "cancelItem"]) return CancelAsync(context, Runs[long.Parse(context.Request.Query["id"]!, null)], waits: true);
        if (path is not ["job", "team", "job", var name, .. var rest]) return NotFoundAsync(context);
        var job = $"team/{name}";
        if (job == Builds) return JsonAsync(context, VersionBuilds());
        if (job is not (Deploy or Restart or Mailer)) return NotFoundAsync(context);
        return rest switch
        {
            ["api", "json"] when context.Request.Query["tree"].ToString().StartsWith("property", StringComparison.Ordinal) => JsonAsync(context, new JsonObject
            {
                ["property"] = new JsonArray(new JsonObject(), new JsonObject { ["parameterDefinitions"] = new JsonArray([.. Declared.Select(d => new JsonObject { ["name"] = d })]) }),
            }),
            ["api", "json"] => JsonAsync(context, new JsonObject { ["nextBuildNumber"] = Runs.Values.Where(r => r.State != "queued").Max(r => r.Id) + 1, ["builds"] = new JsonArray([.. Of(job).Where(r => r.State != "queued").Select(Build)]) }),
            ["buildWithParameters"] => StartAsync(context, job, body),
            [var number, "api", "json"] => JsonAsync(context, Build(Runs[long.Parse(number, null)])),
            [var number, "wfapi", "describe"] => HasStages ? JsonAsync(context, Stages(Runs[long.Parse(number, null)])) : NotFoundAsync(context),
            [var number, "stop"] => CancelAsync(context, Runs[long.Parse(number, null)], waits: false),
            [_, "logText", "progressiveText"] => LogAsync(context),
            _ => NotFoundAsync(context),
        };
    }

    /// <summary>As a browser wants it: the page that comes next.</summary>
    private async Task CancelAsync(HttpContext context, StubRun run, bool waits)
    {
        if (!await HasCrumbAsync(context)) return;
        if (waits && run.State != "queued")
        {
            await NotFoundAsync(context);
            return;
        }
        Cancel(run);
        context.Response.Redirect("http://jenkins.internal:8080/");
    }

    private async Task<bool> HasCrumbAsync(HttpContext context)
    {
        if (Crumb is null || (context.Request.Headers["Jenkins-Crumb"] == Crumb && context.Request.Headers.Cookie == "JSESSIONID.1=s-1")) return true;
        context.Response.StatusCode = 403;
        await context.Response.WriteAsync("<html>No valid crumb was included in the request</html>");
        return false;
    }

    private async Task StartAsync(HttpContext context, string job, string body)
    {
        if (!await HasCrumbAsync(context)) return;
        var given = QueryHelpers.ParseQuery(body).Where(p => Declared.Contains(p.Key)).ToDictionary(p => p.Key, p => p.Value.ToString(), StringComparer.Ordinal);
        var run = Start(job, "", given);
        await AfterAction(context);
        if (context.RequestAborted.IsCancellationRequested) return;
        context.Response.StatusCode = 201;
        // By the name that Jenkins has for itself, which need not be the one it was called by.
        context.Response.Headers.Location = $"http://jenkins.internal:8080/queue/item/{run.Id}/";
    }

    private Task CrumbAsync(HttpContext context)
    {
        if (Crumb is null) return NotFoundAsync(context);
        context.Response.Headers.SetCookie = "JSESSIONID.1=s-1; Path=/; HttpOnly";
        return JsonAsync(context, new JsonObject { ["crumb"] = Crumb, ["crumbRequestField"] = "Jenkins-Crumb" });
    }

    private async Task LogAsync(HttpContext context)
    {
        await context.Response.WriteAsync("");
        foreach (var (at, text) in Failing.Log) await context.Response.WriteAsync($"[{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}] \u001b[31m{text}\u001b[0m\r\n");
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return context.Response.WriteAsync("<html>password=hunter2hunter2</html>");
    }

    private static JsonArray ActionsOf(StubRun run) => new(
        new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["userId"] = run.By }) },
        new JsonObject(),
        new JsonObject { ["parameters"] = new JsonArray([.. run.Inputs.Select(i => new JsonObject { ["name"] = i.Key, ["value"] = i.Value })]) });

    private static JsonObject Item(StubRun run)
    {
        var item = new JsonObject { ["id"] = run.Id, ["why"] = "In the quiet period. Expires in 2 sec", ["inQueueSince"] = run.At.ToUnixTimeMilliseconds(), ["task"] = new JsonObject { ["url"] = $"http://jenkins.internal:8080/job/{run.Place.Replace("/", "/job/", StringComparison.Ordinal)}/" }, ["actions"] = ActionsOf(run) };
        if (run.State == "cancelled") item["cancelled"] = true;
        else if (run.State != "queued") item["executable"] = new JsonObject { ["number"] = run.Id };
        return item;
    }

    private static JsonObject Build(StubRun run) => new()
    {
        ["number"] = run.Id, ["building"] = run.State is "running" or "waiting", ["result"] = run.State switch { "success" => "SUCCESS", "failure" => "FAILURE", "cancelled" => "ABORTED", _ => null },
        ["timestamp"] = run.At.ToUnixTimeMilliseconds(), ["duration"] = (long)((run.EndedAt ?? run.At) - run.At).TotalMilliseconds, ["url"] = $"http://jenkins.internal:8080/{run.Id}/", ["actions"] = ActionsOf(run),
    };

    private static JsonObject Stages(StubRun run) => new()
    {
        ["stages"] = new JsonArray(
            new JsonObject { ["name"] = "Set up", ["status"] = "SUCCESS" },
            new JsonObject { ["name"] = "Roll out", ["status"] = run.State switch { "failure" => "FAILED", "waiting" => "PAUSED_PENDING_INPUT", "success" => "SUCCESS", _ => "IN_PROGRESS" } }),
    };

    private static JsonObject VersionBuilds() => new()
    {
        ["name"] = "shop",
        ["builds"] = new JsonArray(
            new JsonObject { ["displayName"] = "v43", ["building"] = true, ["result"] = null },
            new JsonObject
            {
                ["displayName"] = "v42", ["building"] = false, ["result"] = "UNSTABLE", ["timestamp"] = DateTimeOffset.Parse("2026-11-21T08:41:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(),
                ["actions"] = new JsonArray(new JsonObject { ["lastBuiltRevision"] = new JsonObject { ["SHA1"] = "c42" } }),
                ["changeSets"] = new JsonArray(new JsonObject { ["items"] = new JsonArray(new JsonObject { ["msg"] = "Remember the country\n", ["author"] = new JsonObject { ["fullName"] = "tom" } }) }),
            },
            new JsonObject { ["displayName"] = "#40", ["building"] = false, ["result"] = "FAILURE" }),
    };
}
