using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Platforms;
using ChatOps.Runbooks;
using ChatOps.Telemetry;

namespace ChatOps.Diagnosis;

/// <summary>Health of a service and of everything it needs, what changed lately, how bad it is. Needs no storage.</summary>
public sealed class Assess(DiagnosisSources sources, ServiceCatalog catalog, IncidentConfig config, RunbookShelf runbooks, TimeProvider time)
{
    private static readonly TimeSpan Lately = TimeSpan.FromHours(24);

    /// <summary>All sources at once: the run takes as long as the slowest, five seconds at most.</summary>
    public async Task<AssessResult> RunAsync(StepContext context, Action<StepProgress>? report, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var targets = context.Targets(catalog);
        var asking = new Asking(report, time);
        var probes = new List<ProbeResult>();
        await Task.WhenAll(targets.SelectMany(t => Questions(t, context, asking, probes, now, cancellationToken)));

        var evidence = asking.Facts;
        var all = context.Known.Concat(evidence).ToList();
        var standings = targets.ToDictionary(t => t.Service, t => Standing.Of(evidence, t.Service));
        var broken = targets.Where(t => standings[t.Service].InTrouble).Select(t => t.Service).ToList();
        var hypotheses = Hypotheses.Rank(all, runbooks.All, catalog, now);
        List<ProbeResult> answers;
        lock (probes) answers = [.. probes];
        var healthy = broken.Count == 0 && asking.Silent.Count == 0;
        return new()
        {
            At = now,
            Evidence = evidence,
            Probes = answers,
            NoAnswers = asking.Silent,
            Answered = asking.Answered,
            Asked = asking.Asked,
            Looked = [.. targets.Select(t => t.Service)],
            Broken = broken,
            Severity = SeveritySuggestion.From(all, catalog, config.SeverityRules),
            AllHealthy = healthy,
            Sentence = Sentence(context, targets, broken, hypotheses, answers, asking),
        };
    }

    private IEnumerable<Task> Questions(Target target, StepContext context, Asking asking, List<ProbeResult> probes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (platform, its) = sources.PlatformOf(target);
        var source = $"platform {platform.Name}";
        yield return asking.AskAsync(target, $"{source} (state of {target.Service})",
            ct => platform.StatusAsync(its, ct), s => Observations.OfStatus(target.Service, s, source, now - Lately, now), cancellationToken);
        yield return ChangesAsync();
        yield return ProbeAsync();
        foreach (var metrics in sources.MetricsOf(target))
        {
            // Here only what is wrong counts; the whole table is the business of resources.
            yield return asking.AskAsync(target, $"{metrics.Name} (figures of {target.Service})", ct => metrics.ReadAsync(now - TimeSpan.FromHours(2), now, ct),
                series => MetricReading.ReadAll(target.Service, series, metrics.Name, context.Onset, now).Where(e => e.Sign != Signs.MetricNormal), cancellationToken);
        }

        async Task ChangesAsync() =>
            await asking.AskAsync(target, $"{source} (changes of {target.Service})", async ct =>
            {
                var releases = platform.ReleasesAsync(its, ct);
                var changes = await platform.ChangesAsync(its, now - Lately, ct);
                return new Changes(changes, await releases);
            }, c => Observations.OfChanges(target.Service, c.Lately, c.Releases, source), cancellationToken);

        async Task ProbeAsync()
        {
            var defined = catalog.Find(target)!;
            // The named service must do its work, not only answer; what it needs is asked more only where a health probe fails or none is there.
            var both = target.Service == context.Service || (context.Service is null && catalog.Services[target.Service].Tier <= 2);
            var health = defined.Health.Count == 0 ? null : AskProbes(checks: false);
            var checks = defined.Checks.Count > 0 && (both || health is null) ? AskProbes(checks: true) : null;
            var failed = health is not null && await health is { } answers && answers.Any(a => !a.Healthy);
            if (checks is null && failed && defined.Checks.Count > 0) checks = AskProbes(checks: true);
            if (checks is not null) await checks;
        }

        Task<IReadOnlyList<ProbeResult>?> AskProbes(bool checks) => asking.AskAsync(
            target, $"{(checks ? "checks" : "health")} of {target.Service}", ct => sources.ProbeAsync(target, checks, ct), results =>
            {
                lock (probes) probes.AddRange(results);
                return Observations.OfProbes(results);
            }, cancellationToken);
    }

    private static string Sentence(StepContext context, IReadOnlyList<Target> targets, List<string> broken, IReadOnlyList<Hypothesis> hypotheses, List<ProbeResult> probes, Asking asking)
    {
        var counts = $"{probes.Count(p => p.Healthy)} of {probes.Count} probes pass";
        if (targets.Count == 0) return $"the catalog has no {context.Service ?? "service"} in {context.Environment}";
        if (asking.Answered == 0) return "no source answered, so nothing is known";
        if (broken.Count == 0)
        {
            return asking.Silent.Count == 0
                ? $"all healthy: {(targets.Count == 1 ? "1 service runs" : $"{targets.Count} services run")} and {counts}"
                : $"nothing found wrong, but {asking.Silent.Count} of {asking.Asked} sources did not answer";
        }
        if (hypotheses is [var first, ..] && first.Rank >= RunbookCauses.WithDirectEvidence) return first.Title;
        return $"{string.Join(", ", broken.Take(3))}{(broken.Count > 3 ? $" and {broken.Count - 3} more" : "")} in trouble; the cause is not proven yet";
    }

    private sealed record Changes(IReadOnlyList<TargetChange> Lately, IReadOnlyList<Release> Releases);
}

public sealed record AssessResult : StepResult
{
    /// <summary>Every answer of every probe: what downtime is counted from.</summary>
    public required IReadOnlyList<ProbeResult> Probes { get; init; }
    public required IReadOnlyList<string> Looked { get; init; }
    public required IReadOnlyList<string> Broken { get; init; }
    public required SeveritySuggestion? Severity { get; init; }
    public required bool AllHealthy { get; init; }
}
