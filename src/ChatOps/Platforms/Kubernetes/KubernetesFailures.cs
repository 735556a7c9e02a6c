using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Timeline;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>What went wrong, told to people from the API server's Status object. Without credentials.</summary>
internal sealed partial class KubernetesFailures(PlatformDefinition definition)
{
    /// <summary>The token that was sent last: an API server or a program may repeat it.</summary>
    public string? Token { get; set; } = definition.Token;

    public string Name => definition.Name;

    public string Clean(string text) => Redactor.ForRecord(Token is { Length: > 0 } token ? text.Replace(token, "[redacted]", StringComparison.Ordinal) : text);

    public string? CleanOrNull(string? text) => text is null ? null : Clean(text);

    public static PlatformException NotDone(string sentence, string? code = null) => new(sentence, CallOutcome.NotDone) { Code = code };

    public PlatformException NoAnswer(CallOutcome outcome, Exception inner) =>
        new($"{Name} did not answer within {Durations.Text(definition.Timeout)}{FailureText.Begun(outcome)}", outcome, inner);

    public PlatformException Unreachable(Exception e, CallOutcome outcome) => new($"{Name} cannot be reached: {NetworkFailure.Text(e)}{FailureText.Begun(outcome)}", outcome, e);

    public PlatformException NotTheApi(CallOutcome outcome) => new($"{Name} sent an answer that is not the Kubernetes API's{FailureText.Begun(outcome)}", outcome);

    /// <summary>A status of 300 or more.</summary>
    /// <param name="effect">It was asked to change something: after 408 and 5xx nobody knows whether it did.</param>
    public PlatformException Refused(HttpStatusCode status, ReadOnlySpan<byte> body, bool effect, TimeSpan? retryAfter = null)
    {
        var told = Parse(body);
        var words = told.Text("message") is { } message ? FailureText.Short(Clean(message)) : null;
        var outcome = effect && status is (HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError) ? CallOutcome.Unknown : CallOutcome.NotDone;
        var sentence = status switch
        {
            HttpStatusCode.Unauthorized => $"{Name} refused: credentials not accepted (401); check those of platform {Name} in chatops.yaml",
            HttpStatusCode.Forbidden => Forbidden(told.Text("message")) ?? $"{Name} refused (403){Said(words)}",
            HttpStatusCode.NotFound when told is null => $"{Name} does not know this address (404); check the url of platform {Name} in chatops.yaml",
            HttpStatusCode.NotFound => $"{Name} does not have it (404){Said(words)}",
            HttpStatusCode.Conflict => $"{Name} refused: somebody else changed it meanwhile (409){Said(words)}",
            HttpStatusCode.UnprocessableEntity => $"{Name} refused: not valid (422){Said(words)}",
            HttpStatusCode.TooManyRequests => $"{Name} asks to wait{(retryAfter is { Ticks: > 0 } wait ? $" {Durations.Text(wait)}" : "")} (429)",
            < HttpStatusCode.BadRequest => $"{Name} points elsewhere ({(int)status}); correct the url of platform {Name} in chatops.yaml",
            >= HttpStatusCode.InternalServerError => $"{Name} broke ({(int)status}){Said(words)}{FailureText.Begun(outcome)}",
            _ => $"{Name} refused ({(int)status}){Said(words)}",
        };
        return new(sentence, outcome) { Code = told.Text("reason") ?? $"http_{(int)status}", CredentialsRefused = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden };
    }

    public static JsonObject? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string? Forbidden(string? message) => message is not null && Rights().Match(message) is { Success: true } m
        ? $"{Name} refused: {m.Groups["resource"].Value}{(m.Groups["group"].Length > 0 ? "." + m.Groups["group"].Value : "")} is forbidden for {(m.Groups["account"].Success ? "serviceaccount" : "user")} {Clean(m.Groups["user"].Value)}; it needs verb {m.Groups["verb"].Value}"
        : null;

    private static string Said(string? words) => words is null ? "" : $": {words}";

    // The API server writes refusals of RBAC in this one form; what an admission webhook writes is told as it is.
    [GeneratedRegex("""User "(?<account>system:serviceaccount:[^:"]+:)?(?<user>[^"]+)" cannot (?<verb>\w+) resource "(?<resource>[^"]+)"( in API group "(?<group>[^"]*)")?""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Rights();
}
