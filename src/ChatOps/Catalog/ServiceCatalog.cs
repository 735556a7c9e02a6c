namespace ChatOps.Catalog;

/// <summary>Everything <c>chatops.yaml</c> knows of services, environments and platforms. Immutable; validated when it is read.</summary>
public sealed record ServiceCatalog
{
    public required IReadOnlyDictionary<string, Service> Services { get; init; }

    /// <summary>In their order: the first is where a deploy goes by default, the last is production.</summary>
    public required IReadOnlyList<string> Environments { get; init; }

    public required IReadOnlyDictionary<string, PlatformDefinition> Platforms { get; init; }

    public IReadOnlyDictionary<string, PrometheusDefinition> Prometheus { get; init; } = new Dictionary<string, PrometheusDefinition>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, LokiDefinition> Loki { get; init; } = new Dictionary<string, LokiDefinition>(StringComparer.Ordinal);

    /// <summary>OpenSearch too. No name is also one of <see cref="Loki"/>.</summary>
    public IReadOnlyDictionary<string, ElasticsearchDefinition> Elasticsearch { get; init; } = new Dictionary<string, ElasticsearchDefinition>(StringComparer.Ordinal);

    /// <summary>The environment that an incident is about when nobody says otherwise: the last.</summary>
    public string Production => Environments[^1];

    /// <summary>The service of that name, whatever the case; null when there is none.</summary>
    public Service? Find(string name) =>
        Services.Values.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public ServiceEnvironment? Find(Target target) =>
        Services.GetValueOrDefault(target.Service)?.Environments.GetValueOrDefault(target.Environment);

    /// <summary>Everything the service needs, directly or through others, nearest first; never the service itself.</summary>
    public IReadOnlyList<Service> DependenciesOf(string service)
    {
        var found = new List<Service>();
        var queue = new Queue<string>([service]);
        while (queue.TryDequeue(out var name))
        {
            foreach (var next in Services.GetValueOrDefault(name)?.DependsOn ?? [])
            {
                if (next == service || found.Exists(s => s.Name == next) || !Services.TryGetValue(next, out var dependency)) continue;
                found.Add(dependency);
                queue.Enqueue(next);
            }
        }
        return found;
    }

    /// <summary>Everything that needs the service, directly or through others.</summary>
    public IReadOnlyList<Service> DependentsOf(string service) =>
        [.. Services.Values.Where(s => s.Name != service && DependenciesOf(s.Name).Any(d => d.Name == service))];
}

/// <summary>A platform that services run on: its adapter's type and how it is reached.</summary>
public sealed record PlatformDefinition
{
    public required string Name { get; init; }

    /// <summary>Which adapter: <c>http</c> is the general one (docs/http-platform.md), <c>described</c> speaks an API that chatops.yaml describes, <c>kubernetes</c> speaks to an API server, <c>ssh</c> to a machine of one's own.</summary>
    public required string Type { get; init; }

    public required Uri Url { get; init; }

    /// <summary>A secret from the environment or a file; never shown, never logged.</summary>
    public string? Token { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What its type alone needs; null where nothing.</summary>
    public PlatformSettings? Settings { get; init; }

    public override string ToString() => $"{Name} ({Type}, {Url.Host})";
}
