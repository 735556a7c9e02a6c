using System.Net;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Timeline;

namespace ChatOps.Platforms.Http;

/// <summary>What went wrong, told to people: who, what, what to do. Without credentials.</summary>
/// <param name="errorOf">The platform's own word and sentence in the body of a refusal; null where it has none.</param>
/// <param name="secrets">What it is asked with beside the token.</param>
internal sealed class HttpPlatformFailures(PlatformDefinition definition, Func<byte[], ErrorDetail?> errorOf, params IEnumerable<string> secrets)
{
    private readonly string[] secrets = [.. secrets, .. definition.Token is { Length: > 0 } token ? [token] : Array.Empty<string>()];

    public string Name => definition.Name;

    /// <summary>Text of the platform as it may be kept: without the token that it was asked with, and without other secrets.</summary>
    public string Clean(string text) => Redactor.ForRecord(secrets.Aggregate(text, (t, secret) => t.Replace(secret, "[redacted]", StringComparison.Ordinal)));

    public string? CleanOrNull(string? text) => text is null ? null : Clean(text);

    public PlatformException NoAnswer(CallOutcome outcome, Exception inner) =>
        new($"{Name} did not answer within {Durations.Text(definition.Timeout)}{FailureText.Begun(outcome)}", outcome, inner);

    public PlatformException Unreachable(HttpRequestException e, CallOutcome outcome) =>
        new($"{Name} cannot be reached: {NetworkFailure.Text(e)}{FailureText.Begun(outcome)}", outcome, e);

    public PlatformException BrokeOff(Exception inner) => new($"{Name} broke off: {NetworkFailure.Text(inner)}", CallOutcome.NotDone, inner);

    public PlatformException NotTheProtocol(CallOutcome outcome) =>
        new($"{Name} sent an answer that is not as docs/http-platform.md says{FailureText.Begun(outcome)}", outcome);

    /// <summary>A status of 300 or more. A write that met 408 or 5xx may have had its effect.</summary>
    public PlatformException Refused(HttpStatusCode status, byte[] body, bool write, TimeSpan? retryAfter = null)
    {
        var error = errorOf(body);
        var said = error?.Message is { Length: > 0 } message ? FailureText.Short(Clean(message)) : null;
        var sentence = status switch
        {
            HttpStatusCode.Unauthorized => $"{Name} refused: token not accepted (401); check the token of platform {Name} in chatops.yaml",
            HttpStatusCode.Forbidden => $"{Name} refused: the token may not do this (403){Said(said)}",
            HttpStatusCode.TooManyRequests => $"{Name} asks to wait{(retryAfter is { Ticks: > 0 } wait ? $" {Durations.Text(wait)}" : "")} (429)",
            < HttpStatusCode.BadRequest => $"{Name} points elsewhere ({(int)status}); correct the url of platform {Name} in chatops.yaml",
            >= HttpStatusCode.InternalServerError => $"{Name} broke ({(int)status}){Said(said)}{(write ? "; it may have begun all the same" : "")}",
            HttpStatusCode.NotFound when error?.Code is null && said is null => $"{Name} does not know this address (404); check the url of platform {Name} in chatops.yaml",
            _ => $"{Name} refused ({(int)status}){Said(said)}",
        };
        var unknown = write && status is (HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError);
        return new(sentence, unknown ? CallOutcome.Unknown : CallOutcome.NotDone)
        {
            Code = error?.Code,
            CredentialsRefused = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden,
        };
    }

    /// <summary>Whether it failed before a byte of the request could go out.</summary>
    public static bool NothingWasSent(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private static string Said(string? said) => said is null ? "" : $": {said}";
}
