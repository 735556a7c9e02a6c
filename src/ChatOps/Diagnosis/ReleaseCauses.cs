namespace ChatOps.Diagnosis;

/// <summary>
/// Releases as causes. Direct evidence is one of two: the symptoms began within 60 minutes after that target changed, or the error pattern
/// did not exist under the version before. A release without either is named with what speaks against it and has no fix. Pure.
/// </summary>
internal static class ReleaseCauses
{
    internal const int Within = 7000;
    internal const int NewPattern = 5500;
    internal const int Suspicion = 1000;

    public static IEnumerable<Hypothesis> Of(EvidenceView view, IReadOnlyList<Hypothesis> proven)
    {
        if (view.Onset is not { } onset) yield break;
        foreach (var service in view.Services)
        {
            var own = view.Of(service).Own;
            var change = own.Where(e => e.Sign == Signs.Deployed && e.Data.GetValueOrDefault("kind") == "deploy" && !e.Data.ContainsKey("failed") && Hypotheses.MayFollow(onset.At, e.At)).MaxBy(e => e.At);
            if (change is null) continue;
            var symptoms = view.Symptoms(service).Concat(view.TroubledDependentsOf(service).SelectMany(view.Symptoms)).Distinct().ToList();
            if (view.Of(service).Own.FirstOrDefault(e => e.Sign == Signs.TargetDown) is { } down) symptoms.Add(down);
            if (symptoms.Count == 0) continue;

            var first = symptoms.Where(OnsetEstimate.Dates).DefaultIfEmpty(symptoms.MinBy(s => s.At)!).Min(s => s.At);
            var within = Hypotheses.MayFollow(first, change.At) && first - change.At <= Hypotheses.ReleaseReach;
            var version = change.Data.GetValueOrDefault("version");
            var absent = symptoms.Where(s => s.Service == service && s.Data.TryGetValue("absent_under", out var before) && before == change.Data.GetValueOrDefault("before")).ToList();
            var after = first - change.At;
            var undone = own.Any(e => e.Sign == Signs.Deployed && e.At > change.At && e.Data.GetValueOrDefault("version") != version);

            var against = new List<Evidence>();
            if (!within)
                against.Add(change with { Id = 0, Sign = Signs.Changed, Text = $"the symptoms began {Minutes(after)} after {version ?? "the deploy"}", Weight = Weight.Info, Source = "times of both" });
            against.AddRange(proven.Where(p => p.Rank >= ProvenCauses.Dependency && view.Needs(service, p.Service)).SelectMany(p => p.For.Take(1)));
            against.AddRange(symptoms.Where(s => s.Data.TryGetValue("baseline", out var count) && count != "0").Take(1)
                .Select(s => s with { Id = 0, Text = $"the same error stood in the log before: {s.Data["baseline"]} times in the hour before" }));

            yield return new()
            {
                Cause = Hypotheses.BadRelease,
                Service = service,
                Title = $"{version ?? "the last release"} of {service} is bad: " + (within ? $"symptoms began {Minutes(after)} after it was deployed"
                    : absent.Count > 0 ? $"{change.Data.GetValueOrDefault("before") ?? "the version before"} did not know this error" : "suspected only because it is the last change"),
                Rank = (within ? Within : absent.Count > 0 ? NewPattern : Suspicion) + (absent.Count > 0 ? 100 : 0) + (view.Symptoms(service).Any() ? 50 : 0) + Math.Min(symptoms.Count, 9),
                For = [change, .. symptoms.OrderByDescending(s => s.Service == service).ThenBy(s => s.At).Take(6)],
                Against = against,
                Fix = !undone && (within || absent.Count > 0) ? "rollback" : null,
            };
        }
    }

    private static string Minutes(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => $"{Math.Max(0, span.TotalSeconds):0} s",
        { TotalMinutes: < 120 } => $"{span.TotalMinutes:0} min",
        _ => $"{span.TotalHours:0} h",
    };
}
