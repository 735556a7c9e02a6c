using System.Net;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Platforms;
using ChatOps.Timeline;

namespace ChatOps.Telemetry.Prometheus;

/// <summary>What went wrong, told to people: which source, what, what to do. Without credentials.</summary>
internal sealed class PrometheusFailures(PrometheusDefinition definition)
{
    private const int LongestMessage = 200;

    public string Name { get; } = definition.Name.Contains("prometheus", StringComparison.OrdinalIgnoreCase) ? definition.Name : $"prometheus {definition.Name}";

    public PlatformException NoAnswer(Exception inner) => new($"{Name} did not answer within {Durations.Text(definition.Timeout)}", CallOutcome.NotDone, inner);

    public PlatformException Unreachable(HttpRequestException e) => new($"{Name} cannot be reached: {NetworkFailure.Text(e)}", CallOutcome.NotDone, e);

    public PlatformException NotReadable() => new($"{Name} sent an answer that is not Prometheus' own", CallOutcome.NotDone);

    /// <param name="what">What was asked for.</param>
    public PlatformException Refused(HttpStatusCode status, ReadOnlyMemory<byte> body, string what, TimeSpan? retryAfter)
    {
        var (type, error) = PromAnswer.Refusal(body);
        var said = error is { Length: > 0 } ? $": {Clean(error)}" : "";
        return status switch
        {
            HttpStatusCode.Unauthorized => New($"{Name} refused: its token or password is not accepted (401); check prometheus.{definition.Name} in chatops.yaml"),
            HttpStatusCode.Forbidden => New($"{Name} refused: its token or user may not read (403){said}"),
            HttpStatusCode.TooManyRequests => New($"{Name} asks to wait{(retryAfter is { Ticks: > 0 } wait ? $" {Durations.Text(wait)}" : "")} (429)"),
            // 400 bad_data and 422 execution: asking others of its queries may well work.
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when type is not null => new PlatformException($"{Name} refused the query of {what} ({type}){said}", CallOutcome.NotDone) { Code = type },
            HttpStatusCode.ServiceUnavailable => New($"{Name} is not ready or gave up ({type ?? "503"}){said}"),
            >= HttpStatusCode.InternalServerError => New($"{Name} broke ({(int)status}){said}"),
            HttpStatusCode.NotFound => New($"there is no Prometheus at the address of {Name} (404); check prometheus.{definition.Name} in chatops.yaml"),
            < HttpStatusCode.BadRequest => New($"{Name} points elsewhere ({(int)status}); correct the url of prometheus.{definition.Name} in chatops.yaml"),
            _ => New($"{Name} refused ({(int)status}){said}"),
        };
    }

    /// <inheritdoc cref="PrometheusClient.Clean"/>
    public string Clean(string text)
    {
        foreach (var secret in new[] { definition.Token, definition.Password }.OfType<string>()) text = text.Replace(secret, "[redacted]", StringComparison.Ordinal);
        var line = Redactor.ForRecord(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).TrimEnd('.');
        return line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
    }

    private static PlatformException New(string sentence) => new(sentence, CallOutcome.NotDone);
}
