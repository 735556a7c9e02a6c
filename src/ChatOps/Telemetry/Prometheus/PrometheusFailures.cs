using System.Net;
using ChatOps.Platforms;
using ChatOps.Telemetry.Http;

namespace ChatOps.Telemetry.Prometheus;

/// <summary>What a Prometheus means by a status, told to people.</summary>
internal static class PrometheusFailures
{
    /// <param name="what">What was asked for.</param>
    public static PlatformException Refused(HttpSourceFailures failures, HttpSourceAnswer answer, string what)
    {
        var (type, error) = PromAnswer.Refusal(answer.Body);
        var said = error is { Length: > 0 } ? $": {failures.Clean(error)}" : "";
        return answer.Status switch
        {
            // 400 bad_data and 422 execution: asking others of its queries may well work.
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when type is not null => HttpSourceFailures.New($"{failures.Name} refused the query of {what} ({type}){said}", type),
            HttpStatusCode.ServiceUnavailable => HttpSourceFailures.New($"{failures.Name} is not ready or gave up ({type ?? "503"}){said}"),
            _ => failures.Refused(answer, error),
        };
    }
}
