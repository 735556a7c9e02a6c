using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ChatOps.Catalog;
using ChatOps.Platforms.Http;
using ChatOps.Telemetry;

namespace ChatOps.Platforms.Pipelines;

/// <summary>The HTTP of one pipeline platform: reads with retries and a breaker, writes once and on a connection of their own, every failure a sentence.</summary>
/// <param name="root">Put between the address of the configuration and every path, such as <c>/api/v4</c>.</param>
/// <param name="prepare">Adds who asks, and what the vendor wants of every request.</param>
internal sealed class PipelineCalls(PlatformDefinition definition, string root, Action<HttpRequestMessage> prepare, PipelineFailures failures, TimeProvider time) : IDisposable
{
    private const int LargestAnswer = 32 * 1024 * 1024;

    private readonly ReadRetries reads = new(definition.Name, time);
    private readonly HttpClient readClient = Client(definition, TimeSpan.FromMinutes(2));

    // A pooled connection may have been closed by the other side, and the handler then sends again by itself; a fresh one cannot.
    private readonly HttpClient writeClient = Client(definition, TimeSpan.Zero);

    public PipelineFailures Failures => failures;

    public TimeSpan Timeout => definition.Timeout;

    public Uri Address(string path) => new(definition.Url.AbsoluteUri.TrimEnd('/') + root + path);

    public async Task<JsonNode> ReadAsync(string path, Patience patience) => (await ReadWithHeadersAsync(path, patience)).Body;

    /// <summary>Null: the platform does not have it.</summary>
    public async Task<JsonNode?> ReadOrNullAsync(string path, Patience patience)
    {
        try
        {
            return await ReadAsync(path, patience);
        }
        catch (PlatformException e) when (e.Code == "http_404")
        {
            return null;
        }
    }

    public async Task<(JsonNode Body, HttpResponseHeaders Headers)> ReadWithHeadersAsync(string path, Patience patience)
    {
        using var response = await OpenAsync(path, patience);
        try
        {
            return (PipelineFailures.Parse(await response.Content.ReadAsByteArrayAsync(patience.Deadline)) ?? throw failures.NotTheApi(CallOutcome.NotDone), response.Headers);
        }
        catch (OperationCanceledException e) when (!patience.Caller.IsCancellationRequested)
        {
            throw failures.NoAnswer(CallOutcome.NotDone, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw failures.Unreachable(e, CallOutcome.NotDone);
        }
    }

    /// <summary>A read whose body is still to be read; the caller disposes it. Where the platform keeps it elsewhere, it is asked for there, without credentials.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, Patience patience)
    {
        var response = await GetAsync(Address(path), prepare, patience);
        if (response.StatusCode != HttpStatusCode.Redirect || response.Headers.Location is not { } elsewhere) return await CheckedAsync(response, patience);
        using (response)
        {
            var there = new Uri(Address(path), elsewhere);
            // A log is not fetched over an open line when the platform itself is asked over a closed one.
            if (there.Scheme != Uri.UriSchemeHttps && there.Scheme != definition.Url.Scheme) throw await RefusedAsync(response, effect: false, patience);
            return await CheckedAsync(await GetAsync(there, _ => { }, patience), patience);
        }
    }

    /// <summary>Asks for a change, once.</summary>
    /// <param name="content">Makes the body.</param>
    /// <param name="more">Added to this request alone.</param>
    public async Task<PipelineAnswer> SendAsync(string path, Func<HttpContent> content, Action<HttpRequestMessage>? more, Patience patience)
    {
        var sent = false;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Address(path));
            Prepare(request, prepare);
            more?.Invoke(request);
            request.Content = content();
            patience.Deadline.ThrowIfCancellationRequested();
            sent = true;
            using var response = await writeClient.SendAsync(request, HttpCompletionOption.ResponseContentRead, patience.Deadline);
            if (!response.IsSuccessStatusCode) throw await RefusedAsync(response, effect: true, patience);
            var body = await response.Content.ReadAsByteArrayAsync(patience.Deadline);
            return new(response.StatusCode, PipelineFailures.Parse(body), response.Headers.Location);
        }
        catch (OperationCanceledException e) when (!patience.Caller.IsCancellationRequested)
        {
            // The handler's own limit for connecting is shorter than the deadline: then nothing was sent.
            throw failures.NoAnswer(sent && patience.Deadline.IsCancellationRequested ? CallOutcome.Unknown : CallOutcome.NotDone, e);
        }
        catch (HttpRequestException e)
        {
            throw failures.Unreachable(e, HttpPlatformFailures.NothingWasSent(e) ? CallOutcome.NotDone : CallOutcome.Unknown);
        }
    }

    public void Dispose()
    {
        readClient.Dispose();
        writeClient.Dispose();
    }

    private async Task<HttpResponseMessage> GetAsync(Uri address, Action<HttpRequestMessage> with, Patience patience)
    {
        try
        {
            return await reads.ExecuteAsync(async token =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                Prepare(request, with);
                return await readClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            }, time.GetUtcNow() + definition.Timeout, patience.Caller, patience.Deadline);
        }
        catch (OperationCanceledException e) when (!patience.Caller.IsCancellationRequested)
        {
            throw failures.NoAnswer(CallOutcome.NotDone, e);
        }
        catch (HttpRequestException e)
        {
            throw failures.Unreachable(e, CallOutcome.NotDone);
        }
    }

    private async Task<HttpResponseMessage> CheckedAsync(HttpResponseMessage response, Patience patience)
    {
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await RefusedAsync(response, effect: false, patience);
    }

    private async Task<PlatformException> RefusedAsync(HttpResponseMessage response, bool effect, Patience patience)
    {
        var body = new byte[16 * 1024];
        var length = 0;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(patience.Deadline);
            length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, patience.Deadline);
        }
        // The refusal stands without its words.
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !patience.Caller.IsCancellationRequested)) { }
        return failures.Refused(response, body.AsSpan(0, length), effect);
    }

    private static void Prepare(HttpRequestMessage request, Action<HttpRequestMessage> with)
    {
        request.Headers.UserAgent.Add(new("chatops", "1"));
        with(request);
    }

    private static HttpClient Client(PlatformDefinition definition, TimeSpan pooled)
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
        handler.SslOptions.CertificateChainPolicy = Authorities.PolicyOf((definition.Settings as PipelinePlatformSettings)?.Authorities);
        return new(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
    }
}

/// <param name="Body">Null: none, or none that is JSON.</param>
internal sealed record PipelineAnswer(HttpStatusCode Status, JsonNode? Body, Uri? Location);
