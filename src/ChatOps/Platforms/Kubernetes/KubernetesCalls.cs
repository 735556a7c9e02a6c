using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ChatOps.Catalog;
using ChatOps.Platforms.Http;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>The HTTP of one API server: reads with retries and a breaker, changes once and on a connection of their own, every failure a sentence.</summary>
internal sealed class KubernetesCalls(PlatformDefinition definition, TimeProvider time) : IDisposable
{
    private const int LargestAnswer = 32 * 1024 * 1024;

    private readonly ReadRetries reads = new(definition.Name, time);
    private readonly Lock opening = new();
    private Connection? connection;

    public string Namespace => ((KubernetesSettings)definition.Settings!).Namespace;

    public KubernetesFailures Failures { get; } = new(definition);

    public TimeSpan Timeout => definition.Timeout;

    /// <summary>A path below the namespace of an API (<c>/api/v1</c>, <c>/apis/apps/v1</c>); segments and values are percent-encoded.</summary>
    public string Path(string api, IEnumerable<string> segments, params IEnumerable<(string Name, string? Value)> query) => $"{api}/namespaces{EncodedPath.Of([Namespace, .. segments], query)}";

    public async Task<JsonObject> ReadAsync(string path, Patience patience)
    {
        using var response = await OpenAsync(path, patience);
        try
        {
            return KubernetesFailures.Parse(await response.Content.ReadAsByteArrayAsync(patience.Deadline)) ?? throw Failures.NotTheApi(CallOutcome.NotDone);
        }
        catch (OperationCanceledException e) when (!patience.Caller.IsCancellationRequested)
        {
            throw Failures.NoAnswer(CallOutcome.NotDone, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Failures.Unreachable(e, CallOutcome.NotDone);
        }
    }

    /// <summary>A read whose body is still to be read; the caller disposes it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, Patience patience)
    {
        try
        {
            var there = Open();
            var response = await reads.ExecuteAsync(async token =>
            {
                using var request = await RequestAsync(there, HttpMethod.Get, path, token);
                return await there.Reads.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            }, time.GetUtcNow() + definition.Timeout, patience.Caller, patience.Deadline);
            if (response.IsSuccessStatusCode) return response;
            using (response) throw Failures.Refused(response.StatusCode, await response.Content.ReadAsByteArrayAsync(patience.Deadline), effect: false, response.Headers.RetryAfter?.Delta);
        }
        catch (OperationCanceledException e) when (!patience.Caller.IsCancellationRequested)
        {
            throw Failures.NoAnswer(CallOutcome.NotDone, e);
        }
        catch (HttpRequestException e)
        {
            throw Failures.Unreachable(e, CallOutcome.NotDone);
        }
    }

    /// <param name="effect">False: a dry run or a question, after which nothing can have changed.</param>
    public async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonObject body, string mediaType, bool effect, Patience patience)
    {
        var lost = effect ? CallOutcome.Unknown : CallOutcome.NotDone;
        var sent = false;
        try
        {
            var there = Open();
            using var request = await RequestAsync(there, method, path, patience.Deadline);
            request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue(mediaType));
            patience.Deadline.ThrowIfCancellationRequested();
            sent = true;
            using var response = await there.Writes.SendAsync(request, HttpCompletionOption.ResponseContentRead, patience.Deadline);
            var answer = await response.Content.ReadAsByteArrayAsync(patience.Deadline);
            if (!response.IsSuccessStatusCode) throw Failures.Refused(response.StatusCode, answer, effect, response.Headers.RetryAfter?.Delta);
            return KubernetesFailures.Parse(answer) ?? throw Failures.NotTheApi(lost);
        }
        catch (OperationCanceledException e) when (!patience.Caller.IsCancellationRequested)
        {
            // The handler's own limit for connecting is shorter than the deadline: then nothing was sent.
            throw Failures.NoAnswer(sent && patience.Deadline.IsCancellationRequested ? lost : CallOutcome.NotDone, e);
        }
        catch (HttpRequestException e)
        {
            throw Failures.Unreachable(e, HttpPlatformFailures.NothingWasSent(e) ? CallOutcome.NotDone : lost);
        }
    }

    public void Dispose() => connection?.Dispose();

    private async Task<HttpRequestMessage> RequestAsync(Connection there, HttpMethod method, string path, CancellationToken cancellationToken)
    {
        var token = await there.Access.Token(cancellationToken);
        if (token is not null) Failures.Token = token;
        var request = new HttpRequestMessage(method, new Uri(there.Access.Server.AbsoluteUri.TrimEnd('/') + path));
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.UserAgent.Add(new("chatops", "1"));
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        return request;
    }

    // On first use: where a file is absent, that is told of this platform, and the bot runs.
    private Connection Open()
    {
        lock (opening) return connection ??= new(KubernetesAccess.Of(definition, time), definition.Timeout * 0.6);
    }

    private sealed class Connection(KubernetesAccess access, TimeSpan connect) : IDisposable
    {
        public KubernetesAccess Access => access;

        public HttpClient Reads { get; } = Client(access, connect, TimeSpan.FromMinutes(2));

        // A pooled connection may have been closed by the other side, and the handler then sends again by itself; a fresh one cannot.
        public HttpClient Writes { get; } = Client(access, connect, TimeSpan.Zero);

        public void Dispose()
        {
            Reads.Dispose();
            Writes.Dispose();
        }

        private static HttpClient Client(KubernetesAccess access, TimeSpan connect, TimeSpan pooled) => new(new SocketsHttpHandler
        {
            SslOptions = access.Tls(),
            // None named: the system's.
            Proxy = access.Proxy is { } proxy ? new WebProxy(proxy) : null,
            ConnectTimeout = connect,
            PooledConnectionLifetime = pooled,
            // A redirect would carry the token elsewhere.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
        }) { Timeout = System.Threading.Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
    }
}
