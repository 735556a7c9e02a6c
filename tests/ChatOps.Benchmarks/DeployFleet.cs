using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ChatOps.Benchmarks;

/// <summary>
/// A platform with many services behind docs/http-platform.md, each with a candidate that serves as well as what runs. It takes a moment for every
/// change, measures as a real one does (a point every ten seconds) and remembers when it was looked at.
/// </summary>
internal sealed class DeployFleet : IAsyncDisposable
{
    public const string Token = "tok-of-the-fleet";
    private const int RequestsPerSecond = 40;
    private static readonly TimeSpan Takes = TimeSpan.FromSeconds(1);

    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, Unit> units = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> operations = new(StringComparer.Ordinal);
    private int asked;
    private int steps;

    private DeployFleet(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>Requests of any kind.</summary>
    public int Asked => asked;

    /// <summary>Steps of deploys: each looks once, asks for one change, or asks what became of one.</summary>
    public int Steps => steps;

    /// <summary>Changes that took effect, by the ids of their requests.</summary>
    public int Changes => operations.Count;

    /// <summary>Requests for a change whose id was known: made twice.</summary>
    public int ChangesTwice { get; private set; }

    public static async Task<DeployFleet> StartAsync(IEnumerable<string> services)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var fleet = new DeployFleet(builder.Build());
        foreach (var service in services) fleet.units[service] = new Unit();
        fleet.app.Run(fleet.AnswerAsync);
        await fleet.app.StartAsync();
        fleet.Url = new(fleet.app.Urls.Single());
        return fleet;
    }

    /// <summary>Every look at every service since then: its status is read once in a look and at no other time.</summary>
    public IEnumerable<IReadOnlyList<long>> LooksSince(long timestamp) => units.Values.Select(u => (IReadOnlyList<long>)[.. u.Looks.Where(l => l >= timestamp).Order()]);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref asked);
        var path = context.Request.Path.Value!.Trim('/').Split('/');
        if (context.Request.Method == "POST" || path is ["v1", "operations", _] or ["v1", "services", _]) Interlocked.Increment(ref steps);
        var answer = path switch
        {
            ["health", _] => "{}",
            [..] when context.Request.Headers.Authorization != $"Bearer {Token}" => null,
            ["v1", "capabilities"] => Capabilities(),
            ["v1", "operations", var id] => operations.TryGetValue(id, out var begun) ? Operation(id, begun) : null,
            ["v1", "services", var service] => Status(units[service]),
            ["v1", "services", _, "releases"] => """{"releases":[{"version":"v2","digest":"sha256:2","checks_passed":true},{"version":"v1","digest":"sha256:1","current":true,"deployed_at":"2026-01-01T00:00:00Z"}]}""",
            ["v1", "services", _, "changes"] => """{"changes":[]}""",
            ["v1", "services", _, "metrics"] => Metrics(context.Request.Query),
            ["v1", "services", var service, var action] when context.Request.Method == "POST" => await ActAsync(units[service], action, context),
            _ => null,
        };
        context.Response.StatusCode = answer is null ? 404 : context.Request.Method == "POST" ? 202 : 200;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer ?? """{"error":{"code":"operation_unknown","message":"unknown"}}""");
    }

    private string Capabilities() => $$"""
        {"protocol":1,"platform":"fleet","operation_ids":{"kept":true},
         "services":[{{string.Join(',', units.Keys.Select(s => $$"""{"service":"{{s}}","actions":["restart","rollback","deploy","candidate"],"strategies":["rolling"],"metrics_by_version":true}"""))}}]}
        """;

    private static string Status(Unit unit)
    {
        unit.Looks.Enqueue(Stopwatch.GetTimestamp());
        var candidate = unit.Percent < 0 ? "null" : $$"""{"version":"v2","state":"running","percent":{{unit.Percent.ToString(CultureInfo.InvariantCulture)}},"detail":"1 of 1 replicas ready."}""";
        return $$"""
            {"state":"running","recovering":false,"detail":"3 of 3 replicas run.","ready_replicas":3,"desired_replicas":3,"generation":1,"version":"{{unit.Version}}","digest":"sha256:1",
             "commit":"9f3c2ab","deployed_at":"2026-01-01T00:00:00.000Z","deployed_by":"mei","started_at":"2026-01-01T00:00:01.000Z","restarts":0,"candidate":{{candidate}},"variables":["DATABASE_URL","INVENTORY_URL"],
             "last_exit":null,"checks":[{"name":"database","ok":true,"detail":"answered in 2 ms"}]}
            """;
    }

    private static string Metrics(IQueryCollection query)
    {
        var since = DateTimeOffset.Parse(query["since"]!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        var until = DateTimeOffset.Parse(query["until"]!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        var text = new StringBuilder("""{"series":[""");
        foreach (var (name, each) in ((string, int)[])[("requests_total", 1), ("errors_total", 1_000), ("logins_total", 4), ("memory_bytes", 1)])
        {
            text.Append(CultureInfo.InvariantCulture, $$"""{"name":"{{name}}","unit":"count","limit":null,"points":[""");
            for (var at = since; at < until; at += 10_000) text.Append(CultureInfo.InvariantCulture, $"[{at},{(at - since) / 1000 * RequestsPerSecond / each}],");
            text.Append(CultureInfo.InvariantCulture, $"[{until},{(until - since) / 1000 * RequestsPerSecond / each}]]}},");
        }
        return text.Append(CultureInfo.InvariantCulture, $$"""{"name":"latency_p50_ms","unit":"milliseconds","points":[[{{until}},20]]},{"name":"latency_p99_ms","unit":"milliseconds","points":[[{{until}},80]]}]}""").ToString();
    }

    private async Task<string> ActAsync(Unit unit, string action, HttpContext context)
    {
        var body = await context.Request.ReadFromJsonAsync<JsonElement>();
        var id = body.GetProperty("operation_id").GetString()!;
        if (!operations.TryAdd(id, Stopwatch.GetTimestamp())) ChangesTwice++;
        (unit.Version, unit.Percent) = action switch
        {
            "candidate" => (unit.Version, 0),
            "weight" => (unit.Version, body.GetProperty("percent").GetInt32()),
            "promote" => ("v2", -1),
            _ => (unit.Version, -1),
        };
        return Operation(id, Stopwatch.GetTimestamp());
    }

    private static string Operation(string id, long begun) =>
        $$"""{"operation_id":"{{id}}","state":"{{(Stopwatch.GetElapsedTime(begun) < Takes ? "running" : "succeeded")}}","message":null,"started_at":"2026-01-01T00:00:00Z"}""";

    private sealed class Unit
    {
        public string Version { get; set; } = "v1";

        /// <summary>Of the candidate; below zero: there is none.</summary>
        public int Percent { get; set; } = -1;
        public ConcurrentQueue<long> Looks { get; } = new();
    }
}
