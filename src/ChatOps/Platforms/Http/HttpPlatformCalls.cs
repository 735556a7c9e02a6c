using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Http;

/// <summary>The calls of docs/http-platform.md: addresses, the token, messages.</summary>
internal sealed class HttpPlatformCalls : IDisposable
{
    private readonly PlatformDefinition definition;

    public HttpPlatformCalls(PlatformDefinition definition, TimeProvider time)
    {
        this.definition = definition;
        Failures = new(definition, body => Parse(body, HttpPlatformJson.Default.ErrorMessage)?.Error);
        Http = new(definition, Failures, time);
    }

    public HttpPlatformFailures Failures { get; }

    public PlatformHttp Http { get; }

    /// <summary>The address of a call; segments and values are percent-encoded.</summary>
    public Uri Address(IEnumerable<string> segments, params (string Name, string? Value)[] query) => new($"{definition.Url.AbsoluteUri.TrimEnd('/')}/v1{EncodedPath.Of(segments, query)}");

    public async Task<T> ReadAsync<T>(Uri address, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        Parse(await Http.ReadAsync(() => Request(HttpMethod.Get, address), cancellationToken), type) ?? throw Failures.NotTheProtocol(CallOutcome.NotDone);

    /// <inheritdoc cref="PlatformHttp.OpenAsync"/>
    public Task<HttpResponseMessage> OpenAsync(Uri address, CancellationToken cancellationToken) =>
        Http.OpenAsync(() => Request(HttpMethod.Get, address), cancellationToken);

    public async Task<T> WriteAsync<T>(Uri address, ActionMessage action, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, address);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(action, HttpPlatformJson.Default.ActionMessage));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Parse(await Http.WriteAsync(request, cancellationToken), type) ?? throw Failures.NotTheProtocol(CallOutcome.Unknown);
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

    public void Dispose() => Http.Dispose();

    private HttpRequestMessage Request(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (definition.Token is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }
}
