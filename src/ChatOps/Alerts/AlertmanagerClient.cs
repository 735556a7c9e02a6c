using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ChatOps.Configuration;
using ChatOps.Platforms;

namespace ChatOps.Alerts;

/// <summary>A silence as Alertmanager holds it.</summary>
internal sealed record HeldSilence(string Id, string State, string Comment, DateTimeOffset EndsAt, IReadOnlyList<SilenceMatcher> Matchers)
{
    public bool IsOver => State == "expired";
}

/// <summary>Alertmanager's own interface, version 2 (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml): whether it is ready, and silences.</summary>
internal sealed class AlertmanagerClient : IDisposable
{
    private const int LargestAnswer = 8 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
    private readonly HttpClient client;

    public AlertmanagerClient() => client = new(handler, disposeHandler: false) { Timeout = Patience, MaxResponseContentBufferSize = LargestAnswer };

    /// <exception cref="PlatformException">It is not ready, or does not answer.</exception>
    public async Task ReadyAsync(AlertSource source, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(source, HttpMethod.Get, "-/ready", body: null, cancellationToken);
        if (!answer.IsSuccessStatusCode) throw Refused(source, answer.StatusCode, "");
    }

    /// <summary>All that it holds, those that are over (<see cref="HeldSilence.IsOver"/>) for as long as it remembers them.</summary>
    /// <exception cref="PlatformException">It does not answer, or not with silences.</exception>
    public async Task<IReadOnlyList<HeldSilence>> SilencesAsync(AlertSource source, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(source, HttpMethod.Get, "api/v2/silences", body: null, cancellationToken);
        if (!answer.IsSuccessStatusCode) throw Refused(source, answer.StatusCode, "");
        try
        {
            using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Select(Silence)]
                : throw new PlatformException($"{source.Name} does not answer with silences.", CallOutcome.NotDone);
        }
        catch (JsonException e)
        {
            throw new PlatformException($"{source.Name} does not answer with JSON.", CallOutcome.NotDone, e);
        }
    }

    /// <returns>Its id there.</returns>
    /// <exception cref="PlatformException">It was refused, or the answer is lost.</exception>
    public async Task<string> CreateAsync(AlertSource source, IReadOnlyList<SilenceMatcher> matchers, DateTimeOffset from, DateTimeOffset until, string by, string comment, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.Serialize(new
        {
            matchers = matchers.Select(m => new { name = m.Name, value = m.Value, isRegex = false, isEqual = true }),
            startsAt = Time(from),
            endsAt = Time(until),
            createdBy = by,
            comment,
        });
        using var answer = await SendAsync(source, HttpMethod.Post, "api/v2/silences", body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode) throw Refused(source, answer.StatusCode, text);
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Get("silenceID").Text() ?? throw new JsonException("No silenceID.");
        }
        catch (JsonException e)
        {
            throw new PlatformException($"{source.Name} took the silence and gave no id for it.", CallOutcome.Unknown, e);
        }
    }

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(AlertSource source, HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(source.Url!.ToString().TrimEnd('/') + "/" + path));
        if (source.ApiToken is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        try
        {
            return await client.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            var reached = e.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);
            throw new PlatformException($"{source.Name} cannot be reached: {NetworkFailure.Text(e)}.", reached ? CallOutcome.Unknown : CallOutcome.NotDone, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PlatformException($"{source.Name} does not answer within {Patience.TotalSeconds:0} s.", CallOutcome.Unknown, e);
        }
    }

    private static HeldSilence Silence(JsonElement one) => new(
        one.Get("id").Text() ?? "",
        one.Get("status").Get("state").Text() ?? "",
        one.Get("comment").Text() ?? "",
        one.Get("endsAt").Time() ?? DateTimeOffset.MinValue,
        one.Get("matchers") is { ValueKind: JsonValueKind.Array } matchers
            ? [.. matchers.EnumerateArray().Select(m => new SilenceMatcher(m.Get("name").Text() ?? "", m.Get("value").Text() ?? ""))]
            : []);

    private static PlatformException Refused(AlertSource source, HttpStatusCode status, string text) => new(
        $"{source.Name} answered {(int)status}{(text.Length is > 0 and < 300 ? $": {text.Trim().Trim('"')}" : "")}.",
        (int)status is >= 400 and < 500 ? CallOutcome.NotDone : CallOutcome.Unknown);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
