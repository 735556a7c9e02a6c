using ChatOps.Catalog;
using ChatOps.Configuration;

namespace ChatOps.Diagnosis;

/// <summary>A severity with the rule that gives it, as a sentence.</summary>
/// <param name="Severity">1 to 4.</param>
/// <param name="Sentence">"SEV1: shop is tier 1 and its login fails".</param>
public sealed record SeveritySuggestion(int Severity, string Sentence)
{
    /// <summary>The worst of all services in the evidence; null where nothing is broken. Tier times what is broken, unless a rule of the configuration says otherwise. Pure.</summary>
    /// <param name="rules">Those of the configuration, first match first.</param>
    public static SeveritySuggestion? From(IReadOnlyList<Evidence> evidence, ServiceCatalog catalog, IReadOnlyList<SeverityRule> rules)
    {
        SeveritySuggestion? worst = null;
        foreach (var service in catalog.Services.Values.OrderBy(s => s.Tier).ThenBy(s => s.Name, StringComparer.Ordinal))
        {
            if (Broken(Standing.Of(evidence, service.Name)) is not { } broken) continue;
            var own = rules.FirstOrDefault(r => (r.Tier ?? service.Tier) == service.Tier && (r.Service ?? service.Name) == service.Name && r.When == broken.How);
            var severity = own?.Severity ?? Math.Clamp(service.Tier + (broken.How == Breakage.Degraded ? 1 : 0), 1, 4);
            if (worst is not null && severity >= worst.Severity) continue;
            worst = new(severity, $"SEV{severity}: {service.Name} is tier {service.Tier} and {broken.What}{(own is null ? "" : " (rule of the configuration)")}");
        }
        return worst;
    }

    private static (Breakage How, string What)? Broken(Standing standing)
    {
        // What people feel stands first: a login that fails says more than a process that is gone.
        if (standing.FailedProbes is [_, ..])
        {
            var names = standing.FailedProbes.Select(p => p.Data.GetValueOrDefault("probe") ?? "health probe").Distinct().Take(3).ToList();
            var how = standing.Down is not null || standing.Own.All(e => e.Sign != Signs.ProbeHealthy) ? Breakage.Down : Breakage.Failing;
            return (how, names is [var one] ? $"its {one} fails" : $"its {string.Join(" and ", names)} fail");
        }
        if (standing.Down is not null) return (Breakage.Down, "it is not running");
        if (standing.Latest(Signs.ErrorRateHigh) is { Weight: Weight.Bad }) return (Breakage.Failing, "its error rate is high");
        if (standing.Latest(Signs.NewErrorPattern) is { Weight: Weight.Bad }) return (Breakage.Degraded, "it logs new errors");
        if (standing.Latest(Signs.TargetDegraded) is not null) return (Breakage.Degraded, "it is degraded");
        if (standing.Latest(Signs.LatencyHigh) is not null) return (Breakage.Degraded, "it is slow");
        return standing.Worst is Weight.Bad ? (Breakage.Degraded, "it is in trouble") : null;
    }
}
