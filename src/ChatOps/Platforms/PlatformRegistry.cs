using ChatOps.Catalog;
using ChatOps.Platforms.Http;
using ChatOps.Platforms.Kubernetes;

namespace ChatOps.Platforms;

/// <summary>The platforms of the catalog: one adapter each, for the life of the process.</summary>
public sealed class PlatformRegistry : IDisposable
{
    private readonly ServiceCatalog catalog;
    private readonly Dictionary<string, IPlatform> platforms;

    public PlatformRegistry(ServiceCatalog catalog, TimeProvider time)
    {
        this.catalog = catalog;
        platforms = catalog.Platforms.Values.ToDictionary(p => p.Name, p => p.Type switch
        {
            "http" => (IPlatform)new HttpPlatform(p, time),
            "kubernetes" => new KubernetesPlatform(p, [.. catalog.Services.Values.SelectMany(s => s.Environments.Values).Where(e => e.Platform == p.Name).Select(e => e.PlatformName).Distinct(StringComparer.Ordinal)], time),
            _ => throw new InvalidOperationException($"There is no adapter for platforms of type {p.Type}; the configuration reader should have refused it."),
        }, StringComparer.Ordinal);
    }

    public IReadOnlyCollection<IPlatform> All => platforms.Values;

    /// <summary>The platform of a target and what it calls it.</summary>
    /// <exception cref="PlatformException">The catalog has no such service, or not in that environment.</exception>
    public (IPlatform Platform, PlatformTarget Target) Of(Target target) =>
        catalog.Find(target) is { } environment
            ? (platforms[environment.Platform], new(target, environment.PlatformName))
            : throw new PlatformException($"The catalog has no {target.Service} in {target.Environment}.", CallOutcome.NotDone);

    public void Dispose()
    {
        foreach (var platform in platforms.Values.OfType<IDisposable>()) platform.Dispose();
    }
}
