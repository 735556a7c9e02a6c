using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatOps.Catalog;
using ChatOps.Configuration;
using Polly.CircuitBreaker;

namespace ChatOps.Platforms.Http;

/// <summary>
/// The HTTP of one platform: reads with retries and a breaker, writes once and on a connection of their own,
/// everything within the platform's time-out, every failure a sentence.
/// </summary>
internal sealed class HttpPlatformCalls : IDisposable
{
    private const int LargestAnswer = 16 * 1024 * 1024;

    private readonly PlatformDefinition definition;
    private readonly TimeProvider time;
    private readonly HttpPlatformFailures failures;
    private readonly ReadRetries reads;
    private readonly SocketsHttpHandler readHandler;
    private readonly SocketsHttpHandler writeHandler;
    private readonly HttpClient readClient;
    private readonly HttpClient writeClient;

    public HttpPlatformCalls(PlatformDefinition definition, TimeProvider time)
    {
        this.definition = definition;
        this.time = time;
        failures = new(definition);
        reads = new(definition.Name, time);
        readHandler = Handler(TimeSpan.FromMinutes(2));
        // A pooled connection may have been closed by the other side, and the handler then sends again by itself;
        // a fresh one cannot, so a write goes out once.
        writeHandler = Handler(TimeSpan.Zero);
        readClient = Client(readHandler);
        writeClient = Client(writeHandler);
    }

    public HttpPlatformFailures Failures => failures;

    /// <summary>The address of a call; segments and values are percent-encoded.</summary>
    public Uri Address(IEnumerable<string> segments, params (string Name, string? Value)[] query)
    {
        var path = string.Join('/', segments.Select(Uri.EscapeDataString));
        var values = string.Join('&', query.Where(q => q.Value is not null).Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value!)}"));
        return new($"{definition.Url.AbsoluteUri.TrimEnd('/')}/v1/{path}{(values.Length > 0 ? "?" : "")}{values}");
    }

    public async Task<T> ReadAsync<T>(Uri address, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendReadAsync(address, HttpCompletionOption.ResponseContentRead, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return Parse(body, type) ?? throw failures.NotTheProtocol(CallOutcome.NotDone);
    }

    /// <summary>A read whose body is still to be read; the caller disposes it and gives it time.</summary>
    public Task<HttpResponseMessage> OpenAsync(Uri address, CancellationToken cancellationToken) =>
        SendReadAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public async Task<T> WriteAsync<T>(Uri address, ActionMessage action, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var deadline = Deadline(cancellationToken);
        try
        {
            using var request = Request(HttpMethod.Post, address);
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(action, HttpPlatformJson.Default.ActionMessage));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await writeClient.SendAsync(request, HttpCompletionOption.ResponseContentRead, deadline.Token);
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            if (!response.IsSuccessStatusCode) throw failures.Refused(response.StatusCode, body, write: true);
            return Parse(body, type) ?? throw failures.NotTheProtocol(CallOutcome.Unknown);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler's own limit for connecting is shorter than the deadline: then nothing was sent.
            throw deadline.IsCancellationRequested
                ? failures.NoAnswer(CallOutcome.Unknown, e)
                : failures.NoAnswer(CallOutcome.NotDone, e);
        }
        catch (HttpRequestException e)
        {
            throw failures.Unreachable(e, HttpPlatformFailures.NothingWasSent(e) ? CallOutcome.NotDone : CallOutcome.Unknown);
        }
    }

    public CancellationTokenSource Deadline(CancellationToken cancellationToken)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(definition.Timeout);
        return deadline;
    }

    public static T? Parse<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public void Dispose()
    {
        readClient.Dispose();
        writeClient.Dispose();
        readHandler.Dispose();
        writeHandler.Dispose();
    }

    private async Task<HttpResponseMessage> SendReadAsync(Uri address, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var deadline = Deadline(cancellationToken);
        try
        {
            var response = await reads.ExecuteAsync(async token =>
            {
                using var request = Request(HttpMethod.Get, address);
                return await readClient.SendAsync(request, completion, token);
            }, time.GetUtcNow() + definition.Timeout, cancellationToken, deadline.Token);
            if (response.IsSuccessStatusCode) return response;
            using (response)
            {
                throw failures.Refused(response.StatusCode, await ErrorBodyAsync(response, deadline.Token), write: false, response.Headers.RetryAfter?.Delta);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw failures.NoAnswer(CallOutcome.NotDone, e);
        }
        catch (HttpRequestException e)
        {
            throw failures.Unreachable(e, CallOutcome.NotDone);
        }
        catch (BrokenCircuitException e)
        {
            throw new PlatformException($"{definition.Name} was not asked: its last answers failed; it is asked again in {Durations.Text(ReadRetries.Pause)}", CallOutcome.NotDone, e);
        }
    }

    private static async Task<byte[]> ErrorBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var body = new byte[16 * 1024];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return body[..length];
    }

    private HttpRequestMessage Request(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (definition.Token is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private SocketsHttpHandler Handler(TimeSpan pooled) => new()
    {
        ConnectTimeout = definition.Timeout * 0.6,
        PooledConnectionLifetime = pooled,
        // A redirect would carry the token elsewhere.
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
    };

    private static HttpClient Client(SocketsHttpHandler handler) =>
        new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
}
