using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace ChatOps.Tests.Platforms;

/// <summary>A platform that speaks docs/http-platform.md on a port of its own, with one service that can have everything done and one that can hardly, and misbehaves when told to.</summary>
internal sealed class StubHttpPlatform : IAsyncDisposable
{
    public const string Token = "tok-4711-not-to-be-shown";
    public const string Service = "shop db/1";

    /// <summary>It can be restarted, and nothing else.</summary>
    public const string Plain = "mailer";

    private static readonly HashSet<string> Kinds = ["restart", "rollback", "deploy", "candidate", "weight", "promote", "drop-candidate", "backup", "scale", "memory"];

    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, JsonObject> operations = new(StringComparer.Ordinal);

    private StubHttpPlatform(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>Runs before a call is answered; true: it answered or broke the call by itself. Path and query as they came over the wire.</summary>
    public Func<HttpContext, Task<bool>> Misbehave { get; set; } = _ => Task.FromResult(false);

    /// <summary>After an action was taken, before its answer goes out.</summary>
    public Func<HttpContext, Task> AfterAction { get; set; } = _ => Task.CompletedTask;

    public ConcurrentQueue<string> Calls { get; } = new();

    public List<string> LogRecords { get; } = [];

    public bool KeepsIds { get; set; } = true;

    public int Actions;

    /// <summary>What the latest action was asked with.</summary>
    public JsonObject? LastBody { get; private set; }

    public static async Task<StubHttpPlatform> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var stub = new StubHttpPlatform(builder.Build());
        stub.app.Run(stub.AnswerAsync);
        await stub.app.StartAsync();
        stub.Url = new(stub.app.Urls.Single());
        return stub;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var raw = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        Calls.Enqueue($"{request.Method} {raw}");
        if (await Misbehave(context)) return;
        if (request.Headers.Authorization != $"Bearer {Token}")
        {
            await ErrorAsync(context, 401, "unauthorized", $"The token {request.Headers.Authorization} is not known.");
            return;
        }
        var path = raw.Split('?')[0];
        var of = $"/v1/services/{Uri.EscapeDataString(Service)}";
        if (path == "/v1/capabilities") await JsonAsync(context, 200, Capabilities());
        else if (path.StartsWith("/v1/operations/", StringComparison.Ordinal)) await OperationAsync(context, Uri.UnescapeDataString(path["/v1/operations/".Length..]));
        else if (path == of) await JsonAsync(context, 200, Status);
        else if (path == of + "/releases") await JsonAsync(context, 200, Releases);
        else if (path == of + "/changes") await JsonAsync(context, 200, Changes);
        else if (path == of + "/metrics") await MetricsAsync(context);
        else if (path == of + "/logs") await LogsAsync(context);
        else if (path.StartsWith(of + "/", StringComparison.Ordinal) && Kinds.Contains(path[(of.Length + 1)..])) await ActAsync(context, path[(of.Length + 1)..]);
        else if (path == $"/v1/services/{Plain}/restart") await ActAsync(context, "restart");
        else if (path.StartsWith($"/v1/services/{Plain}/", StringComparison.Ordinal)) await ErrorAsync(context, 422, "unsupported", $"{Plain} cannot do that here. It can: restart.");
        else await ErrorAsync(context, 404, "service_unknown", "There is no such service.");
    }

    private async Task ActAsync(HttpContext context, string kind)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        var id = body["operation_id"]!.GetValue<string>();
        LastBody = body;
        var version = kind == "rollback" ? body["to_version"] : kind is "deploy" or "candidate" ? body["version"] : "v41";
        if (version?.GetValue<string>() is not ("v41" or "v42"))
        {
            await ErrorAsync(context, 422, "version_unknown", $"There is no release {version}. Password=hunter2hunter2 was asked with.");
            return;
        }
        if (!operations.ContainsKey(id) && body["if_generation"]?.GetValue<long>() is { } generation && generation != Generation)
        {
            await ErrorAsync(context, 409, "generation_changed", $"It is at generation {Generation}, not {generation}.");
            return;
        }
        var operation = operations.GetOrAdd(id, _ =>
        {
            Interlocked.Increment(ref Actions);
            return new JsonObject { ["operation_id"] = id, ["kind"] = kind, ["state"] = "running", ["message"] = null, ["actor"] = body["actor"]!.DeepClone(), ["started_at"] = "2026-11-21T09:26:00.000Z" };
        });
        await AfterAction(context);
        if (!context.RequestAborted.IsCancellationRequested) await JsonAsync(context, 202, operation.ToJsonString());
    }

    private static Task MetricsAsync(HttpContext context) => context.Request.Query["version"].ToString() switch
    {
        "" => JsonAsync(context, 200, Metrics),
        "v42" => JsonAsync(context, 200, MetricsOfOne),
        var version => ErrorAsync(context, 422, "version_unknown", $"There is no release {version}."),
    };

    private Task OperationAsync(HttpContext context, string id) => operations.TryGetValue(id, out var operation)
        ? JsonAsync(context, 200, operation.ToJsonString())
        : ErrorAsync(context, 404, "operation_unknown", $"There is no operation {id}.");

    private async Task LogsAsync(HttpContext context)
    {
        context.Response.ContentType = "application/x-ndjson";
        var tail = int.TryParse(context.Request.Query["tail"], out var n) ? n : LogRecords.Count;
        foreach (var record in LogRecords.TakeLast(tail)) await context.Response.WriteAsync(record + "\n");
        await context.Response.WriteAsync($$"""{"end":true,"lines":{{LogRecords.Count}},"next_cursor":"c"}""" + "\n");
    }

    public static Task ErrorAsync(HttpContext context, int status, string code, string message) =>
        JsonAsync(context, status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } }.ToJsonString());

    public static async Task JsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);
    }

    private string Capabilities() => $$"""
        {"protocol":1,"operation_ids":{"kept":{{(KeepsIds ? "true" : "false")}}},
         "services":[{"service":"{{Service}}","actions":["restart","rollback","deploy","candidate","backup","scale","memory"],"strategies":["rolling","recreate"],"metrics_by_version":true},
                     {"service":"{{Plain}}","actions":["restart"]},{"service":"old","actions":["deploy"]}]}
        """;

    private const int Generation = 7;

    public string Status { get; set; } = """
        {"service":"shop db/1","state":"starting","recovering":true,"detail":"replays its log; password=hunter2hunter2","ready_replicas":0,"desired_replicas":1,"generation":7,
         "version":"v42","digest":"sha256:5d0c7cf0e4b6b0b6b0f9d3a5a6f0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2","deployed_at":"2026-11-18T10:20:00.000+01:00","deployed_by":"mei","restarts":2,
         "last_exit":{"code":null,"signal":9,"oom_killed":true,"at":"2026-11-21T09:24:10.000Z","reason":"OOM killed: 311 MB used, limit 256 MB"},"news":1,
         "candidate":{"version":"v43","state":"running","percent":25,"detail":"answers; password=hunter2hunter2"},"variables":["DATABASE_URL","INVENTORY_URL"],"last_backup_at":"2026-11-21T03:00:00.000+01:00"}
        """;

    private const string Releases = """
        {"releases":[{"version":"v42","commit":"c41e7d0","author":"tom","message":"Remember the country","created_at":"2026-11-21T08:41:00.000Z","deployed_at":null,"current":true,"digest":"sha256:5d0c",
                      "schema_version":"2026-11-20","serves_back_to":"v40","migrations":["0007_country"],"checks_passed":false,"required_variables":["DATABASE_URL","COUNTRY_URL"]},
                     {"version":"v41","commit":"9f3c2ab","author":"mei","message":"m","created_at":"2026-11-18T08:41:00.000Z","deployed_at":"2026-11-18T09:20:00.000Z","current":false}]}
        """;

    private const string Changes = """
        {"changes":[{"id":"c-13","kind":"restart","at":"2026-11-21T09:24:11.000Z","state":"succeeded","actor":"shop-platform","automatic":true,"reason":null,"from_version":null,"to_version":"v42","detail":"after a crash"},
                    {"id":"c-12","kind":"deploy","at":"2026-11-21T09:20:00.000Z","state":"succeeded","actor":"tom","automatic":false,"reason":"country","from_version":"v41","to_version":"v42","detail":null}]}
        """;

    private const string MetricsOfOne = """
        {"series":[{"name":"requests_total","unit":"count","limit":null,"points":[[1795253100123,1200],[1795253400123,1730]]},
                   {"name":"errors_total","unit":"count","limit":null,"points":[[1795253100123,4],[1795253400123,9]]},
                   {"name":"latency_p99_ms","unit":"milliseconds","limit":null,"points":[[1795253400123,81.5]]}]}
        """;

    private const string Metrics = """
        {"series":[{"name":"memory_bytes","unit":"bytes","limit":268435456,"points":[[1795253105123,2],[1795253100123,1]]},
                   {"name":"latency_p99_ms","unit":"milliseconds","limit":null,"points":[[1795253100123,null]]},
                   {"name":"carts","unit":"count","limit":null,"points":[]}]}
        """;
}
