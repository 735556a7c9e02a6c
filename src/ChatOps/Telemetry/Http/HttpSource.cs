using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Platforms.Http;

namespace ChatOps.Telemetry.Http;

internal readonly record struct HttpSourceAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter);

/// <summary>The HTTP of one source of figures or lines: reads alone, with retries and a breaker, within its time-out, every failure a sentence.</summary>
internal sealed class HttpSource : IDisposable
{
    /// <summary>The code of a failure after which asking for less may well work.</summary>
    public const string TooLarge = "too_large";

    private readonly HttpSourceDefinition definition;
    private readonly TimeProvider time;
    private readonly (string Name, string Value)[] headers;
    private readonly ReadRetries retries;
    private readonly SocketsHttpHandler handler;
    private readonly HttpClient client;

    /// <param name="largestAnswer">In bytes; a larger one is a failure.</param>
    /// <param name="headers">Sent with every request.</param>
    public HttpSource(HttpSourceDefinition definition, HttpSourceFailures failures, TimeProvider time, int largestAnswer, params (string Name, string Value)[] headers)
    {
        this.definition = definition;
        this.time = time;
        this.headers = headers;
        Failures = failures;
        retries = new(failures.Name, time);
        handler = new SocketsHttpHandler
        {
            ConnectTimeout = definition.Timeout * 0.6,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            // A redirect would carry the token elsewhere.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
        };
        handler.SslOptions.CertificateChainPolicy = Authorities.PolicyOf(definition.Authorities);
        client = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = largestAnswer };
    }

    public HttpSourceFailures Failures { get; }

    /// <summary>Path and query below the source's address; values are percent-encoded, the path's segments are the caller's to encode.</summary>
    public static string Path(string path, params IEnumerable<(string Name, string Value)> query)
    {
        var values = string.Join('&', query.Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value)}"));
        return values.Length > 0 ? $"{path}?{values}" : path;
    }

    /// <exception cref="PlatformException">It does not answer. What it refuses is an answer.</exception>
    public Task<HttpSourceAnswer> GetAsync(string path, CancellationToken cancellationToken) => AskAsync(HttpMethod.Get, path, json: null, cancellationToken);

    /// <summary>For what only reads, whatever its method: it may be sent again.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<HttpSourceAnswer> AskAsync(HttpMethod method, string path, byte[]? json, CancellationToken cancellationToken)
    {
        var address = new Uri(definition.Url.AbsoluteUri.TrimEnd('/') + path);
        using var deadline = cancellationToken.Within(definition.Timeout);
        try
        {
            using var response = await retries.ExecuteAsync(async token =>
            {
                using var request = Request(method, address, json);
                return await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, token);
            }, time.GetUtcNow() + definition.Timeout, cancellationToken, deadline.Token);
            return new(response.StatusCode, await response.Content.ReadAsByteArrayAsync(deadline.Token), response.Headers.RetryAfter?.Delta);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failures.NoAnswer(e);
        }
        catch (HttpRequestException e)
        {
            throw Failures.Unreachable(e);
        }
    }

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }

    private HttpRequestMessage Request(HttpMethod method, Uri address, byte[]? json)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (definition.Token is { } token) request.Headers.Authorization = new AuthenticationHeaderValue(definition.TokenScheme, token);
        else if (definition.Username is { } user) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{definition.Password}")));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (json is not null) request.Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return request;
    }
}
