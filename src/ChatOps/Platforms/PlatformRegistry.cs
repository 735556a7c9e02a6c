using ChatOps.Catalog;
using ChatOps.Platforms.Described;
using ChatOps.Platforms.Docker;
using ChatOps.Platforms.Http;
using ChatOps.Platforms.Kubernetes;
using ChatOps.Platforms.Pipelines;
using ChatOps.Platforms.Ssh;

namespace ChatOps.Platforms;

/// <summary>The platforms of the catalog: one adapter each, for the life of the process.</summary>
public sealed class PlatformRegistry : IDisposable
{
    private readonly ServiceCatalog catalog;
    private readonly Dictionary<string, IPlatform> platforms;

    public PlatformRegistry(ServiceCatalog catalog, TimeProvider time)
    {
        this.catalog = catalog;
        platforms = catalog.Platforms.Values.ToDictionary(p => p.Name, p => Create(p, TargetsOn(p), time), StringComparer.Ordinal);
    }

    /// <summary>What each type of platform offers, by the word for it in <c>chatops.yaml</c>.</summary>
    public static IReadOnlyList<PlatformOffer> Offers { get; } = [HttpPlatform.Offer, DescribedPlatform.Offer, KubernetesPlatform.Offer, DockerPlatform.Offer, SshPlatform.Offer, .. PipelinePlatform.Offers];

    public IReadOnlyCollection<IPlatform> All => platforms.Values;

    /// <summary>The platform of a target and what it calls it.</summary>
    /// <exception cref="PlatformException">The catalog has no such service, or not in that environment.</exception>
    public (IPlatform Platform, PlatformTarget Target) Of(Target target) =>
        catalog.Find(target) is { } environment
            ? (platforms[environment.Platform], new(target, environment.PlatformName))
            : throw new PlatformException($"The catalog has no {target.Service} in {target.Environment}.", CallOutcome.NotDone);

    private static IPlatform Create(PlatformDefinition definition, IReadOnlyDictionary<Target, ServiceEnvironment> targets, TimeProvider time) => definition.Type switch
    {
        "http" => new HttpPlatform(definition, time),
        "described" => new DescribedPlatform(definition, [.. targets.Select(t => new PlatformTarget(t.Key, t.Value.PlatformName))], time),
        "kubernetes" => new KubernetesPlatform(definition, [.. targets.Values.Select(t => t.PlatformName).Distinct(StringComparer.Ordinal)], time),
        "docker" => new DockerPlatform(definition, [.. targets.Values.Select(t => t.PlatformName).Distinct(StringComparer.Ordinal)], time),
        "ssh" => new SshPlatform(definition, targets.Values.GroupBy(t => t.PlatformName, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Settings as SshTarget, StringComparer.Ordinal), time),
        "github" or "gitlab" or "jenkins" => new PipelinePlatform(definition, targets, time),
        _ => throw new InvalidOperationException($"There is no adapter for platforms of type {definition.Type}; the configuration reader should have refused it."),
    };

    private Dictionary<Target, ServiceEnvironment> TargetsOn(PlatformDefinition platform) =>
        catalog.Services.Values.SelectMany(s => s.Environments.Select(e => (Target: new Target(s.Name, e.Key), Environment: e.Value))).Where(t => t.Environment.Platform == platform.Name)
            .ToDictionary(t => t.Target, t => t.Environment);

    public void Dispose()
    {
        foreach (var platform in platforms.Values.OfType<IDisposable>()) platform.Dispose();
    }
}
