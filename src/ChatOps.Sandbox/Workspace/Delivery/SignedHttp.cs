using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.Delivery;

/// <summary>Delivery by signed HTTP requests to the addresses of the manifest, on the host where the bot is reached.</summary>
internal sealed class SignedHttp(HttpClient http, TimeProvider clock, string signingSecret, TimeSpan acknowledgeWithin) : ITransport
{
    /// <summary>Where the bot listens; replaces scheme, host and port of the manifest's addresses.</summary>
    public string? BotBaseUrl { get; set; }

    public async Task<Ack> SendAsync(SlackDelivery delivery, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        if (Target(delivery) is not { } target)
            return new Ack(0, 0, Body: null, Ack.DispatchFailed);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(acknowledgeWithin);
        try
        {
            using var request = Request(delivery, target);
            using var response = await http.SendAsync(request, deadline.Token);
            var text = await response.Content.ReadAsStringAsync(deadline.Token);
            var ms = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var body = text.Length == 0 ? null : JsonReading.TryParse(text) ?? JsonValue.Create(text);
            var noRetry = response.Headers.TryGetValues("X-Slack-No-Retry", out var values) && values.Contains("1", StringComparer.Ordinal);
            return new Ack((int)response.StatusCode, ms, body, response.IsSuccessStatusCode ? null : Ack.DispatchFailed, noRetry);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Ack(0, Stopwatch.GetElapsedTime(started).TotalMilliseconds, Body: null, Ack.Timeout);
        }
        catch (HttpRequestException)
        {
            return new Ack(0, Stopwatch.GetElapsedTime(started).TotalMilliseconds, Body: null, Ack.DispatchFailed);
        }
    }

    private HttpRequestMessage Request(SlackDelivery delivery, Uri target)
    {
        var (body, type) = delivery.Kind switch
        {
            "slash_commands" => (Form(delivery.Payload), "application/x-www-form-urlencoded"),
            "interactive" => ("payload=" + Uri.EscapeDataString(delivery.Payload.ToJsonString(JsonReading.Compact)), "application/x-www-form-urlencoded"),
            _ => (delivery.Payload.ToJsonString(JsonReading.Compact), "application/json"),
        };
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Add("X-Slack-Request-Timestamp", timestamp);
        request.Headers.Add("X-Slack-Signature", Sign(signingSecret, timestamp, body));
        if (delivery.Attempt > 0)
        {
            request.Headers.Add("X-Slack-Retry-Num", delivery.Attempt.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("X-Slack-Retry-Reason", delivery.RetryReason == "timeout" ? "http_timeout" : "http_error");
        }
        return request;
    }

    /// <summary>Slack's request signature, version 0.</summary>
    public static string Sign(string secret, string timestamp, string body) =>
        "v0=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}")));

    private Uri? Target(SlackDelivery delivery)
    {
        var standard = delivery.Kind switch { "slash_commands" => "/slack/commands", "interactive" => "/slack/interactions", _ => "/slack/events" };
        var path = Uri.TryCreate(delivery.Url, UriKind.Absolute, out var stated) ? stated.PathAndQuery : standard;
        return BotBaseUrl is null ? stated : new Uri(new Uri(BotBaseUrl), path);
    }

    private static string Form(JsonObject fields) =>
        string.Join('&', fields.Select(f => $"{Uri.EscapeDataString(f.Key)}={Uri.EscapeDataString(f.Value.Text() ?? "")}"));
}
