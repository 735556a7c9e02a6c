using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatOps.Tests.Platforms.Described;

/// <summary>A deploy service that has nothing in common with docs/http-platform.md: the one of the example in docs/described-platform.md.</summary>
internal sealed class StubDepot : IAsyncDisposable
{
    public const string Key = "key-0815-not-to-be-shown";

    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, JsonObject> jobs = new(StringComparer.Ordinal);
    private int number;

    private StubDepot(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = null!;

    public int Actions => jobs.Count;

    public ConcurrentQueue<string> Calls { get; } = new();

    public ConcurrentQueue<(long Ms, string Text)> Log { get; } = new();

    /// <summary>Body of the latest action that had one.</summary>
    public JsonObject? LastBody { get; private set; }

    /// <summary>Runs before a call is answered; true: it answered or broke the call by itself.</summary>
    public Func<HttpContext, Task<bool>> Misbehave { get; set; } = _ => Task.FromResult(false);

    /// <summary>After a job was taken, before its answer goes out.</summary>
    public Func<HttpContext, Task> AfterAction { get; set; } = _ => Task.CompletedTask;

    /// <summary>Answers of reads by their path, instead of the usual ones.</summary>
    public ConcurrentDictionary<string, string> Instead { get; } = new(StringComparer.Ordinal);

    public static async Task<StubDepot> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var stub = new StubDepot(builder.Build());
        stub.app.Run(stub.AnswerAsync);
        await stub.app.StartAsync();
        stub.Url = new(stub.app.Urls.Single());
        return stub;
    }

    public void End(string key, string phase) => jobs[key]["phase"] = phase;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    public static async Task JsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);
    }

    public static Task ProblemAsync(HttpContext context, int status, string word, string text) =>
        JsonAsync(context, status, new JsonObject { ["problem"] = new JsonObject { ["word"] = word, ["text"] = text } }.ToJsonString());

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!;
        Calls.Enqueue($"{request.Method} {context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget}");
        if (await Misbehave(context)) return;
        if (request.Headers["X-Depot-Key"] != Key) await ProblemAsync(context, 401, "who_are_you", $"Nobody knows {request.Headers["X-Depot-Key"]}.");
        else if (Instead.TryGetValue(path, out var instead) && request.Method == "GET") await JsonAsync(context, 200, instead);
        else if (path == "/jobs") await JsonAsync(context, 200, new JsonObject { ["jobs"] = new JsonArray([.. jobs.Where(j => j.Key == request.Query["key"]).Select(j => j.Value.DeepClone())]) }.ToJsonString());
        else if (path.StartsWith("/jobs/", StringComparison.Ordinal)) await JobAsync(context, path["/jobs/".Length..]);
        else if (request.Query["stage"] != "production" && request.Method is "GET" or "PUT" or "DELETE") await ProblemAsync(context, 404, "no_such_stage", "There is no such stage.");
        else if (request.Method != "GET") await ActAsync(context, path);
        else await ReadAsync(context, path);
    }

    private async Task ReadAsync(HttpContext context, string path)
    {
        var request = context.Request;
        var of = path.Split('/') is ["", "apps", "shop", .. var rest] ? string.Join('/', rest) : "?";
        if (of == "served" && request.Query["build"] != "v42") await ProblemAsync(context, 422, "no_such_build", "No such build.");
        else if (of == "output") await JsonAsync(context, 200, Rows(int.TryParse(request.Query["last"], out var last) ? last : int.MaxValue));
        else if (Answers.TryGetValue(of, out var answer)) await JsonAsync(context, 200, answer);
        else await ProblemAsync(context, 404, "no_such_app", "There is no such app here.");
    }

    private async Task ActAsync(HttpContext context, string path)
    {
        var request = context.Request;
        var body = request.ContentLength > 0 ? (await JsonNode.ParseAsync(request.Body))!.AsObject() : [];
        if (body.Count > 0) LastBody = body;
        var key = request.Headers["Idempotency-Key"].FirstOrDefault() ?? request.Query["key"].FirstOrDefault() ?? throw new InvalidOperationException("An action without its key.");
        if (path.Split('/') is not ["", "apps", "shop" or "mailer", "jobs" or "copies" or "beside", ..])
        {
            await ProblemAsync(context, 404, "no_such_app", "There is no such app here.");
            return;
        }
        if ((string?)body["build"]?["tag"] is { } tag && tag is not ("v41" or "v42"))
        {
            await ProblemAsync(context, 422, "no_such_build", $"There is no build {tag}. Password=hunter2hunter2 was asked with.");
            return;
        }
        var rev = (long?)body["if_rev"] ?? (long.TryParse(request.Query["if_rev"], out var asked) ? asked : null);
        if (!jobs.ContainsKey(key) && rev is not (null or 7))
        {
            await ProblemAsync(context, 409, "moved_on", $"It is at 7, not {rev}.");
            return;
        }
        var job = jobs.GetOrAdd(key, _ => new JsonObject { ["no"] = Interlocked.Increment(ref number), ["key"] = key, ["phase"] = "queued", ["from_ms"] = 1795253160000, ["do"] = path });
        await AfterAction(context);
        if (!context.RequestAborted.IsCancellationRequested) await JsonAsync(context, 202, job.ToJsonString());
    }

    private Task JobAsync(HttpContext context, string no) =>
        jobs.Values.FirstOrDefault(j => j["no"]!.ToJsonString() == no) is { } job ? JsonAsync(context, 200, job.ToJsonString()) : ProblemAsync(context, 404, "no_such_job", $"There is no job {no}.");

    private string Rows(int last) =>
        JsonSerializer.Serialize(new { rows = Log.TakeLast(last).Select(l => new { ms = l.Ms, msg = l.Text, node = "shop-1" }) });

    private static readonly Dictionary<string, string> Answers = new(StringComparer.Ordinal)
    {
        [""] = """
            {"app":{"health":"replaying","note":"replays its log; password=hunter2hunter2","rev":7,"build":{"tag":"v42","since":1795252800000,"by":"tom"},"nodes":{"up":0,"wanted":"1"},
             "env":[{"name":"DATABASE_URL"},{"name":"INVENTORY_URL"}],"copies":[{"ms":1795140000000},{"ms":1795226400000}],
             "crash":{"ms":1795253050000,"sig":9,"why":"oom"},"beside":{"tag":"v43","health":"Healthy","share":25,"note":null}}}
            """,
        ["builds"] = """
            [{"tag":"v41","git":{"sha":"9f3c2ab","by":"mei","says":"m"},"live_ms":1794993600000,"where":"shelf"},
             {"tag":"v42","git":{"sha":"c41e7d0","by":"tom","says":"Remember the country"},"live_ms":1795252800000,"where":"live","image":"sha256:5d0c","ci":"red",
              "needs":{"schema":"2026-11-20","back_to":"v40","migrations":["0007_country"],"env":["DATABASE_URL","COUNTRY_URL"]}}]
            """,
        ["history"] = """
            {"events":[{"what":"bounce","ms":1795253051000,"who":"depot","end":"done","by_itself":true,"build":"v42","note":"after a crash"},
                       {"what":"ship","ms":1795252800000,"who":"tom","end":"done","by_itself":false,"was":"v41","build":"v42"},
                       {"what":"repaint","ms":1795252801000,"end":"queued"}]}
            """,
        ["usage"] = """{"mem":{"max":268435456,"samples":[{"t":1795253105123,"v":2},{"t":1795253100123,"v":1}]},"figures":[{"name":"p50","samples":[]},{"name":"p99","samples":[[1795253100123,0.25]]}],"cpu_now":"12.5"}""",
        ["served"] = """{"all":[[1795251600000,1200],[1795255200000,1730]],"bad":[[1795251600000,4],[1795255200000,9]],"p99":[[1795255200000,81.5]]}""",
    };
}
