using System.Net;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Platforms;
using ChatOps.Timeline;

namespace ChatOps.Telemetry.Http;

/// <summary>What went wrong with a source, told to people: which source, what, what to do. Without credentials.</summary>
/// <param name="kind">The key in <c>chatops.yaml</c> below which it stands.</param>
/// <param name="product">What should answer there.</param>
internal sealed class HttpSourceFailures(HttpSourceDefinition definition, string kind, string product)
{
    private const int LongestMessage = 200;

    private readonly string[] secrets = [.. new[] { definition.Token, definition.Password }.OfType<string>().Where(s => s.Length > 0)];

    /// <summary>For people: "prometheus", "prometheus main".</summary>
    public string Name { get; } = definition.Name.Contains(kind, StringComparison.OrdinalIgnoreCase) ? definition.Name : $"{kind} {definition.Name}";

    /// <summary>Where it stands in the configuration: "prometheus.main".</summary>
    public string Key { get; } = $"{kind}.{definition.Name}";

    public static PlatformException New(string sentence, string? code = null) => new(sentence, CallOutcome.NotDone) { Code = code };

    public PlatformException NoAnswer(Exception inner) => new($"{Name} did not answer within {Durations.Text(definition.Timeout)}", CallOutcome.NotDone, inner);

    public PlatformException Unreachable(HttpRequestException e) => new($"{Name} cannot be reached: {NetworkFailure.Text(e)}", CallOutcome.NotDone, e)
    {
        Code = e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded ? HttpSource.TooLarge : null,
    };

    public PlatformException NotReadable() => New($"{Name} sent an answer that is not {product}{(product.EndsWith('s') ? "'" : "'s")} own");

    /// <summary>A status of 300 or more that has no meaning of its own in the source's API.</summary>
    /// <param name="said">Its own words; null where it said none.</param>
    public PlatformException Refused(HttpSourceAnswer answer, string? said)
    {
        var words = said is { Length: > 0 } ? $": {Clean(said)}" : "";
        var status = (int)answer.Status;
        return New(answer.Status switch
        {
            HttpStatusCode.Unauthorized => $"{Name} refused: its token or password is not accepted (401); check {Key} in chatops.yaml",
            HttpStatusCode.Forbidden => $"{Name} refused: its token or user may not read (403){words}",
            HttpStatusCode.TooManyRequests => $"{Name} asks to wait{(answer.RetryAfter is { Ticks: > 0 } wait ? $" {Durations.Text(wait)}" : "")} (429)",
            HttpStatusCode.NotFound => $"there is no {product} at the address of {Name} (404); check {Key} in chatops.yaml",
            < HttpStatusCode.BadRequest => $"{Name} points elsewhere ({status}); correct the url of {Key} in chatops.yaml",
            >= HttpStatusCode.InternalServerError => $"{Name} broke ({status}){words}",
            _ => $"{Name} refused ({status}){words}",
        });
    }

    /// <summary>What it said on one short line, without the credentials that it was asked with.</summary>
    public string Clean(string text)
    {
        var line = CleanLine(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).TrimEnd('.');
        return line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
    }

    /// <summary>A line of its log as it may be kept, without its own credentials and without other secrets.</summary>
    public string CleanLine(string text)
    {
        foreach (var secret in secrets) text = text.Replace(secret, "[redacted]", StringComparison.Ordinal);
        return Redactor.ForRecord(text);
    }
}
