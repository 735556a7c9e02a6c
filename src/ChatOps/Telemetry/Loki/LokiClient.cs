using System.Globalization;
using System.Net;
using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry.Http;

namespace ChatOps.Telemetry.Loki;

/// <summary>What is asked of one Loki.</summary>
internal sealed class LokiClient : IDisposable
{
    /// <summary>Of one page; where it is larger, fewer lines are asked for.</summary>
    private const int LargestAnswer = 8 * 1024 * 1024;

    private readonly HttpSource source;
    private readonly LokiDefinition definition;

    public LokiClient(LokiDefinition definition, TimeProvider time)
    {
        this.definition = definition;
        source = new(definition, new(definition, "loki", "Loki"), time, LargestAnswer, definition.Tenant is { } tenant ? [("X-Scope-OrgID", tenant)] : []);
    }

    /// <summary>For people: "loki", "loki main".</summary>
    public string Name => source.Failures.Name;

    /// <summary>One page of lines.</summary>
    /// <param name="what">What is asked for, for people: "logs of shop".</param>
    /// <param name="query">LogQL that gives lines.</param>
    /// <param name="instanceLabel">As <see cref="LokiUse.InstanceLabel"/>.</param>
    /// <exception cref="PlatformException">It does not answer, or refuses.</exception>
    public async Task<LinePage> LinesAsync(string what, string query, string? instanceLabel, PageQuestion question, CancellationToken cancellationToken)
    {
        var answer = await source.GetAsync(HttpSource.Path("/loki/api/v1/query_range",
            ("query", query), ("start", Number(question.Since)), ("end", Number(question.Until)), ("limit", Number(question.Limit)), ("direction", question.NewestFirst ? "backward" : "forward")), cancellationToken);
        if (answer.Status != HttpStatusCode.OK) throw Refused(answer, what);
        return LokiAnswer.Read(answer.Body, question, instanceLabel, source.Failures) ?? throw source.Failures.NotReadable();
    }

    /// <summary>Its version; null where it tells none, as behind a gateway.</summary>
    /// <exception cref="PlatformException">It does not answer, or its credentials or its tenant may not read.</exception>
    public async Task<string?> VersionAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Who may not read is told here: the version is given to anybody.
        var labels = await source.GetAsync(HttpSource.Path("/loki/api/v1/labels", ("start", Number(LogEntry.Nanoseconds(now.AddMinutes(-15)))), ("end", Number(LogEntry.Nanoseconds(now)))), cancellationToken);
        if (labels.Status != HttpStatusCode.OK) throw Refused(labels, "its labels");
        var version = await source.GetAsync("/loki/api/v1/status/buildinfo", cancellationToken);
        return version.Status == HttpStatusCode.OK ? LokiAnswer.Version(version.Body) : null;
    }

    public void Dispose() => source.Dispose();

    private PlatformException Refused(HttpSourceAnswer answer, string what)
    {
        var said = LokiAnswer.Refusal(answer.Body);
        return answer.Status switch
        {
            // The limit is each server's own setting.
            HttpStatusCode.BadRequest when said?.Contains("max_entries_limit", StringComparison.Ordinal) == true => HttpSourceFailures.New($"{Name} gives fewer lines at once: {source.Failures.Clean(said)}", HttpSource.TooLarge),
            HttpStatusCode.BadRequest when said is not null => HttpSourceFailures.New($"{Name} refused the query of {what}: {source.Failures.Clean(said)}", "bad_query"),
            HttpStatusCode.Unauthorized when said?.Contains("no org id", StringComparison.OrdinalIgnoreCase) == true && definition.Tenant is null => HttpSourceFailures.New($"{Name} has several tenants and none was named (401): name one as {source.Failures.Key}.tenant in chatops.yaml"),
            _ => source.Failures.Refused(answer, said),
        };
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
