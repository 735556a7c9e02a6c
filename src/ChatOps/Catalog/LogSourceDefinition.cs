namespace ChatOps.Catalog;

/// <summary>A Loki.</summary>
public sealed record LokiDefinition : HttpSourceDefinition
{
    /// <summary>Sent as <c>X-Scope-OrgID</c>; null: it has one tenant.</summary>
    public string? Tenant { get; init; }
}

/// <summary>An Elasticsearch or an OpenSearch.</summary>
public sealed record ElasticsearchDefinition : HttpSourceDefinition
{
    /// <summary>The token is one of its own API keys rather than a bearer token.</summary>
    public bool ApiKey { get; init; }

    public override string TokenScheme => ApiKey ? "ApiKey" : base.TokenScheme;
}

/// <summary>Where the lines of a service in one environment are among those of a source.</summary>
public abstract record LogUse
{
    /// <summary>Key of <see cref="ServiceCatalog.Loki"/> or <see cref="ServiceCatalog.Elasticsearch"/>.</summary>
    public required string Source { get; init; }

    /// <summary>What sets its lines apart: label or field and its value, the value with <c>{service}</c> and <c>{environment}</c>.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Narrows them further, in the source's own language; null: nothing does.</summary>
    public string? Query { get; init; }
}

/// <summary>Of a Loki: <see cref="LogUse.Query"/> is a pipeline of LogQL.</summary>
public sealed record LokiUse : LogUse
{
    /// <summary>The label that tells instances apart; null: the first of the usual ones.</summary>
    public string? InstanceLabel { get; init; }
}

/// <summary>Of an Elasticsearch: <see cref="LogUse.Query"/> is in the syntax of its <c>query_string</c>.</summary>
public sealed record ElasticsearchUse : LogUse
{
    /// <summary>Index, alias, data stream or pattern, with <c>{service}</c> and <c>{environment}</c>.</summary>
    public required string Index { get; init; }

    public LogFields Fields { get; init; } = new();
}

/// <summary>Names of fields; a dot leads into an object.</summary>
public sealed record LogFields
{
    public string Time { get; init; } = "@timestamp";
    public string Message { get; init; } = "message";
    public string Level { get; init; } = "log.level";
    public string Instance { get; init; } = "host.name";
}
