using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Files;
using ChatOps.Telemetry.Probes;
using ChatOps.Telemetry.Prometheus;

namespace ChatOps.Cli.Doctor;

/// <summary>Every platform, and every source and probe of every target of the catalog: reached or not.</summary>
internal sealed class CatalogChecks(ServiceCatalog catalog, PlatformRegistry platforms, TargetSources sources, Prober prober, TimeProvider time)
{
    private const string Reach = "Look whether it runs, whether this machine may reach it, and whether its address and token in chatops.yaml are right.";
    private const string Readable = "Correct 'log_files', or let the bot's user read them; they are files of the machine on which the bot runs.";
    private static readonly TimeSpan SourceLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(65);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly PlatformChecks itself = new(catalog, platforms);

    public IEnumerable<Check> All()
    {
        foreach (var platform in platforms.All)
            yield return new($"platform {platform.Name}", Limit, _ => itself.PlatformAsync(platform.Name));
        foreach (var service in catalog.Services.Values)
        {
            foreach (var environment in service.Environments.Keys)
            {
                var target = new Target(service.Name, environment);
                yield return new(target.ToString(), Limit, token => TargetAsync(target, token));
            }
        }
    }

    private async Task<IReadOnlyList<Finding>> TargetAsync(Target target, CancellationToken cancellationToken)
    {
        var logs = sources.LogsOf(target);
        var metrics = sources.MetricsOf(target);
        var parts = new List<Task<IEnumerable<Finding>>> { PlatformPartsAsync(target, logs, metrics, cancellationToken) };
        parts.AddRange(logs.Where(s => s is not PlatformLogSource).Select(s => LogAsync(target, s, cancellationToken)));
        parts.AddRange(metrics.Where(s => s is not (PlatformMetricSource or PrometheusMetricSource)).Select(s => MetricsAsync(target, s, cancellationToken)));
        parts.Add(ProbesAsync(target, ProbeSet.Health, cancellationToken));
        parts.Add(ProbesAsync(target, ProbeSet.Checks, cancellationToken));
        return [.. (await Task.WhenAll(parts)).SelectMany(p => p)];
    }

    private async Task<IEnumerable<Finding>> PlatformPartsAsync(Target target, IReadOnlyList<ILogSource> logs, IReadOnlyList<IMetricSource> metrics, CancellationToken cancellationToken)
    {
        var platform = platforms.Of(target).Platform.Name;
        if (!await itself.AnswersAsync(platform))
            return [Finding.Fail($"{target} status, logs and metrics", $"not asked, since {platform} does not answer", $"Mend {platform} first.")];
        var status = await itself.StatusAsync(target, cancellationToken);
        // A name that the platform does not know has no log and no figures either, and one line is enough to say so.
        if (status.Verdict == Verdict.Fail) return [status];
        return (await Task.WhenAll((Task<IEnumerable<Finding>>[])
        [
            .. logs.OfType<PlatformLogSource>().Select(s => LogAsync(target, s, cancellationToken)),
            .. metrics.OfType<PlatformMetricSource>().Select(s => MetricsAsync(target, s, cancellationToken)),
        ])).SelectMany(p => p).Prepend(status);
    }

    private async Task<IEnumerable<Finding>> LogAsync(Target target, ILogSource source, CancellationToken cancellationToken)
    {
        var what = $"{target} logs, {source.Name}";
        var answer = await SourceCall.Try(source.Name, SourceLimit, async token =>
        {
            await foreach (var _ in source.ReadAsync(new LogWindow(time.GetUtcNow() - Window, Until: null, Limit: 1), token)) return true;
            return false;
        }, cancellationToken);
        return [answer.Missing is { } missing ? Finding.Fail(what, missing.Sentence, source is FileLogSource ? Readable : Reach)
            : Finding.Ok(what, answer.Value ? "reached" : "reached; nothing was written in the last 15 min")];
    }

    private async Task<IEnumerable<Finding>> MetricsAsync(Target target, IMetricSource source, CancellationToken cancellationToken)
    {
        var what = $"{target} metrics, {source.Name}";
        var now = time.GetUtcNow();
        var answer = await SourceCall.Try(source.Name, SourceLimit, token => source.ReadAsync(now - Window, now, token), cancellationToken);
        return [answer.Missing is { } missing ? Finding.Fail(what, missing.Sentence, Reach)
            : Finding.Ok(what, answer.Value!.Count == 0 ? "reached; it has no figures" : $"reached; {string.Join(", ", answer.Value.Select(s => s.Name).Distinct(StringComparer.Ordinal))}")];
    }

    private async Task<IEnumerable<Finding>> ProbesAsync(Target target, ProbeSet which, CancellationToken cancellationToken) =>
        (await prober.ProbeAsync(target, which, cancellationToken)).Select(p => Probe($"{target} {(which == ProbeSet.Health ? "health" : "check")} {p.Probe}", p));

    private static Finding Probe(string what, ProbeResult probe) => probe.Failure switch
    {
        null when probe.Healthy => Finding.Ok(what, probe.Detail),
        ProbeFailure.NotReached or ProbeFailure.NoAnswer or ProbeFailure.Certificate => Finding.Fail(what, probe.Detail, "If the service is up, its address in chatops.yaml is wrong or this machine may not reach it."),
        ProbeFailure.AtLimit => Finding.Warn(what, probe.Detail, "Give it room, or raise the limit of the probe in chatops.yaml if this is usual."),
        _ => Finding.Warn(what, probe.Detail, "If the service is well, what the probe expects in chatops.yaml is not what it answers."),
    };
}
