using ChatOps.Catalog;

namespace ChatOps.Telemetry.Loki;

/// <summary>The query for the lines of a target (https://grafana.com/docs/loki/latest/query/log_queries/): labels from the catalog, each value in its quotes, and the pipeline that a person wrote.</summary>
internal static class LogQl
{
    public static string Of(Target target, LokiUse use)
    {
        var matchers = use.Labels.Select(l => $"{l.Key}=\"{QuotedText.Escape(SourcePlaces.Fill(l.Value, target.Service, target.Environment), '"')}\"");
        return $"{{{string.Join(',', matchers)}}}{(use.Query is { } pipeline ? $" {pipeline}" : "")}";
    }
}
