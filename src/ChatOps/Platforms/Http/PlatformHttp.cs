using System.Net;
using System.Security.Cryptography.X509Certificates;
using ChatOps.Catalog;
using ChatOps.Telemetry;

namespace ChatOps.Platforms.Http;

/// <summary>
/// The HTTP of one platform: reads with retries and a breaker, writes once and on a connection of their own,
/// everything within the platform's time-out, every failure a sentence.
/// </summary>
internal sealed class PlatformHttp : IDisposable
{
    private const int LargestAnswer = 16 * 1024 * 1024;

    private readonly PlatformDefinition definition;
    private readonly HttpPlatformFailures failures;
    private readonly TimeProvider time;
    private readonly ReadRetries reads;
    private readonly SocketsHttpHandler readHandler;
    private readonly SocketsHttpHandler writeHandler;
    private readonly HttpClient readClient;
    private readonly HttpClient writeClient;

    /// <param name="authorities">Whose certificates count; null: the system's.</param>
    public PlatformHttp(PlatformDefinition definition, HttpPlatformFailures failures, TimeProvider time, X509Certificate2Collection? authorities = null)
    {
        this.definition = definition;
        this.failures = failures;
        this.time = time;
        reads = new(definition.Name, time);
        readHandler = Handler(TimeSpan.FromMinutes(2), authorities);
        // A pooled connection may have been closed by the other side, and the handler then sends again by itself: a write has a fresh one.
        writeHandler = Handler(TimeSpan.Zero, authorities);
        readClient = Client(readHandler);
        writeClient = Client(writeHandler);
    }

    /// <param name="request">Makes the request anew for each attempt.</param>
    public async Task<byte[]> ReadAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        using var response = await SendReadAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>A read whose body is still to be read; the caller disposes it and gives it time.</summary>
    public Task<HttpResponseMessage> OpenAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken) =>
        SendReadAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public async Task<byte[]> WriteAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var deadline = cancellationToken.Within(definition.Timeout);
        // Without any content the handler would send again by itself where the connection ends before an answer, even on a fresh one.
        request.Content ??= new ByteArrayContent([]);
        try
        {
            using var response = await writeClient.SendAsync(request, HttpCompletionOption.ResponseContentRead, deadline.Token);
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return response.IsSuccessStatusCode ? body : throw failures.Refused(response.StatusCode, body, write: true);
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

    /// <summary>The lines of an answer that is read while it is sent.</summary>
    public PatientLines Lines(Stream answer) => new(answer, definition.Timeout, e => failures.NoAnswer(CallOutcome.NotDone, e), failures.BrokeOff);

    public void Dispose()
    {
        readClient.Dispose();
        writeClient.Dispose();
        readHandler.Dispose();
        writeHandler.Dispose();
    }

    private async Task<HttpResponseMessage> SendReadAsync(Func<HttpRequestMessage> make, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var deadline = cancellationToken.Within(definition.Timeout);
        try
        {
            var response = await reads.ExecuteAsync(async token =>
            {
                using var request = make();
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
    }

    private static async Task<byte[]> ErrorBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var body = new byte[16 * 1024];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return body[..length];
    }

    private SocketsHttpHandler Handler(TimeSpan pooled, X509Certificate2Collection? authorities)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = definition.Timeout * 0.6,
            PooledConnectionLifetime = pooled,
            // A redirect would carry the token elsewhere.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
        };
        handler.SslOptions.CertificateChainPolicy = Authorities.PolicyOf(authorities);
        return handler;
    }

    private static HttpClient Client(SocketsHttpHandler handler) =>
        new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
}
