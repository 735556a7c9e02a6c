using System.Buffers;
using System.Text.Json;
using ChatOps.Configuration;
using ChatOps.Inbox;

namespace ChatOps.Alerts;

/// <summary>
/// Takes <c>POST /alerts/&lt;source&gt;</c>: known by its credentials, read, made durable, and only then answered with 200.
/// Whoever is not known costs nothing but the comparison.
/// </summary>
internal sealed partial class AlertEndpoint(AlertConfig config, ReadAlerts read, WebhookInbox inbox, TimeProvider time, ILogger<AlertEndpoint> logger) : IDisposable
{
    /// <summary>Bytes of one request: some thousand alerts.</summary>
    public const int Longest = 1024 * 1024;

    /// <summary>So many bodies are in memory at once; the others wait unread, in the network.</summary>
    private const int AtOnce = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, AlertCredentials> credentials = config.Sources.ToDictionary(s => s.Key, s => new AlertCredentials(s.Value), StringComparer.Ordinal);
    private readonly SemaphoreSlim gate = new(AtOnce, AtOnce);

    public async Task InvokeAsync(HttpContext context)
    {
        var name = (string?)context.Request.RouteValues["source"] ?? "";
        if (!credentials.TryGetValue(name, out var known))
        {
            await AnswerAsync(context, StatusCodes.Status404NotFound, "no such source in chatops.yaml");
            return;
        }
        if (!known.Accept(context.Request.Headers.Authorization))
        {
            context.Response.Headers.WWWAuthenticate = known.Challenge;
            Refused(name);
            await AnswerAsync(context, StatusCodes.Status401Unauthorized, "credentials are missing or wrong");
            return;
        }
        if (context.Request.ContentLength > Longest)
        {
            await TooLargeAsync(context);
            return;
        }
        if (!await gate.WaitAsync(Patience, context.RequestAborted))
        {
            await BusyAsync(context, "too much comes in at once; send it again");
            return;
        }
        try
        {
            await TakeAsync(context, config.Sources[name]);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task TakeAsync(HttpContext context, AlertSource source)
    {
        if (await BodyAsync(context.Request) is not { } body)
        {
            await TooLargeAsync(context);
            return;
        }
        ReceivedAlerts? alerts;
        string key;
        string? mistake;
        try
        {
            using var document = JsonDocument.Parse(body);
            (alerts, key, mistake) = read.Run(source, document.RootElement, time.GetUtcNow());
        }
        catch (JsonException e)
        {
            (alerts, key, mistake) = (null, "", $"it is not readable as JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})");
        }
        if (alerts is null)
        {
            Broken(source.Name, mistake!);
            await AnswerAsync(context, StatusCodes.Status400BadRequest, mistake!);
            return;
        }
        if (alerts.Alerts.Count == 0) return;
        // Not RequestAborted: whether the sender still listens does not decide whether its alerts are kept.
        var stored = await inbox.AcceptAsync(Word(source.Type), ReceiveAlerts.Word, key, JsonSerializer.SerializeToUtf8Bytes(alerts, JsonSerializerOptions.Web), CancellationToken.None);
        if (stored == WebhookAcceptance.Unavailable) await BusyAsync(context, "the database is away; send it again");
    }

    private static string Word(AlertSourceType type) => type switch
    {
        AlertSourceType.Alertmanager => "alertmanager",
        AlertSourceType.Grafana => "grafana",
        _ => "webhook",
    };

    /// <summary>The body, or null where it is longer than <see cref="Longest"/>.</summary>
    private static async Task<ReadOnlyMemory<byte>?> BodyAsync(HttpRequest request)
    {
        var body = new ArrayBufferWriter<byte>((int)(request.ContentLength ?? 4096) + 1);
        while (await request.Body.ReadAsync(body.GetMemory(4096), request.HttpContext.RequestAborted) is > 0 and var length)
        {
            body.Advance(length);
            if (body.WrittenCount > Longest) return null;
        }
        return body.WrittenMemory;
    }

    private static Task TooLargeAsync(HttpContext context) =>
        AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, "more than 1 MB; limit the alerts in one message, for Alertmanager by max_alerts");

    private static Task BusyAsync(HttpContext context, string why)
    {
        context.Response.Headers.RetryAfter = "10";
        return AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, why);
    }

    private static Task AnswerAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why + "\n", context.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alerts for {Source} were refused: credentials are missing or wrong")]
    private partial void Refused(string source);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alerts of {Source} cannot be read: {Mistake}")]
    private partial void Broken(string source, string mistake);
}
