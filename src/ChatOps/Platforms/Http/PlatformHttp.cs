using System.Net;
using System.Security.Cryptography.X509Certificates;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Telemetry;
using Polly.CircuitBreaker;

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
        // A pooled connection may have been closed by the other side, and the handler then sends again by itself;
        // a fresh one cannot, so a write goes out once.
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
        using var deadline = Deadline(cancellationToken);
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

    public CancellationTokenSource Deadline(CancellationToken cancellationToken)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(definition.Timeout);
        return deadline;
    }

    /// <summary>The next line of an answer that is read while it is sent, with the time-out for every line anew; null at its end.</summary>
    public async Task<ReadOnlyMemory<byte>?> NextAsync(BoundedLines lines, CancellationToken cancellationToken)
    {
        if (lines.TryTakeBuffered(out var buffered)) return buffered;
        using var deadline = Deadline(cancellationToken);
        try
        {
            return await lines.ReadAsync(deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw failures.NoAnswer(CallOutcome.NotDone, e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw failures.BrokeOff(e);
        }
    }

    public void Dispose()
    {
        readClient.Dispose();
        writeClient.Dispose();
        readHandler.Dispose();
        writeHandler.Dispose();
    }

    private async Task<HttpResponseMessage> SendReadAsync(Func<HttpRequestMessage> make, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var deadline = Deadline(cancellationToken);
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
