using System.Text.Json.Nodes;

namespace ChatOps.Tests.Platforms.Pipelines;

/// <summary>GitHub with two repositories, after its description: runs are listed by name alone, their inputs are not told, logs lie elsewhere.</summary>
internal sealed class StubGitHub : StubPipelines
{
    public const string Shop = "acme/shop";
    public const string Mailer = "acme/mailer";

    public StubGitHub()
    {
        Add(101, Shop, "deploy.yml", "mei", "2026-11-18T09:20:00Z", "success", "2026-11-18T09:24:00Z", ("version", "v41"), ("environment", "production"), ("operation_id", ""), ("action", "deploy"));
        Add(103, Shop, "restart.yml", "ana", "2026-11-21T08:58:00Z", "failure", "2026-11-21T09:02:00Z", ("environment", "production"), ("operation_id", ""));
        Add(105, Shop, "deploy.yml", "tom", "2026-11-21T09:10:00Z", "success", "2026-11-21T09:12:00Z", ("version", "v42"), ("environment", "staging"), ("operation_id", ""), ("action", "deploy"));
        Add(107, Shop, "deploy.yml", "tom", "2026-11-21T09:20:00Z", "success", "2026-11-21T09:23:00Z", ("version", "v42"), ("environment", "production"), ("operation_id", ""), ("action", "deploy"));
    }

    /// <summary>Whether a dispatch is answered with the run that it became.</summary>
    public bool TellsRun { get; set; } = true;

    public bool MayPush { get; set; } = true;

    /// <summary>Whether the tests of v42 did.</summary>
    public bool Passed { get; set; }

    /// <summary>The file of each workflow.</summary>
    public string Workflow { get; set; } = "run-name: x\non: { workflow_dispatch: { inputs: { version, environment, operation_id, action } } }";

    protected override bool Knows(HttpRequest request) => request.Path == "/blob/log" || request.Headers.Authorization == $"Bearer {Token}";

    protected override Task AnswerAsync(HttpContext context, string[] path, string body)
    {
        context.Response.Headers["x-ratelimit-remaining"] = "4971";
        if (path is ["rate_limit"]) return JsonAsync(context, new JsonObject());
        if (path is ["blob", "log"]) return LogAsync(context);
        if (path is not ["repos", var owner, var name, ..] || $"{owner}/{name}" is not (Shop or Mailer)) return RefuseAsync(context, 404, "Not Found");
        var place = $"{owner}/{name}";
        return path[3..] switch
        {
            [] => JsonAsync(context, new JsonObject { ["full_name"] = place, ["permissions"] = new JsonObject { ["push"] = MayPush } }),
            ["actions", "workflows", ("deploy.yml" or "restart.yml") and var file] => JsonAsync(context, new JsonObject { ["state"] = "active", ["path"] = $".github/workflows/{file}" }),
            ["contents", ".github/workflows/deploy.yml" or ".github/workflows/restart.yml"] => JsonAsync(context, new JsonObject { ["content"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Workflow)).Insert(8, "\n") }),
            ["actions", "workflows", var workflow, "dispatches"] => DispatchAsync(context, place, workflow, body),
            ["actions", "workflows", var workflow, "runs"] => JsonAsync(context, new JsonObject { ["workflow_runs"] = new JsonArray([.. Of(place, workflow).Select(Run)]) }),
            ["actions", "runs", var id] => JsonAsync(context, Run(Runs[long.Parse(id, null)])),
            ["actions", "runs", var id, "cancel"] => CancelAsync(context, Runs[long.Parse(id, null)]),
            ["actions", "runs", var id, "jobs"] => JsonAsync(context, new JsonObject { ["jobs"] = new JsonArray([.. Jobs(Runs[long.Parse(id, null)])]) }),
            ["actions", "jobs", _, "logs"] => RedirectAsync(context),
            ["tags"] => JsonAsync(context, new JsonArray(Tag("v41", "c41"), Tag("v42", "c42"), Tag("nightly@2026", "c42"))),
            ["git", "ref", "tags/v41" or "tags/v42"] => JsonAsync(context, new JsonObject { ["ref"] = path[^1] }),
            ["git", "ref", _] => RefuseAsync(context, 404, "Not Found: password=hunter2hunter2"),
            ["commits", "c41"] => JsonAsync(context, Commit("c41", "mei", "2026-11-18T08:41:00Z", "Carts")),
            ["commits", "c42"] => JsonAsync(context, Commit("c42", "tom", "2026-11-21T08:41:00Z", "Remember the country\n\nLonger.")),
            ["commits", _, "status"] => JsonAsync(context, new JsonObject { ["state"] = "pending", ["total_count"] = 0 }),
            ["commits", var sha, "check-runs"] => JsonAsync(context, new JsonObject { ["check_runs"] = sha == "c42" ? Checks() : new JsonArray() }),
            ["compare", var baseHead] => CompareAsync(context, place, baseHead),
            _ => RefuseAsync(context, 404, "Not Found"),
        };
    }

    /// <summary>Without pages, of very many commits the newest 250.</summary>
    private Task CompareAsync(HttpContext context, string place, string baseHead)
    {
        if (baseHead.Split("...") is not [var from, var to] || Between(from, to) is not { } commits || Between(to, from) is not { } behind) return RefuseAsync(context, 404, "Not Found");
        return JsonAsync(context, new JsonObject
        {
            ["status"] = commits.Count > 0 ? "ahead" : behind.Count > 0 ? "behind" : "identical", ["ahead_by"] = commits.Count, ["behind_by"] = behind.Count, ["total_commits"] = commits.Count,
            ["html_url"] = $"https://github.com/{place}/compare/{from}...{to}", ["commits"] = new JsonArray([.. commits.TakeLast(250).Select(c => Commit(c.Sha, c.By, Time(c.At), c.Message))]), ["files"] = new JsonArray(),
        });
    }

    private async Task DispatchAsync(HttpContext context, string place, string workflow, string body)
    {
        var asked = JsonNode.Parse(body)!;
        var run = Start(place, workflow, asked["inputs"]!.AsObject().ToDictionary(i => i.Key, i => (string)i.Value!, StringComparer.Ordinal));
        await AfterAction(context);
        if (context.RequestAborted.IsCancellationRequested) return;
        if (TellsRun) await JsonAsync(context, new JsonObject { ["workflow_run_id"] = run.Id, ["run_url"] = $"{Url}repos/{place}/actions/runs/{run.Id}", ["html_url"] = Page(run) });
        else context.Response.StatusCode = 204;
    }

    private Task CancelAsync(HttpContext context, StubRun run) =>
        Cancel(run) ? JsonAsync(context, new JsonObject(), 202) : RefuseAsync(context, 409, "Cannot cancel a workflow run that is completed.");

    private Task RedirectAsync(HttpContext context)
    {
        context.Response.Redirect($"{Url}blob/log");
        return Task.CompletedTask;
    }

    private async Task LogAsync(HttpContext context)
    {
        await context.Response.WriteAsync("\uFEFF2026-11-21T08:00:00.1234567Z of a step before\n");
        foreach (var (at, text) in Failing.Log) await context.Response.WriteAsync($"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'} \u001b[31m{text}\u001b[0m\n");
    }

    /// <summary>What the workflows' run-name makes of the inputs.</summary>
    private static string Title(StubRun run) => run.Pipeline == "deploy.yml"
        ? $"{run.Inputs["action"]} {run.Inputs["version"]} to {run.Inputs["environment"]} ({run.Inputs["operation_id"]})"
        : $"Restart {run.Inputs["environment"]} ({run.Inputs["operation_id"]})";

    private static string Page(StubRun run) => $"https://github.com/{run.Place}/actions/runs/{run.Id}";

    private static JsonObject Run(StubRun run)
    {
        var over = run.State is "success" or "failure" or "cancelled";
        return new()
        {
            ["id"] = run.Id, ["display_title"] = Title(run), ["status"] = over ? "completed" : run.State == "running" ? "in_progress" : run.State, ["conclusion"] = over ? run.State : null,
            ["created_at"] = Time(run.At), ["updated_at"] = Time(run.EndedAt ?? run.At), ["html_url"] = Page(run), ["check_suite_id"] = run.Id,
            ["actor"] = new JsonObject { ["login"] = run.By }, ["triggering_actor"] = new JsonObject { ["login"] = run.By },
        };
    }

    private static IEnumerable<JsonObject> Jobs(StubRun run)
    {
        var (job, step) = run.State switch { "running" => ("in_progress", "in_progress"), "success" or "failure" => ("completed", "completed"), var other => (other, "queued") };
        var ended = run.State is "success" or "failure" ? run.State : null;
        yield return new()
        {
            ["id"] = run.Id * 10, ["name"] = "roll-out", ["status"] = job, ["conclusion"] = ended, ["started_at"] = Time(run.At),
            ["steps"] = new JsonArray(
                new JsonObject { ["name"] = "Set up", ["status"] = "completed", ["conclusion"] = "success", ["number"] = 1, ["started_at"] = Time(run.At) },
                new JsonObject { ["name"] = "Apply", ["status"] = step, ["conclusion"] = ended, ["number"] = 2, ["started_at"] = Time(run.At.AddSeconds(30)) }),
        };
    }

    private static JsonObject Tag(string name, string sha) => new() { ["name"] = name, ["commit"] = new JsonObject { ["sha"] = sha } };

    private static JsonObject Commit(string sha, string by, string at, string message) => new()
    {
        ["sha"] = sha, ["author"] = new JsonObject { ["login"] = by },
        ["commit"] = new JsonObject { ["message"] = message, ["author"] = new JsonObject { ["name"] = by, ["date"] = at }, ["committer"] = new JsonObject { ["date"] = at } },
    };

    /// <summary>The tests, and the deploy itself, which is none.</summary>
    private JsonArray Checks() => new(
        new JsonObject { ["name"] = "test", ["status"] = "completed", ["conclusion"] = Passed ? "success" : "failure", ["check_suite"] = new JsonObject { ["id"] = 9 } },
        new JsonObject { ["name"] = "roll-out", ["status"] = "in_progress", ["conclusion"] = null, ["check_suite"] = new JsonObject { ["id"] = 107 } });
}
