using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Catalog;
using ChatOps.Platforms.Http;

namespace ChatOps.Platforms.Docker;

/// <summary>The HTTP of one Engine: reads with retries and a breaker, changes once and on a connection of their own, every failure a sentence.</summary>
internal sealed class DockerCalls(PlatformDefinition definition, TimeProvider time) : IDisposable
{
    /// <summary>Newer ones add what is not used here; https://docs.docker.com/reference/api/engine/version-history.</summary>
    private static readonly Version Newest = new(1, 44);

    private readonly ReadRetries reads = new(definition.Name, time);
    private readonly DockerConnection connection = new(definition);
    private string? prefix;

    public DockerFailures Failures { get; } = new(definition);

    public DockerSettings Settings { get; } = (DockerSettings)definition.Settings!;

    public TimeSpan Timeout => definition.Timeout;

    /// <summary>As <c>filters</c> of the API takes them.</summary>
    public static (string, string?) Filters(string name, params IEnumerable<string> values) =>
        ("filters", new JsonObject { [name] = new JsonArray([.. values.Select(v => (JsonNode)v)]) }.ToJsonString());

    public async Task<JsonNode> ReadAsync(string path, Patience patience)
    {
        using var response = await OpenAsync(path, patience);
        return await BodyAsync(response, patience);
    }

    /// <summary>Null: there is no such thing.</summary>
    public async Task<JsonNode?> FindAsync(string path, Patience patience)
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

    /// <summary>A read whose body is still to be read; the caller disposes it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, Patience patience) => await GetAsync(await VersionAsync(patience) + path, patience);

    /// <summary>Asks for a change, once.</summary>
    /// <param name="atMost">Null: as long as any call.</param>
    /// <returns>What it answered; null where that is nothing, or that it is so already (304).</returns>
    public async Task<JsonNode?> ChangeAsync(HttpMethod method, string path, JsonObject? body, TimeSpan? atMost, CancellationToken cancellationToken, string? registry = null)
    {
        using var deadline = cancellationToken.Within(atMost ?? definition.Timeout);
        var sent = false;
        try
        {
            using var request = Request(method, await VersionAsync(new(cancellationToken, deadline.Token)) + path);
            // Without any content the handler would send again by itself where the connection ends before an answer, even on a fresh one.
            request.Content = body is null ? new ByteArrayContent([]) : new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            if (registry is not null) request.Headers.Add("X-Registry-Auth", registry);
            deadline.Token.ThrowIfCancellationRequested();
            sent = true;
            using var response = await connection.Writes.SendAsync(request, HttpCompletionOption.ResponseContentRead, deadline.Token);
            var answer = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            if (response.StatusCode == System.Net.HttpStatusCode.NotModified) return null;
            if (!response.IsSuccessStatusCode) throw Failures.Refused(response.StatusCode, answer, effect: true, response.Headers.RetryAfter?.Delta);
            // Pulling answers line by line; the last one says how it ended.
            return answer.Length == 0 ? null : DockerFailures.Parse(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(answer).Trim().Split('\n')[^1])) ?? throw Failures.NotTheApi(CallOutcome.Unknown);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler's own limit for connecting is shorter than the deadline: then nothing was sent.
            throw Failures.NoAnswer(atMost ?? definition.Timeout, sent && deadline.IsCancellationRequested ? CallOutcome.Unknown : CallOutcome.NotDone, e);
        }
        catch (HttpRequestException e)
        {
            throw Failures.Unreachable(e, HttpPlatformFailures.NothingWasSent(e) ? CallOutcome.NotDone : CallOutcome.Unknown);
        }
    }

    public void Dispose() => connection.Dispose();

    /// <summary>What both sides speak: a new Engine refuses old versions, an old one new versions.</summary>
    private async Task<string> VersionAsync(Patience patience)
    {
        if (prefix is not null) return prefix;
        using var response = await GetAsync("/version", patience);
        var told = await BodyAsync(response, patience);
        if (!System.Version.TryParse(told.Text("ApiVersion"), out var its)) throw Failures.NotTheApi(CallOutcome.NotDone);
        var least = System.Version.TryParse(told.Text("MinAPIVersion"), out var min) ? min : its;
        var chosen = its < Newest ? its : Newest > least ? Newest : least;
        return prefix = $"/v{chosen.Major}.{chosen.Minor}";
    }

    private async Task<HttpResponseMessage> GetAsync(string path, Patience patience)
    {
        try
        {
            var response = await reads.ExecuteAsync(async token =>
            {
                using var request = Request(HttpMethod.Get, path);
                return await connection.Reads.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            }, time.GetUtcNow() + definition.Timeout, patience.Caller, patience.Deadline);
            if (response.IsSuccessStatusCode) return response;
            using (response) throw Failures.Refused(response.StatusCode, await response.Content.ReadAsByteArrayAsync(patience.Deadline), effect: false, response.Headers.RetryAfter?.Delta);
        }
        catch (OperationCanceledException e) when (!patience.Caller.IsCancellationRequested)
        {
            throw Failures.NoAnswer(definition.Timeout, CallOutcome.NotDone, e);
        }
        catch (HttpRequestException e)
        {
            throw Failures.Unreachable(e, CallOutcome.NotDone);
        }
    }

    private async Task<JsonNode> BodyAsync(HttpResponseMessage response, Patience patience)
    {
        try
        {
            return DockerFailures.Parse(await response.Content.ReadAsByteArrayAsync(patience.Deadline)) ?? throw Failures.NotTheApi(CallOutcome.NotDone);
        }
        catch (OperationCanceledException e) when (!patience.Caller.IsCancellationRequested)
        {
            throw Failures.NoAnswer(definition.Timeout, CallOutcome.NotDone, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Failures.Unreachable(e, CallOutcome.NotDone);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(connection.Server.AbsoluteUri.TrimEnd('/') + path));
        request.Headers.UserAgent.Add(new("chatops", "1"));
        if (definition.Token is { } token) request.Headers.Authorization = new("Bearer", token);
        return request;
    }
}
