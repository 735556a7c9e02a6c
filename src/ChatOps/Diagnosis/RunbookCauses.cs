using ChatOps.Runbooks;

namespace ChatOps.Diagnosis;

/// <summary>Causes that a runbook recognises. Its fix is offered only with the direct evidence that the runbook demands. Pure.</summary>
internal static class RunbookCauses
{
    internal const int WithDirectEvidence = 5000;
    internal const int WithoutDirectEvidence = 2000;

    public static IEnumerable<Hypothesis> Of(EvidenceView view, IReadOnlyList<Runbook> runbooks)
    {
        foreach (var runbook in runbooks)
        foreach (var service in view.Services)
        {
            if (runbook.Kinds.Count > 0 && !runbook.Kinds.Contains(view.Catalog.Services[service].Kind)) continue;
            if (runbook.OnlyDependencies && !view.IsDependency(service)) continue;
            // What was replaced by a later answer no longer speaks for anything; what was proven stays proven.
            var current = view.All.Where(e => IsCurrent(view, e)).ToList();
            Func<Evidence, SignPlace?> place = e => view.Place(e, service);
            if (runbook.Matches.Match(current, place) is not { Count: > 0 } seen) continue;
            // What is well suggests something only beside what is not.
            if (seen.All(e => e.Weight == Weight.Good)) continue;
            // At least one sign lies on the service itself: else every database would be suspected of what one of them has.
            if (seen.All(e => e.Service != service) && view.Of(service).Worst is not (Weight.Bad or Weight.Warning)) continue;

            var direct = runbook.Direct.Match(current, place);
            var against = runbook.Against.SelectMany(c => current.Where(e => c.Holds(e, place(e)))).Distinct().ToList();
            if (direct is null)
            {
                against.Add(new()
                {
                    Sign = Signs.NoAnswer, Service = service, Weight = Weight.Info, At = view.Now, Source = $"runbook {runbook.Name}",
                    Text = "the direct evidence that its fix needs has not been seen",
                });
            }
            yield return new()
            {
                Cause = runbook.Name,
                Runbook = runbook.Name,
                Service = service,
                Title = runbook.Title.Replace("{service}", service, StringComparison.Ordinal),
                Rank = (direct is null ? WithoutDirectEvidence : WithDirectEvidence) + Math.Min(seen.Count, 9) * 10 - Math.Min(against.Count, 9) * 30
                    + Math.Min(view.TroubledDependentsOf(service).Count, 9) * 20,
                For = [.. seen.Concat(direct ?? []).Distinct()],
                Against = against,
                Fix = direct is null || (runbook.Fix.Action == "restart" && ProvenCauses.IsRecovering(view, service)) ? null : runbook.Fix.Action,
            };
        }
    }

    private static bool IsCurrent(EvidenceView view, Evidence evidence) => evidence.Sign switch
    {
        Signs.ProbeFailed or Signs.ProbeHealthy or Signs.CertificateExpiring or Signs.TargetDown or Signs.TargetRunning or Signs.TargetDegraded
            => view.Services.Contains(evidence.Service) && view.Of(evidence.Service).Holds(evidence),
        Signs.OomKilled => ProvenCauses.IsNear(view, evidence),
        _ => true,
    };
}
