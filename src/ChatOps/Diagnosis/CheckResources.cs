using ChatOps.Catalog;
using ChatOps.Telemetry;

namespace ChatOps.Diagnosis;

/// <summary>CPU, memory, disk, restarts, OOM kills, replicas and connections against their limits. Needs no storage.</summary>
public sealed class CheckResources(DiagnosisSources sources, ServiceCatalog catalog, TimeProvider time)
{
    private static readonly TimeSpan History = TimeSpan.FromHours(2);

    /// <param name="service">One service alone; null: the incident's and everything it needs.</param>
    public async Task<ResourcesResult> RunAsync(StepContext context, string? service, Action<StepProgress>? report, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var targets = (service is null ? context : context with { Service = service }).Targets(catalog).Where(t => service is null || t.Service == service).ToList();
        var asking = new Asking(report, time);
        var probes = new List<ProbeResult>();
        await Task.WhenAll(targets.SelectMany(t => Questions(t, context, asking, probes, now, cancellationToken)));

        var evidence = asking.Facts;
        List<ProbeResult> answers;
        lock (probes) answers = [.. probes];
        return new()
        {
            At = now,
            Evidence = evidence,
            Probes = answers,
            NoAnswers = asking.Silent,
            Answered = asking.Answered,
            Asked = asking.Asked,
            Looked = [.. targets.Select(t => t.Service)],
            Sentence = Sentence(evidence, targets, asking),
        };
    }

    private IEnumerable<Task> Questions(Target target, StepContext context, Asking asking, List<ProbeResult> probes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (platform, its) = sources.PlatformOf(target);
        var source = $"platform {platform.Name}";
        yield return asking.AskAsync(target, $"{source} (state of {target.Service})",
            ct => platform.StatusAsync(its, ct), s => Observations.OfStatus(target.Service, s, source, now - TimeSpan.FromHours(24), now), cancellationToken);
        foreach (var metrics in sources.MetricsOf(target))
        {
            yield return asking.AskAsync(target, $"{metrics.Name} (figures of {target.Service})", ct => metrics.ReadAsync(now - History, now, ct),
                series => MetricReading.ReadAll(target.Service, series, metrics.Name, context.Onset, now), cancellationToken);
        }
        // "Accepting connections" is said by a database with no connection left: it is asked to do its work.
        if (catalog.Services[target.Service].Kind == ServiceKind.Postgres && catalog.Find(target)!.Checks.Count > 0)
        {
            yield return asking.AskAsync(target, $"checks of {target.Service}", ct => sources.ProbeAsync(target, true, ct), results =>
            {
                lock (probes) probes.AddRange(results);
                return Observations.OfProbes(results);
            }, cancellationToken);
        }
    }

    private static string Sentence(IReadOnlyList<Evidence> evidence, List<Target> targets, Asking asking)
    {
        if (targets.Count == 0) return "the catalog has no such service in this environment";
        if (asking.Answered == 0) return "no source answered, so nothing is known";
        // An OOM kill says what "not running" leaves open.
        var worst = evidence.Where(e => e.Weight is Weight.Bad && e.Sign != Signs.NoAnswer)
            .OrderBy(e => e.Sign switch { Signs.TargetDown => 0, Signs.OomKilled => 1, _ => 2 }).FirstOrDefault()
            ?? evidence.FirstOrDefault(e => e.Weight == Weight.Warning && e.Sign != Signs.NoAnswer);
        return worst?.Text ?? "nothing is at its limit";
    }
}

public sealed record ResourcesResult : StepResult
{
    public required IReadOnlyList<string> Looked { get; init; }
    public required IReadOnlyList<ProbeResult> Probes { get; init; }
}
