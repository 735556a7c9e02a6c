using System.Net;
using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry.Http;

namespace ChatOps.Telemetry.Elasticsearch;

/// <summary>What is asked of one Elasticsearch or OpenSearch. Everything here only reads.</summary>
internal sealed class ElasticsearchClient : IDisposable
{
    /// <summary>Of one page; where it is larger, fewer lines are asked for.</summary>
    private const int LargestAnswer = 8 * 1024 * 1024;

    private readonly HttpSource source;

    public ElasticsearchClient(ElasticsearchDefinition definition, TimeProvider time)
    {
        source = new(definition, new(definition, "elasticsearch", "Elasticsearch"), time, LargestAnswer);
        Patience = definition.Timeout * 0.8;
        PointsInTime = new(source);
    }

    /// <summary>For people: "elasticsearch", "elasticsearch main".</summary>
    public string Name => source.Failures.Name;

    /// <summary>It is to give what it has found a little before nobody waits for it any more.</summary>
    public TimeSpan Patience { get; }

    public PointInTime PointsInTime { get; }

    public static string Index(Target target, ElasticsearchUse use) => SourcePlaces.Fill(use.Index, target.Service, target.Environment);

    /// <summary>One page of lines, and the newest id of the point in time that they are of.</summary>
    /// <param name="pointInTime">Null: as it is at this moment.</param>
    /// <exception cref="PlatformException">It does not answer, or refuses.</exception>
    public async Task<(LinePage Page, string? PointInTime)> LinesAsync(Target target, ElasticsearchUse use, PageQuestion question, string? pointInTime, CancellationToken cancellationToken)
    {
        // A point in time knows its indices.
        var path = pointInTime is null ? $"/{Uri.EscapeDataString(Index(target, use))}/_search" : "/_search";
        var answer = await source.AskAsync(HttpMethod.Post, path, SearchBody.Of(target, use, question, pointInTime, Patience), cancellationToken);
        if (answer.Status != HttpStatusCode.OK) throw Refused(answer, target, use);
        return ElasticsearchAnswer.Read(answer.Body, question, use.Fields, source.Failures) ?? throw source.Failures.NotReadable();
    }

    /// <summary>What it is, with its version; null where its credentials may not ask.</summary>
    /// <exception cref="PlatformException">It does not answer, its credentials are refused, or it is something else.</exception>
    public async Task<string?> ProductAsync(CancellationToken cancellationToken)
    {
        var answer = await source.GetAsync("/", cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.OK => ElasticsearchAnswer.Product(answer.Body) ?? throw source.Failures.NotReadable(),
            HttpStatusCode.Forbidden => null,
            _ => throw source.Failures.Refused(answer, ElasticsearchAnswer.Refusal(answer.Body).Reason),
        };
    }

    public void Dispose() => source.Dispose();

    private PlatformException Refused(HttpSourceAnswer answer, Target target, ElasticsearchUse use)
    {
        var (type, reason) = ElasticsearchAnswer.Refusal(answer.Body);
        var said = reason is { Length: > 0 } ? $": {source.Failures.Clean(reason)}" : "";
        return answer.Status switch
        {
            HttpStatusCode.BadRequest when reason?.Contains("Result window is too large", StringComparison.OrdinalIgnoreCase) == true || reason?.Contains("max_result_window", StringComparison.Ordinal) == true
                => HttpSourceFailures.New($"{Name} gives fewer lines at once{said}", HttpSource.TooLarge),
            HttpStatusCode.BadRequest when type is not null => HttpSourceFailures.New($"{Name} refused the search for logs of {target.Service} ({type}){said}", type),
            HttpStatusCode.NotFound when type == "index_not_found_exception" => HttpSourceFailures.New($"{Name} has no index {Index(target, use)} (404); correct 'index' of {target.Service} in chatops.yaml", type),
            HttpStatusCode.NotFound when type is not null => HttpSourceFailures.New($"{Name} refused (404, {type}){said}", type),
            _ => source.Failures.Refused(answer, reason),
        };
    }
}
