using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ChatOps.Slack.WebApi;

/// <summary>What Slack answered to one call.</summary>
internal readonly record struct SlackAnswer(JsonElement Body, string? Scopes);

/// <summary>One attempt at one call: sends it, waits no longer than the deadline, and turns what comes back into an answer or one of the three exceptions.</summary>
internal sealed class SlackHttp : IDisposable
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(1);

    private readonly HttpClient http;
    private readonly SlackOptions options;
    private readonly TimeProvider time;

    public SlackHttp(SlackOptions options, TimeProvider time, HttpMessageHandler? handler)
    {
        this.options = options;
        this.time = time;
        http = handler is null
            ? new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AutomaticDecompression = DecompressionMethods.All, UseCookies = false, AllowAutoRedirect = false }, disposeHandler: true)
            : new HttpClient(handler, disposeHandler: false);
        http.Timeout = Timeout.InfiniteTimeSpan;
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ChatOps", "1.0"));
    }

    /// <summary>Calls a method of the Web API.</summary>
    public async Task<SlackAnswer> CallAsync(string method, object? arguments, string token, CancellationToken cancellationToken)
    {
        using var request = Request(method, arguments);
        request.Headers.Authorization = new("Bearer", token);
        return await SendAsync(method, request, options.CallDeadline, Answer, cancellationToken);
    }

    /// <summary>Posts to an address that Slack gave, which answers without <c>ok</c>. Nothing of the address appears in an exception.</summary>
    public async Task PostAsync(string name, string address, HttpContent content, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new SlackException(name, "invalid_url");
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = content };
        await SendAsync(name, request, deadline, PlainAnswer, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(string method, object? arguments)
    {
        if (SlackMethods.IsGet(method))
        {
            var query = string.Join('&', SlackMethods.Fields(arguments).Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value)}"));
            return new(HttpMethod.Get, new Uri(options.ApiBaseUrl, query.Length == 0 ? method : $"{method}?{query}"));
        }
        return new(HttpMethod.Post, new Uri(options.ApiBaseUrl, method))
        {
            Content = SlackMethods.IsForm(method) ? new FormUrlEncodedContent(SlackMethods.Fields(arguments)) : Json(arguments),
        };
    }

    public static ByteArrayContent Json(object? value)
    {
        var content = new ByteArrayContent(value is null ? "{}"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), SlackJson.Options));
        content.Headers.ContentType = new("application/json", "utf-8");
        return content;
    }

    private async Task<SlackAnswer> SendAsync(
        string method, HttpRequestMessage request, TimeSpan deadline, Func<string, HttpResponseMessage, byte[], SlackAnswer> read, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var outcome = "unreachable";
        using var patience = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            var answer = read(method, response, await response.Content.ReadAsByteArrayAsync(either.Token));
            outcome = "ok";
            return answer;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SlackUnreachableException(method, mayHaveHappened: true, $"it took longer than {deadline.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException failure)
        {
            var neverSent = failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
            throw new SlackUnreachableException(method, !neverSent, neverSent ? "the connection could not be made" : "the answer was lost", failure);
        }
        catch (SlackException refused)
        {
            outcome = refused.ErrorCode;
            throw;
        }
        catch (SlackRateLimitedException)
        {
            outcome = "ratelimited";
            throw;
        }
        finally
        {
            SlackMetrics.ApiCall(method, outcome, time.GetElapsedTime(started));
        }
    }

    private SlackAnswer Answer(string method, HttpResponseMessage response, byte[] bytes)
    {
        CheckStatus(method, response);
        JsonElement body;
        try
        {
            body = JsonElement.Parse(bytes);
        }
        catch (JsonException failure)
        {
            if (!response.IsSuccessStatusCode)
                throw new SlackException(method, $"http_{(int)response.StatusCode}");
            throw new SlackUnreachableException(method, mayHaveHappened: true, "the answer is not JSON", failure);
        }
        if (body.ValueKind != JsonValueKind.Object)
            throw new SlackUnreachableException(method, mayHaveHappened: true, "the answer is no JSON object");
        if (body.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.True)
            return new(body, response.Headers.TryGetValues("x-oauth-scopes", out var scopes) ? string.Join(',', scopes) : null);

        var error = Text(body, "error") ?? $"http_{(int)response.StatusCode}";
        throw error switch
        {
            "ratelimited" or "rate_limited" => new SlackRateLimitedException(method, RetryAfter(response)),
            // Slack says of these that some of the operation may have been done before the error was raised.
            "internal_error" or "fatal_error" or "service_unavailable" => new SlackUnreachableException(method, mayHaveHappened: true, $"Slack failed with {error}"),
            _ => new SlackException(method, error, Text(body, "needed"), Text(body, "provided"), Details(body)),
        };
    }

    private SlackAnswer PlainAnswer(string method, HttpResponseMessage response, byte[] bytes)
    {
        CheckStatus(method, response);
        return response.IsSuccessStatusCode ? default : throw new SlackException(method, $"http_{(int)response.StatusCode}");
    }

    private void CheckStatus(string method, HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            throw new SlackRateLimitedException(method, RetryAfter(response));
        if ((int)response.StatusCode >= 500)
            throw new SlackUnreachableException(method, mayHaveHappened: true, $"Slack answered {(int)response.StatusCode}");
    }

    private TimeSpan RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : DefaultWait);
        return wait > TimeSpan.Zero ? wait : DefaultWait;
    }

    private static string? Details(JsonElement body)
    {
        if (!body.TryGetProperty("response_metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object
            || !metadata.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array)
            return Text(body, "detail");
        return string.Join("; ", messages.EnumerateArray().Select(m => m.ToString()));
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
