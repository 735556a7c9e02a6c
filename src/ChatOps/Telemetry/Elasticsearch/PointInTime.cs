using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Platforms;
using ChatOps.Telemetry.Http;

namespace ChatOps.Telemetry.Elasticsearch;

/// <summary>
/// Points in time: the state of an index that all pages of one reading are of. Elasticsearch (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-open-point-in-time)
/// and OpenSearch (https://docs.opensearch.org/latest/search-plugins/searching-data/point-in-time-api/) have them at different addresses, and older ones not at all.
/// </summary>
internal sealed class PointInTime(HttpSource source)
{
    public const string KeepAlive = "1m";

    private volatile Form form = Form.NotAsked;

    private enum Form
    {
        NotAsked,
        Elasticsearch,
        OpenSearch,
        None,
    }

    /// <summary>One of this moment. Null: it has none, or does not give one to these credentials; pages are then set apart by their times alone.</summary>
    /// <exception cref="PlatformException">It does not answer.</exception>
    public async Task<string?> OpenAsync(string index, CancellationToken cancellationToken)
    {
        if (form is Form.NotAsked or Form.Elasticsearch)
        {
            var (id, known) = await AskAsync($"/{Uri.EscapeDataString(index)}/_pit", cancellationToken);
            if (id is not null) form = Form.Elasticsearch;
            if (known) return id;
        }
        if (form is Form.NotAsked or Form.OpenSearch)
        {
            var (id, known) = await AskAsync($"/{Uri.EscapeDataString(index)}/_search/point_in_time", cancellationToken);
            if (id is not null) form = Form.OpenSearch;
            if (known) return id;
            form = Form.None;
        }
        return null;
    }

    /// <summary>One that stays open ends by itself; what fails here costs nobody anything.</summary>
    public async Task CloseAsync(string id, CancellationToken cancellationToken)
    {
        var (path, body) = form == Form.OpenSearch
            ? ("/_search/point_in_time", new JsonObject { ["pit_id"] = new JsonArray(id) })
            : ("/_pit", new JsonObject { ["id"] = id });
        try
        {
            await source.AskAsync(HttpMethod.Delete, path, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
        }
        catch (Exception e) when (e is PlatformException or OperationCanceledException)
        {
        }
    }

    /// <summary>Known: the address is its own, whatever it answered there.</summary>
    private async Task<(string? Id, bool Known)> AskAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await source.AskAsync(HttpMethod.Post, HttpSource.Path(path, ("keep_alive", KeepAlive)), json: null, cancellationToken);
        if (answer.Status == HttpStatusCode.OK && ElasticsearchAnswer.Id(answer.Body, "id", "pit_id") is { } id) return (id, true);
        // An index that is absent says nothing of the address.
        if (ElasticsearchAnswer.Refusal(answer.Body).Type == "index_not_found_exception") return (null, true);
        return (null, answer.Status is not (HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented or HttpStatusCode.OK));
    }
}
