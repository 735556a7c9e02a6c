using System.Text.RegularExpressions;
using ChatOps.Catalog;

namespace ChatOps.Configuration;

/// <summary>A source of lines of the file, and what holds for all services whose lines it keeps.</summary>
internal sealed record LogSource<TDefinition, TUse>(TDefinition Definition, TUse Use);

/// <summary>The parts <c>loki</c> and <c>elasticsearch</c> of the file, and <c>logs</c> of a service in an environment.</summary>
internal sealed partial class LogSourceReader
{
    private static readonly Dictionary<string, string> LokiLabels = new(StringComparer.Ordinal) { ["service_name"] = "{service}" };
    private static readonly Dictionary<string, string> EcsLabels = new(StringComparer.Ordinal) { ["service.name"] = "{service}" };

    public IReadOnlyDictionary<string, LogSource<LokiDefinition, LokiUse>> Loki { get; init; } = new Dictionary<string, LogSource<LokiDefinition, LokiUse>>(StringComparer.Ordinal);
    public IReadOnlyDictionary<string, LogSource<ElasticsearchDefinition, ElasticsearchUse>> Elasticsearch { get; init; } = new Dictionary<string, LogSource<ElasticsearchDefinition, ElasticsearchUse>>(StringComparer.Ordinal);

    private string[] All => [.. Loki.Keys, .. Elasticsearch.Keys];

    public static LogSource<LokiDefinition, LokiUse> LokiSource(string name, Section section)
    {
        var definition = HttpSourceReader.Read(section, new LokiDefinition { Name = name, Url = HttpSourceReader.Unknown }) with
        {
            Tenant = !section.Has("tenant") ? null : section.Parsed("tenant", "", t => Tenant().IsMatch(t) ? t : null, $"'tenant' is no name of a tenant{section.In}", "up to 150 letters, digits and signs without a space; several with '|' between them"),
        };
        var use = Common(section, new LokiUse { Source = name, Labels = LokiLabels });
        section.Done();
        return new(definition, use);
    }

    public static LogSource<ElasticsearchDefinition, ElasticsearchUse> ElasticsearchSource(string name, Section section)
    {
        var key = section.Secret("api_key");
        if (key is not null && section.Has("token")) section.Reading.Mistake(section.LineOf("api_key"), $"a token and an API key are given{section.In}", "keep one of the two");
        if (key?.Any(c => char.IsControl(c) || c > '~') == true)
            section.Reading.Mistake(section.LineOf("api_key"), $"'api_key' holds characters that no key has{section.In}", "the encoded form, one line of plain letters, digits and signs");
        var definition = HttpSourceReader.Read(section, new ElasticsearchDefinition { Name = name, Url = HttpSourceReader.Unknown, Token = key, ApiKey = key is not null });
        var use = Common(section, new ElasticsearchUse { Source = name, Labels = EcsLabels, Index = "logs-*" });
        section.Done();
        return new(definition, use);
    }

    /// <summary>One name is one source: services name it without saying its kind.</summary>
    public void CheckNames(Section file)
    {
        foreach (var name in Elasticsearch.Keys.Where(e => Loki.Keys.Contains(e, StringComparer.OrdinalIgnoreCase)))
            file.Reading.Mistake(file.LineOf("elasticsearch"), $"'{name}' is a Loki and an Elasticsearch", "give one of them another name");
    }

    /// <summary>A name of a source alone is enough: everything else has its default. Null: the lines are in neither, or it is a mistake.</summary>
    public LogUse? Use(Section section)
    {
        if (section.Node("logs") is not { } node) return null;
        if (node is YamlScalar) return section.OneOf("logs", All, null) is { } named ? Of(named) : null;
        if (section.Below("logs", $"logs{section.In}") is not { } below) return null;
        below.Require("source", All.FirstOrDefault() ?? "…");
        LogUse? use = below.OneOf("source", All, null) is { } source ? Of(source) : null;
        use = use switch
        {
            LokiUse loki => Common(below, loki),
            ElasticsearchUse elastic => Common(below, elastic),
            _ => null,
        };
        // Of which kind the keys are is not known without its source.
        if (use is not null) below.Done();
        return use;
    }

    private LogUse Of(string name) => Loki.TryGetValue(name, out var loki) ? loki.Use : Elasticsearch[name].Use;

    private static LokiUse Common(Section section, LokiUse use) => use with
    {
        Labels = LabelReader.Read(section, use.Labels),
        Query = Query(section, t => t is ['|' or '!', ..], "a pipeline of LogQL, which begins with '|', such as |= \"checkout\" | json") ?? use.Query,
        InstanceLabel = !section.Has("instance") ? use.InstanceLabel : section.Parsed("instance", "", t => LabelReader.IsName(t) ? t : null, $"'instance' is no name of a label{section.In}", "the label that tells instances apart, such as pod"),
    };

    private static ElasticsearchUse Common(Section section, ElasticsearchUse use) => use with
    {
        Labels = LabelReader.Read(section, use.Labels, fields: true),
        Query = Query(section, t => t.Trim().Length > 0, "as in a search field of Kibana (Lucene's syntax), such as NOT log.logger:health") ?? use.Query,
        Index = !section.Has("index") ? use.Index : section.Parsed("index", "", t => Index().IsMatch(t) ? t : null, $"'index' is no name or pattern of indices{section.In}", "such as logs-{service}-*; several with ',' between them"),
        Fields = section.Below("fields", $"fields{section.In}") is { } fields ? Fields(fields, use.Fields) : use.Fields,
    };

    private static LogFields Fields(Section section, LogFields fields)
    {
        var read = fields with
        {
            Time = Field(section, "time", fields.Time),
            Message = Field(section, "message", fields.Message),
            Level = Field(section, "level", fields.Level),
            Instance = Field(section, "instance", fields.Instance),
        };
        section.Done();
        return read;
    }

    private static string Field(Section section, string key, string otherwise) =>
        section.Parsed(key, otherwise, t => LabelReader.IsField(t) ? t : null, $"'{key}' is no name of a field{section.In}", "letters, digits, '_', '-' and '.', such as kubernetes.pod.name");

    private static string? Query(Section section, Func<string, bool> fits, string example)
    {
        if (!section.Has("query")) return null;
        var query = section.Parsed("query", "", t => fits(t) ? t : null, $"'query' cannot be used{section.In}", example);
        // Text that is filled in there could end a quoted string and ask for another service's lines.
        if (Place().Match(query) is { Success: true } place)
            section.Reading.Mistake(section.LineOf("query"), $"'{place.Value}' stands in 'query'{section.In}", $"below 'labels' it is filled in and quoted");
        return query.Length == 0 ? null : query;
    }

    [GeneratedRegex(@"\{(service|environment)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Place();

    // Loki's rule: https://grafana.com/docs/mimir/latest/configure/about-tenant-ids/ ('|' asks several at once).
    [GeneratedRegex(@"\A[A-Za-z0-9!_.*'()|-]{1,150}\z")]
    private static partial Regex Tenant();

    [GeneratedRegex(@"\A(?![-_+.])[^\s\\/?""<>|#]{1,255}\z")]
    private static partial Regex Index();
}
