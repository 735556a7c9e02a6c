using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Platforms.Http;

namespace ChatOps.Platforms.Described;

/// <summary>The requests of one description, with what shows who asks.</summary>
internal sealed class DescribedCalls : IDisposable
{
    private const int LongestCode = 100;

    private readonly PlatformDefinition definition;
    private readonly DescribedSettings settings;
    private readonly HttpPlatformFailures failures;
    private readonly PlatformHttp http;
    private readonly IReadOnlySet<string> severalEnvironments;

    /// <param name="severalEnvironments">Services that have one name there in several environments.</param>
    public DescribedCalls(PlatformDefinition definition, IReadOnlySet<string> severalEnvironments, TimeProvider time)
    {
        this.severalEnvironments = severalEnvironments;
        this.definition = definition;
        settings = (DescribedSettings)definition.Settings!;
        string[] secrets = settings.Password is { Length: > 0 } password ? [password, Basic()] : [];
        failures = new(definition, ErrorOf, secrets);
        http = new(definition, failures, time, settings.Authorities);
    }

    public PlatformDefinition Definition => definition;

    public PlatformHttp Http => http;

    public HttpPlatformFailures Failures => failures;

    /// <exception cref="PlatformException">It is not described, or not for this service.</exception>
    public DescribedCall Of(string operation, PlatformTarget target)
    {
        var call = settings.Calls.GetValueOrDefault(operation) ?? throw Cannot($"'{operation}' is not described for platform {definition.Name} in chatops.yaml");
        return WhyNot(operation, call, target.PlatformName) is { } why ? throw Cannot($"{definition.Name} was not asked: {why}") : call;

        static PlatformException Cannot(string what) => new(what, CallOutcome.NotDone) { Code = "unsupported" };
    }

    /// <summary>Why the call does not apply to the service; null: it does.</summary>
    public string? WhyNot(string operation, DescribedCall call, string service) =>
        call.Services?.Contains(service) == false ? $"'{operation}' in chatops.yaml is not for {service}"
        // It would reach whichever environment the platform takes for granted.
        : operation != "operation" && severalEnvironments.Contains(service) && !call.Request.Places.Contains("environment", StringComparer.Ordinal)
            ? $"'{operation}' in chatops.yaml does not say {{environment}}, and {service} has one name there in several" : null;

    public AnswerReading Reading(string operation, DescribedCall call, CallOutcome outcome = CallOutcome.NotDone) => new(failures, operation, call, settings.Times, outcome);

    public Task<byte[]> ReadAsync(DescribedCall call, Placeholders values, CancellationToken cancellationToken) =>
        http.ReadAsync(() => Request(call, values), cancellationToken);

    /// <inheritdoc cref="PlatformHttp.OpenAsync"/>
    public Task<HttpResponseMessage> OpenAsync(DescribedCall call, Placeholders values, CancellationToken cancellationToken) =>
        http.OpenAsync(() => Request(call, values), cancellationToken);

    public async Task<byte[]> WriteAsync(DescribedCall call, Placeholders values, CancellationToken cancellationToken)
    {
        using var request = Request(call, values);
        return await http.WriteAsync(request, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(DescribedCall call, Placeholders values)
    {
        var request = call.Request.Render(definition.Url, definition.Name, values);
        if (!request.Headers.Contains("Accept")) request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (settings.Username is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Basic());
        else if (definition.Token is { } token && settings.TokenHeader is { } header) request.Headers.TryAddWithoutValidation(header, token);
        else if (definition.Token is { } bearer) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return request;
    }

    private string Basic() => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.Username}:{settings.Password}"));

    private ErrorDetail? ErrorOf(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return new(Text(settings.ErrorCode, document.RootElement), Text(settings.ErrorMessage, document.RootElement));
        }
        catch (JsonException)
        {
            return null;
        }

        static string? Text(JsonPlace? place, JsonElement answer) =>
            place?.First(answer) is { ValueKind: JsonValueKind.String or JsonValueKind.Number } found ? found.ToString() is var text && text.Length <= LongestCode * 50 ? text : null : null;
    }
}
