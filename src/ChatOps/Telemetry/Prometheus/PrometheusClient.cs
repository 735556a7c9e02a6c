using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Platforms;
using ChatOps.Platforms.Http;
using Polly.CircuitBreaker;

namespace ChatOps.Telemetry.Prometheus;

/// <summary>
/// The HTTP of one Prometheus: reads alone, with retries and a breaker, within its time-out, every failure a sentence.
/// A <see cref="PlatformException"/> with a <see cref="PlatformException.Code"/> is about the query, one without is about the source.
/// </summary>
public sealed class PrometheusClient : IDisposable
{
    private const int LargestAnswer = 16 * 1024 * 1024;

    private readonly PrometheusDefinition definition;
    private readonly TimeProvider time;
    private readonly PrometheusFailures failures;
    private readonly ReadRetries retries;
    private readonly SocketsHttpHandler handler;
    private readonly HttpClient client;

    public PrometheusClient(PrometheusDefinition definition, TimeProvider time)
    {
        this.definition = definition;
        this.time = time;
        failures = new(definition);
        retries = new(definition.Name, time);
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
        client = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
    }

    /// <summary>For people: "prometheus", "prometheus main".</summary>
    public string Name => failures.Name;

    /// <summary>What it said on one short line, without the credentials that it was asked with.</summary>
    public string Clean(string text) => failures.Clean(text);

    /// <summary>A figure at one moment.</summary>
    /// <param name="what">What is asked for, for people: "error_rate of shop".</param>
    /// <exception cref="PlatformException">It does not answer, or refuses.</exception>
    public Task<PromAnswer> QueryAsync(string what, string query, DateTimeOffset at, CancellationToken cancellationToken) =>
        AskAsync(what, Address("query", ("query", query), ("time", Time(at))), cancellationToken);

    /// <summary>A figure over time.</summary>
    /// <inheritdoc cref="QueryAsync"/>
    public Task<PromAnswer> RangeAsync(string what, string query, DateTimeOffset since, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken) =>
        AskAsync(what, Address("query_range", ("query", query), ("start", Time(since)), ("end", Time(until)), ("step", Seconds(step))), cancellationToken);

    /// <summary>Its version; null where it is something like a Prometheus that tells none.</summary>
    /// <exception cref="PlatformException">It does not answer, or refuses.</exception>
    public async Task<string?> VersionAsync(CancellationToken cancellationToken)
    {
        var (status, body, retryAfter) = await GetAsync(Address("status/buildinfo"), cancellationToken);
        return status switch
        {
            HttpStatusCode.OK => PromAnswer.Version(body),
            HttpStatusCode.NotFound => null,
            _ => throw failures.Refused(status, body, "its version", retryAfter),
        };
    }

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }

    private async Task<PromAnswer> AskAsync(string what, Uri address, CancellationToken cancellationToken)
    {
        var (status, body, retryAfter) = await GetAsync(address, cancellationToken);
        if (status != HttpStatusCode.OK) throw failures.Refused(status, body, what, retryAfter);
        return PromAnswer.Read(body) ?? throw failures.NotReadable();
    }

    private async Task<(HttpStatusCode Status, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter)> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(definition.Timeout);
        try
        {
            using var response = await retries.ExecuteAsync(async token =>
            {
                using var request = Request(address);
                return await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, token);
            }, time.GetUtcNow() + definition.Timeout, cancellationToken, deadline.Token);
            return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(deadline.Token), response.Headers.RetryAfter?.Delta);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw failures.NoAnswer(e);
        }
        catch (HttpRequestException e)
        {
            throw failures.Unreachable(e);
        }
        catch (BrokenCircuitException e)
        {
            throw new PlatformException($"{Name} was not asked: its last answers failed; it is asked again in {Durations.Text(ReadRetries.Pause)}", CallOutcome.NotDone, e);
        }
    }

    private HttpRequestMessage Request(Uri address)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (definition.Token is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        else if (definition.Username is { } user) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{definition.Password}")));
        return request;
    }

    private Uri Address(string call, params (string Name, string Value)[] query) =>
        new($"{definition.Url.AbsoluteUri.TrimEnd('/')}/api/v1/{call}{(query.Length > 0 ? "?" : "")}{string.Join('&', query.Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value)}"))}");

    private static string Time(DateTimeOffset at) => (at.ToUnixTimeMilliseconds() / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan step) => step.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
