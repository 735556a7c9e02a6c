using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Timeline;

namespace ChatOps.Platforms.Pipelines;

/// <summary>What a vendor says of a refusal better than its status does, and what a person does about it; null: the status says it all.</summary>
/// <param name="words">The vendor's sentence, redacted.</param>
internal delegate string? VendorAdvice(HttpStatusCode status, HttpResponseHeaders headers, string? words);

/// <summary>What went wrong, told to people: who, what, what to do. Without credentials.</summary>
internal sealed class PipelineFailures(PlatformDefinition definition, VendorAdvice advice, TimeProvider time)
{
    public string Name => definition.Name;

    public string Clean(string text) => Redactor.ForRecord(definition.Token is { Length: > 0 } token ? text.Replace(token, "[redacted]", StringComparison.Ordinal) : text);

    public string? CleanOrNull(string? text) => text is null ? null : Clean(text);

    /// <summary>The first line of a commit's message.</summary>
    public string? FirstLine(string? text) => text?.Split('\n', 2)[0].Trim() is { Length: > 0 } line ? Clean(line) : null;

    public static PlatformException NotDone(string sentence, string? code = null, Exception? inner = null) => new(sentence, CallOutcome.NotDone, inner) { Code = code };

    public PlatformException NoAnswer(CallOutcome outcome, Exception inner) =>
        new($"{Name} did not answer within {Durations.Text(definition.Timeout)}{FailureText.Begun(outcome)}", outcome, inner);

    public PlatformException Unreachable(Exception e, CallOutcome outcome) => new($"{Name} cannot be reached: {NetworkFailure.Text(e)}{FailureText.Begun(outcome)}", outcome, e);

    public PlatformException NotTheApi(CallOutcome outcome) => new($"{Name} sent an answer that is not its API's; check the url of platform {Name} in chatops.yaml{FailureText.Begun(outcome)}", outcome);

    /// <summary>A status of 300 or more. A write that met 408 or 5xx may have had its effect.</summary>
    public PlatformException Refused(HttpResponseMessage response, ReadOnlySpan<byte> body, bool effect)
    {
        var status = response.StatusCode;
        var words = Words(body) is { } said ? FailureText.Short(Clean(said)) : null;
        var outcome = effect && status is (HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError) ? CallOutcome.Unknown : CallOutcome.NotDone;
        var sentence = Wait(response.Headers, status) is { } wait ? $"{Name} asks to wait{wait} ({(int)status}): too many requests; whoever shares its token counts too"
            : advice(status, response.Headers, words) is { } better ? $"{Name} {better}"
            : status switch
            {
                HttpStatusCode.Unauthorized => $"{Name} refused: token not accepted (401); check the token of platform {Name} in chatops.yaml",
                HttpStatusCode.Forbidden => $"{Name} refused: the token may not do this (403){Said(words)}",
                HttpStatusCode.NotFound => $"{Name} does not have it, or the token may not see it (404){Said(words)}; check the names in chatops.yaml and the rights of the token",
                HttpStatusCode.UnprocessableEntity => $"{Name} refused: not valid (422){Said(words)}",
                < HttpStatusCode.BadRequest => $"{Name} points elsewhere ({(int)status}); correct the url of platform {Name} in chatops.yaml",
                >= HttpStatusCode.InternalServerError => $"{Name} broke ({(int)status}){Said(words)}{FailureText.Begun(outcome)}",
                _ => $"{Name} refused ({(int)status}){Said(words)}",
            };
        return new(sentence, outcome) { Code = $"http_{(int)status}" };
    }

    public static JsonNode? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>How long, where that is the reason: 429, or GitHub's 403 with a time or with nothing left.</summary>
    private string? Wait(HttpResponseHeaders headers, HttpStatusCode status)
    {
        if (status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.Forbidden)) return null;
        if (headers.RetryAfter is { } after)
        {
            var left = after.Delta ?? (after.Date - time.GetUtcNow()) ?? TimeSpan.Zero;
            return left > TimeSpan.Zero ? $" {Durations.Text(left)}" : "";
        }
        // https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api: seconds since 1970.
        if (Header(headers, "x-ratelimit-remaining") == "0" || Header(headers, "RateLimit-Remaining") == "0")
        {
            return long.TryParse(Header(headers, "x-ratelimit-reset") ?? Header(headers, "RateLimit-Reset"), out var at) && at is > 0 and < 253402300800
                ? $" until {DateTimeOffset.FromUnixTimeSeconds(at):HH:mm} UTC" : "";
        }
        return status == HttpStatusCode.TooManyRequests ? "" : null;
    }

    public static string? Header(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    /// <summary>GitHub: message and errors[].message; GitLab: message as text, list or map, or error; Jenkins: none, since it answers with pages.</summary>
    private static string? Words(ReadOnlySpan<byte> body) => Parse(body) is not JsonObject told ? null
        : string.Join("; ", new[] { told["message"], told["error"], told["errors"] }.SelectMany(Texts).Distinct(StringComparer.Ordinal)) is { Length: > 0 } words ? words : null;

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        JsonArray list => list.SelectMany(Texts),
        JsonObject map => map.SelectMany(e => Texts(e.Value).Select(t => e.Key is "base" or "message" ? t : $"{e.Key} {t}")),
        _ => [],
    };

    public static string Said(string? words) => words is null ? "" : $": {words}";
}
