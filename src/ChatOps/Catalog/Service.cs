namespace ChatOps.Catalog;

/// <summary>Something that people deploy and that breaks, as <c>chatops.yaml</c> describes it.</summary>
public sealed record Service
{
    public required string Name { get; init; }

    /// <summary>What it is, since a database is asked other questions than a web service.</summary>
    public required ServiceKind Kind { get; init; }

    /// <summary>A Slack user or user group (name or id) that answers for it; null when nobody was named.</summary>
    public string? Owner { get; init; }

    /// <summary>The channel of the team that answers for it (name or id), which is told of its deploys; null when none was named.</summary>
    public string? Channel { get; init; }

    /// <summary>1 (people cannot use the product without it) to 4 (nobody outside notices).</summary>
    public required int Tier { get; init; }

    /// <summary>Names of the services that it calls, directly.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>By environment name, in the order of <see cref="ServiceCatalog.Environments"/>.</summary>
    public required IReadOnlyDictionary<string, ServiceEnvironment> Environments { get; init; }

    /// <summary>How it is deployed.</summary>
    public DeployRules Deploy { get; init; } = new();
}

public enum ServiceKind
{
    Web,
    Worker,
    Postgres,
    Other,
}

/// <summary>How a service runs, is watched and is read in one environment.</summary>
public sealed record ServiceEnvironment
{
    /// <summary>Key of <see cref="ServiceCatalog.Platforms"/>.</summary>
    public required string Platform { get; init; }

    /// <summary>What the platform calls it; the service's name where nothing else is said.</summary>
    public required string PlatformName { get; init; }

    /// <summary>What the type of its platform alone needs to know of it; null where nothing.</summary>
    public TargetSettings? Settings { get; init; }

    /// <summary>Whether it answers at all: run by assess and every 30 s while an incident is open.</summary>
    public IReadOnlyList<ProbeDefinition> Health { get; init; } = [];

    /// <summary>Whether it does its work (a login, a query): run by verify, and by assess where a health probe fails or none is there.</summary>
    public IReadOnlyList<ProbeDefinition> Checks { get; init; } = [];

    /// <summary>Log files to read beside or instead of the platform's own log; globs.</summary>
    public IReadOnlyList<string> LogFiles { get; init; } = [];

    /// <summary>A Prometheus text page of the service itself, or null.</summary>
    public Uri? MetricsPage { get; init; }

    /// <summary>What a Prometheus measures of it; null: none does.</summary>
    public PrometheusUse? Prometheus { get; init; }

    /// <summary>Where a Loki or an Elasticsearch keeps its lines; null: neither does.</summary>
    public LogUse? Logs { get; init; }
}
