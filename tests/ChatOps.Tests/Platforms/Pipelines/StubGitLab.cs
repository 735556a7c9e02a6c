using System.Text.Json.Nodes;

namespace ChatOps.Tests.Platforms.Pipelines;

/// <summary>GitLab with two projects: one pipeline for everything, told apart by the variables that it was started with.</summary>
internal sealed class StubGitLab : StubPipelines
{
    public const string Shop = "acme/shop";
    public const string Mailer = "acme/mailer";

    public StubGitLab()
    {
        Add(101, Shop, "web", "mei", "2026-11-18T09:20:00Z", "success", "2026-11-18T09:24:00Z", ("VERSION", "v41"), ("ENVIRONMENT", "production"), ("OPERATION_ID", ""), ("ACTION", "deploy"));
        Add(103, Shop, "web", "ana", "2026-11-21T08:58:00Z", "failure", "2026-11-21T09:02:00Z", ("ENVIRONMENT", "production"), ("OPERATION_ID", ""), ("RESTART", "true"));
        Add(104, Shop, "push", "tom", "2026-11-21T09:05:00Z", "failure", "2026-11-21T09:06:00Z");
        Add(105, Shop, "web", "tom", "2026-11-21T09:10:00Z", "success", "2026-11-21T09:12:00Z", ("VERSION", "v42"), ("ENVIRONMENT", "staging"), ("OPERATION_ID", ""), ("ACTION", "deploy"));
        Add(107, Shop, "web", "tom", "2026-11-21T09:20:00Z", "success", "2026-11-21T09:23:00Z", ("VERSION", "v42"), ("ENVIRONMENT", "production"), ("OPERATION_ID", ""), ("ACTION", "deploy"));
    }

    public int AccessLevel { get; set; } = 30;

    protected override bool Knows(HttpRequest request) => request.Headers["PRIVATE-TOKEN"] == Token;

    protected override Task AnswerAsync(HttpContext context, string[] path, string body)
    {
        if (path is ["api", "v4", "version"]) return JsonAsync(context, new JsonObject { ["version"] = "18.5.0" });
        if (path is not ["api", "v4", "projects", (Shop or Mailer) and var place, ..]) return RefuseAsync(context, 404, "404 Project Not Found");
        return path[4..] switch
        {
            [] => JsonAsync(context, new JsonObject { ["permissions"] = new JsonObject { ["project_access"] = new JsonObject { ["access_level"] = AccessLevel }, ["group_access"] = null } }),
            ["pipeline"] => StartAsync(context, place, body),
            // What a push made of the tag's commit, and nothing of the other.
            ["pipelines"] when context.Request.Query["source"] == "push" => JsonAsync(context, new JsonArray([.. Of(place, "push").Where(_ => context.Request.Query["sha"] == "c42").Select(Pipeline)])),
            ["pipelines"] => JsonAsync(context, new JsonArray([.. Of(place).Select(Pipeline)])),
            ["pipelines", var id] => JsonAsync(context, Pipeline(Runs[long.Parse(id, null)], "user")),
            ["pipelines", var id, "variables"] => JsonAsync(context, new JsonArray([.. Runs[long.Parse(id, null)].Inputs.Select(i => new JsonObject { ["key"] = i.Key, ["value"] = i.Value })])),
            ["pipelines", var id, "cancel"] => CancelAsync(context, Runs[long.Parse(id, null)]),
            ["pipelines", var id, "jobs"] => JsonAsync(context, new JsonArray([.. Jobs(Runs[long.Parse(id, null)])])),
            ["jobs", _, "trace"] => TraceAsync(context),
            ["repository", "tags"] => JsonAsync(context, new JsonArray(Tag("v42", "c42", "tom", "2026-11-21T08:41:00Z", "Remember the country"), Tag("v41", "c41", "mei", "2026-11-18T08:41:00Z", "Carts"))),
            ["repository", "tags", "v41" or "v42"] => JsonAsync(context, new JsonObject { ["name"] = path[^1] }),
            ["repository", "tags", _] => RefuseAsync(context, 404, "404 Tag Not Found, password=hunter2hunter2"),
            ["repository", "compare"] => CompareAsync(context, place, context.Request.Query["from"]!, context.Request.Query["to"]!),
            _ => RefuseAsync(context, 404, "404 Not Found"),
        };
    }

    private Task CompareAsync(HttpContext context, string place, string from, string to) => Between(from, to) is not { } commits ? RefuseAsync(context, 404, "404 Ref Not Found")
        : JsonAsync(context, new JsonObject
        {
            ["commit"] = commits.Count > 0 ? Commit(commits[^1]) : null, ["commits"] = new JsonArray([.. commits.Select(Commit)]), ["diffs"] = new JsonArray(),
            ["compare_timeout"] = false, ["compare_same_ref"] = Tags[from] == Tags[to], ["web_url"] = $"https://gitlab.com/{place}/-/compare/{from}...{to}",
        });

    private async Task StartAsync(HttpContext context, string place, string body)
    {
        var run = Start(place, "api", JsonNode.Parse(body)!["variables"]!.AsArray().ToDictionary(v => (string)v!["key"]!, v => (string)v!["value"]!, StringComparer.Ordinal));
        await AfterAction(context);
        if (!context.RequestAborted.IsCancellationRequested) await JsonAsync(context, Pipeline(run, "user"), 201);
    }

    private Task CancelAsync(HttpContext context, StubRun run)
    {
        Cancel(run);
        return JsonAsync(context, Pipeline(run, "user"));
    }

    private async Task TraceAsync(HttpContext context)
    {
        await context.Response.WriteAsync("2026-11-21T08:58:01.000000Z 00O section_start:1795251481:step_script\r\u001b[0K\n");
        foreach (var (at, text) in Failing.Log) await context.Response.WriteAsync($"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'} 01O \u001b[31m{text}\u001b[0m\n");
    }

    private static JsonObject Pipeline(StubRun run) => Pipeline(run, null);

    private static JsonObject Pipeline(StubRun run, string? user)
    {
        var json = new JsonObject
        {
            ["id"] = run.Id, ["ref"] = "main", ["source"] = run.Pipeline, ["created_at"] = Time(run.At), ["updated_at"] = Time(run.EndedAt ?? run.At), ["web_url"] = $"https://gitlab.com/{run.Place}/-/pipelines/{run.Id}",
            ["status"] = run.State switch { "queued" => "pending", "failure" => "failed", "cancelled" => "canceled", "waiting" => "manual", var other => other },
        };
        if (user is not null) json[user] = new JsonObject { ["username"] = run.By };
        return json;
    }

    private static IEnumerable<JsonObject> Jobs(StubRun run)
    {
        var status = run.State switch { "queued" => "pending", "failure" => "failed", "waiting" => "manual", var other => other };
        yield return new() { ["id"] = run.Id * 10, ["stage"] = "test", ["name"] = "lint", ["status"] = "success", ["started_at"] = Time(run.At) };
        yield return new() { ["id"] = (run.Id * 10) + 1, ["stage"] = "deploy", ["name"] = "roll-out", ["status"] = status, ["started_at"] = Time(run.At), ["failure_reason"] = status == "failed" ? "script_failure" : null };
    }

    private static JsonObject Commit(StubCommit commit) => new()
    {
        ["id"] = commit.Sha, ["title"] = commit.Message.Split('\n')[0], ["message"] = commit.Message, ["author_name"] = commit.By, ["created_at"] = Time(commit.At), ["committed_date"] = Time(commit.At),
    };

    private static JsonObject Tag(string name, string sha, string by, string at, string message) => new()
    {
        ["name"] = name, ["commit"] = new JsonObject { ["id"] = sha, ["author_name"] = by, ["created_at"] = at, ["message"] = message },
    };
}
