using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace ChatOps.Tests.Scenarios;

/// <summary>A small production behind docs/http-platform.md: the database crashed, the shop in front of it fails; a restart mends it. It remembers what was done to it.</summary>
internal sealed class StubShop : IAsyncDisposable
{
    public const string Token = "tok-of-the-stub-shop";

    /// <summary>The schema of v41 serves v40 and v39, not v38; v37 never ran.</summary>
    private const string SearchReleases =
        """
        {"releases":[
          {"version":"v42","commit":"d52f8e1","author":"tom","message":"Not deployed yet","created_at":"2026-11-19T08:41:00.000Z","deployed_at":null,"current":false},
          {"version":"v41","commit":"9f3c2ab","author":"mei","message":"Rank by sales","created_at":"2026-11-18T08:41:00.000Z","deployed_at":"2026-11-18T09:20:00.000Z","current":true,"schema_version":"s3","serves_back_to":"v39","migrations":["0009_drop_rank"]},
          {"version":"v40","commit":"1c44e07","author":"sam","message":"Show the stock","created_at":"2026-11-17T08:41:00.000Z","deployed_at":"2026-11-17T09:20:00.000Z","current":false,"schema_version":"s2","serves_back_to":"v38"},
          {"version":"v39","commit":"77a0b12","author":"mei","message":"Fewer queries","created_at":"2026-11-16T08:41:00.000Z","deployed_at":"2026-11-16T09:20:00.000Z","current":false,"schema_version":"s2","serves_back_to":"v38"},
          {"version":"v38","commit":"0be1f55","author":"tom","message":"First search","created_at":"2026-11-15T08:41:00.000Z","deployed_at":"2026-11-15T09:20:00.000Z","current":false,"schema_version":"s1","serves_back_to":"v38"}]}
        """;

    private readonly WebApplication app;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Unit> units = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonObject> operations = new(StringComparer.Ordinal);

    private int calls;

    private StubShop(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>The service whose log is never answered; null: none.</summary>
    public string? SilentLog { get; set; }

    /// <summary>While it is set, what was asked for goes on and does not end.</summary>
    public bool ActionsTakeLong { get; set; }

    /// <summary>How many changes were carried out.</summary>
    public int Actions => operations.Count;

    /// <summary>How often it was asked for one.</summary>
    public int Calls => calls;

    public static async Task<StubShop> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var shop = new StubShop(builder.Build());
        shop.Break();
        shop.app.Run(shop.AnswerAsync);
        await shop.app.StartAsync();
        shop.Url = new(shop.app.Urls.Single());
        return shop;
    }

    /// <summary>The database is down again.</summary>
    public void Break()
    {
        (SilentLog, ActionsTakeLong) = (null, false);
        lock (gate)
        {
            foreach (var (name, state) in ((string, string)[])[("shop", "degraded"), ("shop-db", "crashed"), ("mailer", "running"), ("search", "running")])
                units[name] = new Unit(state, units.TryGetValue(name, out var before) ? before.Version : "v41", before?.Generation ?? 1);
        }
    }

    /// <summary>Everything runs.</summary>
    public void Mend()
    {
        (SilentLog, ActionsTakeLong) = (null, false);
        lock (gate)
        {
            foreach (var (name, unit) in units.ToList()) units[name] = unit with { State = "running" };
        }
    }

    /// <summary>Somebody else deploys, past the bot.</summary>
    public void Deploy(string service, string version)
    {
        lock (gate) units[service] = units[service] with { Version = version, Generation = units[service].Generation + 1 };
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Trim('/').Split('/');
        switch (path)
        {
            case ["health", var service]:
                context.Response.StatusCode = IsHealthy(service) ? 200 : 503;
                return;
            case [..] when context.Request.Headers.Authorization != $"Bearer {Token}":
                context.Response.StatusCode = 401;
                return;
            case ["v1", "capabilities"]:
                await JsonAsync(context, 200, """{"protocol":1,"operation_ids":{"kept":true},"services":[{"service":"shop","actions":["restart","rollback"]},{"service":"shop-db","actions":["restart"]},{"service":"mailer","actions":["restart"]},{"service":"search","actions":["restart","rollback"]}]}""");
                return;
            case ["v1", "operations", var id]:
                await (operations.TryGetValue(id, out var operation) ? JsonAsync(context, 200, Shown(operation)) : ErrorAsync(context, 404, "operation_unknown"));
                return;
            case ["v1", "services", var service]:
                await JsonAsync(context, 200, Status(service));
                return;
            case ["v1", "services", var service, "restart" or "rollback"]:
                await ActAsync(context, service, path[3]);
                return;
            case ["v1", "services", "shop", "releases"]:
                await JsonAsync(context, 200, """{"releases":[{"version":"v41","commit":"9f3c2ab","author":"mei","message":"m","created_at":"2026-11-18T08:41:00.000Z","deployed_at":"2026-11-18T09:20:00.000Z","current":true}]}""");
                return;
            case ["v1", "services", "search", "releases"]:
                await JsonAsync(context, 200, SearchReleases);
                return;
            case ["v1", "services", _, "releases"]:
                await JsonAsync(context, 200, """{"releases":[]}""");
                return;
            case ["v1", "services", _, "changes"]:
                await JsonAsync(context, 200, """{"changes":[]}""");
                return;
            case ["v1", "services", _, "metrics"]:
                await JsonAsync(context, 200, """{"series":[]}""");
                return;
            case ["v1", "services", var service, "logs"]:
                await LogsAsync(context, service);
                return;
            default:
                await ErrorAsync(context, 404, "service_unknown");
                return;
        }
    }

    private bool IsHealthy(string service)
    {
        lock (gate) return service == "shop" ? units["shop-db"].State == "running" : units[service].State == "running";
    }

    private string Status(string service)
    {
        lock (gate)
        {
            var unit = units[service];
            var state = service == "shop" && units["shop-db"].State == "running" ? "running" : unit.State;
            return new JsonObject
            {
                ["service"] = service, ["state"] = state, ["recovering"] = false, ["ready_replicas"] = state == "running" ? 1 : 0, ["desired_replicas"] = 1,
                ["generation"] = unit.Generation, ["version"] = unit.Version, ["restarts"] = 0,
            }.ToJsonString();
        }
    }

    private async Task ActAsync(HttpContext context, string service, string kind)
    {
        Interlocked.Increment(ref calls);
        var body = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject();
        var id = body["operation_id"]!.GetValue<string>();
        var operation = operations.GetOrAdd(id, _ =>
        {
            lock (gate) units[service] = units[service] with { State = "running", Version = body["to_version"]?.GetValue<string>() ?? units[service].Version, Generation = units[service].Generation + 1 };
            return new JsonObject { ["operation_id"] = id, ["kind"] = kind, ["service"] = service, ["message"] = null, ["actor"] = body["actor"]!.DeepClone(), ["started_at"] = "2026-11-21T09:26:00.000Z" };
        });
        await JsonAsync(context, 202, Shown(operation));
    }

    private string Shown(JsonObject operation)
    {
        var shown = operation.DeepClone();
        shown["state"] = ActionsTakeLong ? "running" : "succeeded";
        return shown.ToJsonString();
    }

    private async Task LogsAsync(HttpContext context, string service)
    {
        if (SilentLog == service) await Task.Delay(Timeout.Infinite, context.RequestAborted);
        context.Response.ContentType = "application/x-ndjson";
        var lines = service == "shop" && !IsHealthy(service) ? 20 : 0;
        for (var i = 0; i < lines; i++)
            await context.Response.WriteAsync($$"""{"at":"{{context.Request.Query["since"]}}","line":"ERROR POST /login failed: connect ECONNREFUSED 127.0.0.1:5432","instance":"shop-1"}""" + "\n");
        await context.Response.WriteAsync($$"""{"end":true,"lines":{{lines}},"next_cursor":"c"}""" + "\n");
    }

    private static Task ErrorAsync(HttpContext context, int status, string code) => JsonAsync(context, status, $$$"""{"error":{"code":"{{{code}}}","message":"There is none."}}""");

    private static Task JsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    private sealed record Unit(string State, string Version, int Generation);
}
