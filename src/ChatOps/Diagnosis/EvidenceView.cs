using ChatOps.Catalog;
using ChatOps.Runbooks;

namespace ChatOps.Diagnosis;

/// <summary>The evidence of an incident with what the rules of ranking ask of it again and again. Pure.</summary>
internal sealed class EvidenceView
{
    private readonly Dictionary<string, Standing> standings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> needs = new(StringComparer.Ordinal);

    public EvidenceView(IReadOnlyList<Evidence> all, ServiceCatalog catalog, DateTimeOffset now)
    {
        (All, Catalog, Now) = (all, catalog, now);
        Onset = OnsetEstimate.From(all);
        Services = [.. all.Select(e => e.Service).Distinct().Where(catalog.Services.ContainsKey)];
        foreach (var service in Services)
        {
            standings[service] = Standing.Of(all, service);
            needs[service] = [.. catalog.DependenciesOf(service).Select(d => d.Name)];
        }
    }

    public IReadOnlyList<Evidence> All { get; }
    public ServiceCatalog Catalog { get; }
    public DateTimeOffset Now { get; }
    public OnsetEstimate? Onset { get; }

    /// <summary>Those of the catalog about which something is known.</summary>
    public IReadOnlyList<string> Services { get; }

    public Standing Of(string service) => standings[service];

    /// <summary>Services with symptoms that need this one, directly or through others.</summary>
    public IReadOnlyList<string> TroubledDependentsOf(string service) =>
        [.. Services.Where(s => needs[s].Contains(service) && Symptoms(s).Any())];

    /// <summary>Whether some service about which something is known needs this one.</summary>
    public bool IsDependency(string service) => Services.Any(s => needs[s].Contains(service));

    public bool Needs(string service, string other) => needs.TryGetValue(service, out var names) && names.Contains(other);

    /// <summary>What people or programs feel of a service's trouble.</summary>
    public IEnumerable<Evidence> Symptoms(string service) =>
        Of(service).Own.Where(e => e.Weight == Weight.Bad && e.Sign is Signs.ProbeFailed or Signs.NewErrorPattern or Signs.ErrorRateHigh or Signs.LatencyHigh or Signs.CertificateExpiring && e.Weight == Weight.Bad);

    public SignPlace? Place(Evidence evidence, string about) =>
        evidence.Service == about ? SignPlace.Service
        : Needs(about, evidence.Service) ? SignPlace.Dependency
        : Needs(evidence.Service, about) ? SignPlace.Dependent
        : null;
}
