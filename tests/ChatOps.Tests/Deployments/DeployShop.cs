using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Tests.Deployments;

/// <summary>A platform behind docs/http-platform.md that deploys every service it is asked for, at once or when it is let go. Everything about its releases is in order.</summary>
internal sealed class DeployShop : IAsyncDisposable
{
    public const string Token = "tok-of-the-deploy-shop";
    public static readonly string[] Services = ["basket", "checkout"];

    private readonly WebApplication app;
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Version, int Generation)> runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonObject> operations = new(StringComparer.Ordinal);

    private DeployShop(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>While it is set, what was asked for goes on and does not end.</summary>
    public bool Holds { get; set; }

    /// <summary>Each change that was accepted, in order: "deploy basket@staging v42".</summary>
    public ConcurrentQueue<string> Done { get; } = new();

    public static async Task<DeployShop> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var shop = new DeployShop(builder.Build());
        shop.Reset();
        shop.app.Run(shop.AnswerAsync);
        await shop.app.StartAsync();
        shop.Url = new(shop.app.Urls.Single());
        return shop;
    }

    /// <summary>v40 runs everywhere and nothing was asked for.</summary>
    public void Reset()
    {
        Holds = false;
        Done.Clear();
        operations.Clear();
        foreach (var service in Services)
        {
            Run($"{service}@staging", "v40");
            Run($"{service}@production", "v40");
        }
    }

    /// <summary>Somebody deployed it past the bot.</summary>
    public void Run(string target, string version)
    {
        lock (gate) runs[target] = (version, runs.GetValueOrDefault(target).Generation + 1);
    }

    public string Version(string target)
    {
        lock (gate) return runs[target].Version;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/health") return Task.CompletedTask;
        var path = context.Request.Path.Value!.Trim('/').Split('/');
        var environment = context.Request.Query["environment"].ToString();
        return path switch
        {
            _ when context.Request.Headers.Authorization != $"Bearer {Token}" => JsonAsync(context, 401, "{}"),
            ["v1", "capabilities"] => JsonAsync(context, 200, $$"""{"protocol":1,"operation_ids":{"kept":true},"services":[{{string.Join(',', Services.Select(s => $$"""{"service":"{{s}}","actions":["restart","rollback","deploy"],"strategies":["rolling"],"metrics_by_version":true}"""))}}]}"""),
            ["v1", "operations", var id] => operations.TryGetValue(id, out var operation) ? JsonAsync(context, 200, Shown(operation)) : JsonAsync(context, 404, """{"error":{"code":"operation_unknown","message":"There is none."}}"""),
            ["v1", "services", var service] => JsonAsync(context, 200, Status($"{service}@{environment}")),
            ["v1", "services", _, "releases"] => JsonAsync(context, 200, Releases()),
            ["v1", "services", _, "changes"] => JsonAsync(context, 200, """{"changes":[]}"""),
            ["v1", "services", _, "metrics"] => JsonAsync(context, 200, Metrics(context)),
            ["v1", "services", var service, "deploy" or "rollback"] => ActAsync(context, $"{service}@{environment}", path[3]),
            _ => JsonAsync(context, 404, """{"error":{"code":"service_unknown","message":"There is none."}}"""),
        };
    }

    private string Status(string target)
    {
        lock (gate)
        {
            var (version, generation) = runs[target];
            return $$"""{"state":"running","recovering":false,"ready_replicas":1,"desired_replicas":1,"generation":{{generation}},"version":"{{version}}","digest":"sha256:{{version}}","restarts":0,"variables":[]}""";
        }
    }

    private static string Releases() => new JsonObject
    {
        ["releases"] = new JsonArray([.. Enumerable.Range(38, 8).Reverse().Select(n => (JsonNode)new JsonObject
        {
            ["version"] = $"v{n}", ["commit"] = $"c0ffee{n}", ["author"] = "mei", ["message"] = $"change {n}", ["created_at"] = "2026-11-18T08:41:00.000Z", ["deployed_at"] = n <= 40 ? "2026-11-18T09:20:00.000Z" : null,
            ["current"] = n == 40, ["digest"] = $"sha256:v{n}", ["schema_version"] = "s1", ["serves_back_to"] = "v38", ["migrations"] = new JsonArray(), ["checks_passed"] = true, ["required_variables"] = new JsonArray(),
        })]),
    }.ToJsonString();

    private static string Metrics(HttpContext context)
    {
        var since = Milliseconds("since");
        var until = Milliseconds("until");
        return $$"""{"series":[{{Total("requests_total", 1_000)}},{{Total("errors_total", 0)}},{{Value("latency_p50_ms", 20)}},{{Value("latency_p99_ms", 50)}}]}""";

        long Milliseconds(string name) => DateTimeOffset.Parse(context.Request.Query[name]!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        string Total(string name, int count) => $$"""{"name":"{{name}}","unit":"count","points":[[{{since}},0],[{{until}},{{count}}]]}""";
        string Value(string name, int value) => $$"""{"name":"{{name}}","unit":"milliseconds","points":[[{{until}},{{value}}]]}""";
    }

    private async Task ActAsync(HttpContext context, string target, string kind)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject();
        var id = body["operation_id"]!.GetValue<string>();
        var version = (body["version"] ?? body["to_version"])!.GetValue<string>();
        var operation = operations.GetOrAdd(id, _ =>
        {
            Done.Enqueue($"{kind} {target} {version}");
            Run(target, version);
            return new JsonObject { ["operation_id"] = id, ["kind"] = kind, ["message"] = null, ["started_at"] = "2026-11-21T09:26:00.000Z" };
        });
        await JsonAsync(context, 202, Shown(operation));
    }

    private string Shown(JsonObject operation)
    {
        var shown = operation.DeepClone();
        shown["state"] = Holds ? "running" : "succeeded";
        return shown.ToJsonString();
    }

    private static Task JsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }
}
