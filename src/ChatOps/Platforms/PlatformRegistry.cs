using ChatOps.Catalog;
using ChatOps.Platforms.Described;
using ChatOps.Platforms.Http;
using ChatOps.Platforms.Kubernetes;
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
        platforms = catalog.Platforms.Values.ToDictionary(p => p.Name, p => Create(p, catalog, TargetsOn(p), time), StringComparer.Ordinal);
    }

    /// <summary>What each type of platform offers, by the word for it in <c>chatops.yaml</c>.</summary>
    public static IReadOnlyList<PlatformOffer> Offers { get; } = [HttpPlatform.Offer, DescribedPlatform.Offer, KubernetesPlatform.Offer, SshPlatform.Offer];

    public IReadOnlyCollection<IPlatform> All => platforms.Values;

    /// <summary>The platform of a target and what it calls it.</summary>
    /// <exception cref="PlatformException">The catalog has no such service, or not in that environment.</exception>
    public (IPlatform Platform, PlatformTarget Target) Of(Target target) =>
        catalog.Find(target) is { } environment
            ? (platforms[environment.Platform], new(target, environment.PlatformName))
            : throw new PlatformException($"The catalog has no {target.Service} in {target.Environment}.", CallOutcome.NotDone);

    private static IPlatform Create(PlatformDefinition definition, ServiceCatalog catalog, IReadOnlyList<PlatformTarget> targets, TimeProvider time) => definition.Type switch
    {
        "http" => new HttpPlatform(definition, time),
        "described" => new DescribedPlatform(definition, targets, time),
        "kubernetes" => new KubernetesPlatform(definition, [.. targets.Select(t => t.PlatformName).Distinct(StringComparer.Ordinal)], time),
        "ssh" => new SshPlatform(definition, targets.GroupBy(t => t.PlatformName, StringComparer.Ordinal).ToDictionary(g => g.Key, g => catalog.Find(g.First().Target)?.Settings as SshTarget, StringComparer.Ordinal), time),
        _ => throw new InvalidOperationException($"There is no adapter for platforms of type {definition.Type}; the configuration reader should have refused it."),
    };

    private List<PlatformTarget> TargetsOn(PlatformDefinition platform) =>
        [.. catalog.Services.Values.SelectMany(s => s.Environments.Where(e => e.Value.Platform == platform.Name).Select(e => new PlatformTarget(new(s.Name, e.Key), e.Value.PlatformName)))];

    public void Dispose()
    {
        foreach (var platform in platforms.Values.OfType<IDisposable>()) platform.Dispose();
    }
}
