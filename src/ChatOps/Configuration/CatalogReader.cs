using ChatOps.Catalog;

namespace ChatOps.Configuration;

/// <summary>Environments, platforms and services of the file, with every reference between them checked.</summary>
internal sealed class CatalogReader(Reading reading)
{
    private static readonly string[] Kinds = ["web", "worker", "postgres", "other"];

    private readonly Dictionary<string, List<Word>> dependencies = new(StringComparer.Ordinal);
    private Dictionary<string, PrometheusSource> prometheus = new(StringComparer.Ordinal);
    private LogSourceReader logs = new();

    public ServiceCatalog Read(Section file)
    {
        file.Require("environments", "[staging, production]");
        file.Require("platforms", "…");
        file.Require("services", "…");
        var environments = Environments(file);
        var platforms = Named<PlatformDefinition>(file, "platforms", "platform", new PlatformReader(reading).Read);
        prometheus = Named<PrometheusSource>(file, "prometheus", "Prometheus", (name, section) => PrometheusReader.Source(name, section));
        logs = new()
        {
            Loki = Named<LogSource<LokiDefinition, LokiUse>>(file, "loki", "Loki", (name, section) => LogSourceReader.LokiSource(name, section)),
            Elasticsearch = Named<LogSource<ElasticsearchDefinition, ElasticsearchUse>>(file, "elasticsearch", "Elasticsearch", (name, section) => LogSourceReader.ElasticsearchSource(name, section)),
        };
        logs.CheckNames(file);
        var services = Named<Service>(file, "services", "service",
            (name, section) => Service(name, section, environments, platforms));
        CheckDependencies(services);
        return new()
        {
            Services = services,
            Environments = environments,
            Platforms = platforms,
            Prometheus = prometheus.ToDictionary(p => p.Key, p => p.Value.Definition, StringComparer.Ordinal),
            Loki = logs.Loki.ToDictionary(p => p.Key, p => p.Value.Definition, StringComparer.Ordinal),
            Elasticsearch = logs.Elasticsearch.ToDictionary(p => p.Key, p => p.Value.Definition, StringComparer.Ordinal),
        };
    }

    private List<string> Environments(Section file)
    {
        var environments = new List<string>();
        foreach (var word in file.Words("environments"))
        {
            if (Names.Thing(word.Text) is null) reading.Mistake(word.Line, $"'{word.Text}' is no name for an environment", Names.Rule);
            else if (environments.Contains(word.Text, StringComparer.OrdinalIgnoreCase)) reading.Mistake(word.Line, $"the environment '{word.Text}' is named twice", "name it once");
            else environments.Add(word.Text);
        }
        if (environments.Count == 0 && file.Has("environments")) reading.Mistake(file.LineOf("environments"), "there is no environment", "environments: [staging, production]");
        return environments;
    }

    private Dictionary<string, T> Named<T>(Section file, string key, string one, Func<string, Section, T> read)
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        var section = file.Below(key, key);
        foreach (var entry in section?.Entries ?? [])
        {
            if (Names.Thing(entry.Key) is null) reading.Mistake(entry.Line, $"'{entry.Key}' is no name for a {one}", Names.Rule);
            else if (all.Keys.FirstOrDefault(k => k.Equals(entry.Key, StringComparison.OrdinalIgnoreCase)) is { } other)
                reading.Mistake(entry.Line, $"the {one} '{entry.Key}' differs from '{other}' by case alone", "give one of them another name");
            else if (Section.From(reading, $"{one} '{entry.Key}'", entry.Value) is { } below) all.Add(entry.Key, read(entry.Key, below));
        }
        if (section is not null && !section.Entries.Any()) reading.Mistake(section.Line, $"there is no {one}", "see chatops.example.yaml");
        return all;
    }

    private Service Service(string name, Section section, List<string> environments, IReadOnlyDictionary<string, PlatformDefinition> platforms)
    {
        section.Require("kind", "web");
        section.Require("tier", "2");
        var kind = section.OneOf("kind", Kinds, "other") switch
        {
            "web" => ServiceKind.Web,
            "worker" => ServiceKind.Worker,
            "postgres" => ServiceKind.Postgres,
            _ => ServiceKind.Other,
        };
        var deploy = new DeployRulesReader(reading).Read(section.Below("deploy", $"deploy of service '{name}'"), environments);
        var service = new Service
        {
            Name = name,
            Kind = kind,
            Owner = section.Text("owner")?.TrimStart('@'),
            Channel = section.Has("channel")
                ? section.Parsed("channel", "", Names.Channel, $"'channel' is no channel name{section.In}", "lower-case letters, digits, '-' and '_', up to 80, such as shop-team") : null,
            Tier = section.Integer("tier", 4, 1, 4),
            DependsOn = Dependencies(name, section),
            Environments = ServiceEnvironments(name, section, environments, one => Environment(name, one, platforms, kind, deploy.BusinessMetric)),
            Deploy = deploy,
        };
        section.Done();
        return service;
    }

    private List<string> Dependencies(string name, Section section)
    {
        var words = section.Words("depends_on").ToList();
        foreach (var twice in words.GroupBy(w => w.Text, StringComparer.Ordinal).SelectMany(g => g.Skip(1)))
            reading.Mistake(twice.Line, $"'{twice.Text}' stands twice in 'depends_on'{section.In}", "name it once");
        dependencies[name] = words;
        return [.. words.Select(w => w.Text)];
    }

    private Dictionary<string, ServiceEnvironment> ServiceEnvironments(
        string name, Section section, List<string> environments, Func<Section, ServiceEnvironment> read)
    {
        var found = new Dictionary<string, ServiceEnvironment>(StringComparer.Ordinal);
        section.Require("environments", "…");
        var below = section.Below("environments", $"environments of service '{name}'");
        foreach (var entry in below?.Entries ?? [])
        {
            if (!environments.Contains(entry.Key, StringComparer.Ordinal))
                reading.Mistake(entry.Line, $"unknown environment '{entry.Key}' in service '{name}'", Nearest.Hint(entry.Key, environments));
            if (Section.From(reading, $"service '{name}' in {entry.Key}", entry.Value) is { } one) found[entry.Key] = read(one);
        }
        if (below is not null && !below.Entries.Any()) reading.Mistake(below.Line, $"service '{name}' runs nowhere", "name at least one environment with its platform");
        // In the order of the catalog, which is the order of the way to production.
        return found.OrderBy(e => environments.IndexOf(e.Key)).ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal);
    }

    private ServiceEnvironment Environment(string name, Section section, IReadOnlyDictionary<string, PlatformDefinition> platforms, ServiceKind kind, BusinessMetric? business)
    {
        section.Require("platform", platforms.Keys.FirstOrDefault() ?? "…");
        var environment = new ServiceEnvironment
        {
            Platform = section.OneOf("platform", [.. platforms.Keys], "")!,
            PlatformName = section.Text("name") ?? name,
            Health = ProbeReader.Read(section, "health"),
            Checks = ProbeReader.Read(section, "checks"),
            LogFiles = [.. section.Words("log_files").Select(w => reading.Path(w.Text))],
            MetricsPage = section.Url("metrics"),
            Prometheus = PrometheusReader.Use(section, prometheus, kind, business),
            Logs = logs.Use(section),
            Settings = PlatformReader.Target(platforms.GetValueOrDefault(section.Text("platform") ?? ""), section),
        };
        if (platforms.GetValueOrDefault(environment.Platform) is { Settings: { } settings } on && settings.RuleBrokenBy(environment.PlatformName) is { } rule)
            reading.Mistake(section.LineOf("name"), $"'{environment.PlatformName}' is no name of a service on {on.Type}{section.In}", rule);
        section.Done();
        return environment;
    }

    private void CheckDependencies(Dictionary<string, Service> services)
    {
        foreach (var (name, words) in dependencies)
        {
            foreach (var word in words.Where(w => !services.ContainsKey(w.Text)))
                reading.Mistake(word.Line, $"unknown service '{word.Text}' in 'depends_on' of service '{name}'", Nearest.Hint(word.Text, [.. services.Keys.Where(k => k != name)]));
        }
        foreach (var circle in Circles.Of(services.Keys, n => dependencies.GetValueOrDefault(n)?.Select(w => w.Text).Where(services.ContainsKey) ?? []))
        {
            var closing = dependencies[circle[^2]].Find(w => w.Text == circle[^1]);
            reading.Mistake(closing.Line, $"services depend on each other in a circle: {string.Join(" -> ", circle)}", "take one of these dependencies out");
        }
    }
}
