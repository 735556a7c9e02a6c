using System.Collections.Concurrent;
using System.Text.Json;

namespace ChatOps.Tests.OnCall;

/// <summary>PagerDuty's two interfaces as far as the bot uses them. It remembers what it was told.</summary>
internal sealed class StubPagerDuty : IAsyncDisposable
{
    public const string RoutingKey = "0123456789abcdef0123456789abcdef";
    public const string ApiToken = "pd-t0ken-of-the-stub";

    private readonly WebApplication app;

    private StubPagerDuty(WebApplication app) => this.app = app;

    public string Url { get; private set; } = "";

    /// <summary>Every event that was accepted, in order: "trigger chatops-7-…".</summary>
    public ConcurrentQueue<(string Action, string DedupKey, JsonElement Body)> Accepted { get; } = new();

    /// <summary>How often an event was sent, whatever became of it.</summary>
    public ConcurrentQueue<string> Tried { get; } = new();

    /// <summary>The status for an event whose summary contains that word; nothing armed: 202.</summary>
    public ConcurrentDictionary<string, int> Faults { get; } = new();

    /// <summary>The status for whoever asks who is on call.</summary>
    public int OnCallsStatus { get; set; } = 200;

    /// <summary>The status for whoever asks about incidents.</summary>
    public int IncidentsStatus { get; set; } = 200;

    /// <summary>Who acknowledged an alert there, by its dedup key.</summary>
    public ConcurrentDictionary<string, (string Type, string Id, string Name, string Email, DateTimeOffset At)> Acknowledged { get; } = new();

    public static async Task<StubPagerDuty> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var stub = new StubPagerDuty(builder.Build());
        stub.app.Run(stub.AnswerAsync);
        await stub.app.StartAsync();
        stub.Url = stub.app.Urls.Single();
        return stub;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task AnswerAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("POST", "/v2/enqueue") => EventAsync(context),
        ("GET", "/oncalls") => OnCallsAsync(context),
        ("GET", "/incidents") => IncidentsAsync(context),
        _ => JsonAsync(context, 404, """{"error":{"message":"Not Found","code":2100}}"""),
    };

    private async Task EventAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var root = body.RootElement.Clone();
        var summary = root.TryGetProperty("payload", out var payload) ? payload.GetProperty("summary").GetString()! : "";
        Tried.Enqueue(summary);
        if (root.GetProperty("routing_key").GetString() != RoutingKey)
        {
            await JsonAsync(context, 400, """{"status":"invalid event","message":"Event object is invalid","errors":["Invalid routing key"]}""");
            return;
        }
        if (Faults.FirstOrDefault(f => summary.Contains(f.Key, StringComparison.Ordinal)) is { Key: not null, Value: var status })
        {
            await JsonAsync(context, status, status == 400 ? """{"status":"invalid event","message":"Event object is invalid","errors":["Invalid routing key"]}""" : "");
            return;
        }
        Accepted.Enqueue((root.GetProperty("event_action").GetString()!, root.GetProperty("dedup_key").GetString()!, root));
        await JsonAsync(context, 202, """{"status":"success","message":"Event processed","dedup_key":"k"}""");
    }

    private Task OnCallsAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != $"Token token={ApiToken}") return JsonAsync(context, 401, """{"error":{"message":"Unauthorized","code":2006}}""");
        if (OnCallsStatus != 200) return JsonAsync(context, OnCallsStatus, "");
        return JsonAsync(context, 200, context.Request.Query["schedule_ids[]"].ToString() switch
        {
            "PSEARCH" => """{"oncalls":[{"user":{"id":"PBEN01","summary":"Ben Okafor","name":"Ben Okafor","email":"ben@shop.example"},"schedule":{"id":"PSEARCH"},"escalation_level":1,"start":"2026-01-01T00:00:00Z","end":"2099-01-01T00:00:00Z"}]}""",
            "PNAMED" => """{"oncalls":[{"user":{"id":"PEVE01","summary":"Eve","email":"other@elsewhere.example"},"escalation_level":1,"start":null,"end":null}]}""",
            "PSTRANGER" => """{"oncalls":[{"user":{"id":"PX0001","summary":"Xaver","email":"xaver@elsewhere.example"},"escalation_level":1,"start":null,"end":null}]}""",
            _ => """{"oncalls":[]}""",
        });
    }

    private Task IncidentsAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != $"Token token={ApiToken}") return JsonAsync(context, 401, """{"error":{"message":"Unauthorized","code":2006}}""");
        if (IncidentsStatus != 200) return JsonAsync(context, IncidentsStatus, "");
        if (context.Request.Query["statuses[]"] != "acknowledged" || !Acknowledged.TryGetValue(context.Request.Query["incident_key"].ToString(), out var by)) return JsonAsync(context, 200, """{"incidents":[],"limit":25,"offset":0,"more":false}""");
        return JsonAsync(context, 200, JsonSerializer.Serialize(new
        {
            incidents = new[] { new { id = "QINC01", status = "acknowledged", acknowledgements = new[] { new { at = by.At, acknowledger = new { id = by.Id, type = by.Type, summary = by.Name, name = by.Name, email = by.Email } } } } },
            limit = 25, offset = 0, more = false,
        }));
    }

    private static Task JsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }
}
