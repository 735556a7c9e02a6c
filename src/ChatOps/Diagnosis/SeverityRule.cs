using ChatOps.Catalog;

namespace ChatOps.Diagnosis;

/// <summary>A severity with the rule that gives it, as a sentence.</summary>
/// <param name="Severity">1 to 4.</param>
/// <param name="Sentence">"SEV1: shop is tier 1 and its login fails".</param>
public sealed record SeveritySuggestion(int Severity, string Sentence);

/// <summary>Tier of a service times what of it is broken. Pure.</summary>
internal static class SeverityRule
{
    /// <summary>The worst of all services in the evidence; null where nothing is broken.</summary>
    public static SeveritySuggestion? Suggest(IReadOnlyList<Evidence> evidence, ServiceCatalog catalog)
    {
        SeveritySuggestion? worst = null;
        foreach (var service in catalog.Services.Values.OrderBy(s => s.Tier).ThenBy(s => s.Name, StringComparer.Ordinal))
        {
            if (Broken(service, Standing.Of(evidence, service.Name)) is not { } broken) continue;
            var severity = Math.Clamp(service.Tier + (broken.Down ? 0 : 1), 1, 4);
            if (worst is not null && severity >= worst.Severity) continue;
            worst = new(severity, $"SEV{severity}: {service.Name} is tier {service.Tier} and {broken.What}");
        }
        return worst;
    }

    private static (bool Down, string What)? Broken(Service service, Standing standing)
    {
        // What people feel stands first: a login that fails says more than a process that is gone.
        if (standing.FailedProbes is [var probe, ..])
            return (true, standing.FailedProbes.Count == 1 ? $"its {ProbeName(probe)} fails" : $"its {string.Join(" and ", standing.FailedProbes.Select(ProbeName).Distinct().Take(3))} fail");
        if (standing.Down is not null) return (true, "it is not running");
        if (standing.Latest(Signs.ErrorRateHigh) is { Weight: Weight.Bad }) return (true, "its error rate is high");
        if (standing.Latest(Signs.NewErrorPattern) is { Weight: Weight.Bad }) return (false, "it logs new errors");
        if (standing.Latest(Signs.TargetDegraded) is not null) return (false, "it is degraded");
        if (standing.Latest(Signs.LatencyHigh) is not null) return (false, "it is slow");
        return standing.Worst is Weight.Bad && service.Kind is not ServiceKind.Other ? (false, "it is in trouble") : null;
    }

    private static string ProbeName(Evidence probe) => probe.Data.GetValueOrDefault("probe") ?? "health probe";
}
