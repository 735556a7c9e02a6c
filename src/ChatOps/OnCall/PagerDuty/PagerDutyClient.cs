using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ChatOps.Configuration;
using ChatOps.Timeline;

namespace ChatOps.OnCall.PagerDuty;

/// <summary>What PagerDuty answered to an event.</summary>
public enum PagerAnswer
{
    /// <summary>It has it.</summary>
    Accepted,

    /// <summary>It may take it later: too many calls, an error of its own, no connection.</summary>
    Again,

    /// <summary>It will never take it, such as for a wrong key.</summary>
    Refused,
}

/// <summary>Somebody on call as PagerDuty says.</summary>
/// <param name="Until">Null: for good.</param>
public sealed record PagerDutyOnCall(string UserId, string Name, string? Email, DateTimeOffset? Until);

/// <summary>Somebody acknowledged an alert in PagerDuty.</summary>
public sealed record PagerDutyAcknowledgement(PagerDutyOnCall By, DateTimeOffset At);

/// <summary>
/// PagerDuty's two interfaces: events (https://developer.pagerduty.com/docs/events-api-v2/overview: 202 is accepted; 429, 5xx and network errors are to be retried, other
/// answers not) and REST (https://developer.pagerduty.com/api-reference: GET /oncalls, GET /incidents).
/// </summary>
public sealed class PagerDutyClient : IDisposable
{
    private const int LongestSummary = 1_024;
    private const int LargestAnswer = 1024 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly PagerDutyConfig? config;
    private readonly HttpClient http;

    public PagerDutyClient(OnCallConfig onCall)
    {
        config = onCall.PagerDuty;
        // A redirect would carry the key elsewhere.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) }, disposeHandler: true)
        {
            Timeout = Deadline,
            MaxResponseContentBufferSize = LargestAnswer,
        };
    }

    /// <summary>Tells PagerDuty. The same event twice does no harm: its dedup key makes it one.</summary>
    /// <returns>The answer, and for people why it was not accepted.</returns>
    public async Task<(PagerAnswer Answer, string Reason)> SendAsync(PagerEvent pagerEvent, CancellationToken cancellationToken)
    {
        if (config?.RoutingKey is not { } key) return (PagerAnswer.Refused, "chatops.yaml has no routing_key for PagerDuty any more");
        try
        {
            using var response = await http.PostAsJsonAsync(new Uri(config.EventsUrl, "/v2/enqueue"), Body(pagerEvent, key), cancellationToken);
            if (response.StatusCode == HttpStatusCode.Accepted) return (PagerAnswer.Accepted, "");
            var why = $"PagerDuty answered {(int)response.StatusCode}{await WhyAsync(response, cancellationToken)}";
            return (response.StatusCode == HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500 ? PagerAnswer.Again : PagerAnswer.Refused, why);
        }
        catch (HttpRequestException e)
        {
            return (PagerAnswer.Again, $"PagerDuty was not reached: {Redactor.ForSlack(e.Message)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (PagerAnswer.Again, $"PagerDuty gave no answer in {Deadline.TotalSeconds} s");
        }
    }

    /// <summary>Who is on call in one of its schedules now.</summary>
    /// <exception cref="PagerDutyException">It does not answer, or refuses.</exception>
    public Task<IReadOnlyList<PagerDutyOnCall>> OnCallsAsync(string schedule, CancellationToken cancellationToken) => GetAsync<IReadOnlyList<PagerDutyOnCall>>(
        $"/oncalls?schedule_ids[]={Uri.EscapeDataString(schedule)}&include[]=users&earliest=true&limit=100",
        answer => [.. answer.GetProperty("oncalls").EnumerateArray().Select(Read).DistinctBy(o => o.UserId)], cancellationToken);

    /// <summary>Who acknowledged an alert there last, and when; null: no person did (GET /incidents by its incident_key, which is the dedup key of the events).</summary>
    /// <exception cref="PagerDutyException">It does not answer, or refuses.</exception>
    public Task<PagerDutyAcknowledgement?> AcknowledgementAsync(string dedupKey, CancellationToken cancellationToken) => GetAsync(
        $"/incidents?incident_key={Uri.EscapeDataString(dedupKey)}&statuses[]=acknowledged&include[]=acknowledgers&limit=25",
        // An acknowledgement that came by an event, as the bot's own do, is a service's.
        answer => answer.GetProperty("incidents").EnumerateArray()
            .SelectMany(i => i.GetProperty("acknowledgements").EnumerateArray())
            .Where(a => Text(a.GetProperty("acknowledger"), "type")?.StartsWith("user", StringComparison.Ordinal) == true)
            .Select(a => new PagerDutyAcknowledgement(Person(a.GetProperty("acknowledger"), until: null), a.GetProperty("at").GetDateTimeOffset().ToUniversalTime()))
            .MaxBy(a => a.At), cancellationToken);

    private async Task<T> GetAsync<T>(string path, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        if (config?.ApiToken is not { } token) throw new PagerDutyException("chatops.yaml has no api_token for PagerDuty");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(config.ApiUrl, path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Token", $"token={token}");
            request.Headers.Accept.ParseAdd("application/vnd.pagerduty+json;version=2");
            using var response = await http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode) throw new PagerDutyException($"PagerDuty answered {(int)response.StatusCode}{await WhyAsync(response, cancellationToken)}");
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return read(answer.RootElement);
        }
        catch (HttpRequestException e)
        {
            throw new PagerDutyException("PagerDuty was not reached", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PagerDutyException($"PagerDuty gave no answer in {Deadline.TotalSeconds} s", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new PagerDutyException("PagerDuty's answer was none that I understand", e);
        }
    }

    /// <summary>Whether the interface for events answers at all; nothing is sent to it.</summary>
    /// <exception cref="PagerDutyException">It does not.</exception>
    public async Task ReachAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(config!.EventsUrl, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new PagerDutyException($"{config!.EventsUrl.Host} was not reached", e);
        }
    }

    public void Dispose() => http.Dispose();

    private static object Body(PagerEvent e, string key) => e.Action == PagerAction.Trigger
        ? new
        {
            routing_key = key,
            event_action = "trigger",
            dedup_key = e.DedupKey,
            client = "ChatOps",
            payload = new { summary = Slack.Blocks.Mrkdwn.Cut(e.Summary, LongestSummary), source = e.Source, severity = e.Severity, timestamp = e.MadeAt },
        }
        : new { routing_key = key, event_action = e.Action.ToString().ToLowerInvariant(), dedup_key = e.DedupKey };

    private static PagerDutyOnCall Read(JsonElement entry) => Person(
        entry.GetProperty("user"), entry.TryGetProperty("end", out var end) && end.ValueKind == JsonValueKind.String ? end.GetDateTimeOffset().ToUniversalTime() : null);

    private static PagerDutyOnCall Person(JsonElement user, DateTimeOffset? until) =>
        new(user.GetProperty("id").GetString() ?? "", Text(user, "name") ?? Text(user, "summary") ?? "", Text(user, "email"), until);

    // Its errors are sentences; a secret that one of them repeats does not go further.
    private static async Task<string> WhyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            var error = answer.RootElement.TryGetProperty("error", out var inner) ? inner : answer.RootElement;
            var parts = error.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
                ? errors.EnumerateArray().Select(e => e.ToString()) : [Text(error, "message") ?? ""];
            var why = Redactor.ForSlack(Slack.Blocks.Mrkdwn.Cut(string.Join("; ", parts), 300));
            return why.Length == 0 ? "" : $": {why}";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "";
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>PagerDuty does not tell. The message is a clause for people.</summary>
public sealed class PagerDutyException(string message, Exception? innerException = null) : Exception(message, innerException);
