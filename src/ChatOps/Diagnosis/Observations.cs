using System.Globalization;
using ChatOps.Platforms;
using ChatOps.Telemetry;

namespace ChatOps.Diagnosis;

/// <summary>What a platform or a probe answered, as evidence. Pure. Texts carry no time: <see cref="Evidence.At"/> does, and each reader sees it in their own zone.</summary>
internal static class Observations
{
    /// <summary>The state of a target, and apart from it an OOM kill and restarts.</summary>
    /// <param name="recent">An exit before this moment is history and not reported.</param>
    public static IReadOnlyList<Evidence> OfStatus(string service, TargetStatus status, string source, DateTimeOffset recent, DateTimeOffset now)
    {
        var found = new List<Evidence>();
        var exit = status.LastExit is { } last && last.At >= recent ? last : null;
        var data = new Dictionary<string, string>
        {
            ["state"] = status.State.ToString(),
            ["restarts"] = status.Restarts.ToString(CultureInfo.InvariantCulture),
        };
        if (status.Version is { } version) data["version"] = version;
        if (status.Recovering) data["recovering"] = "true";
        var evidence = new Evidence { Sign = Signs.TargetRunning, Service = service, Text = "", Weight = Weight.Good, At = status.StartedAt ?? now, Source = source, Data = data };
        var replicas = status is { ReadyReplicas: { } ready, DesiredReplicas: { } desired } ? $", {ready} of {desired} replicas ready" : "";
        var versionText = status.Version is { } v ? $", version {v}" : "";

        found.Add(status.State switch
        {
            TargetState.Running when status is { ReadyReplicas: { } r, DesiredReplicas: { } d } && r < d =>
                evidence with { Sign = Signs.TargetDegraded, Weight = r == 0 ? Weight.Bad : Weight.Warning, At = now, Text = $"{service} runs{versionText}{replicas}" },
            TargetState.Running => evidence with { Text = $"{service} runs{versionText}{replicas}" },
            TargetState.Degraded => evidence with { Sign = Signs.TargetDegraded, Weight = Weight.Warning, At = exit?.At ?? now, Text = $"{service} is degraded{versionText}{replicas}" },
            TargetState.Starting => evidence with { Sign = Signs.TargetDegraded, Weight = Weight.Warning, At = status.StartedAt ?? now, Text = status.Recovering ? $"{service} recovers after a crash" : $"{service} is starting{versionText}" },
            TargetState.Unknown => evidence with { Sign = Signs.NoAnswer, Weight = Weight.Warning, At = now, Text = $"{source} does not know the state of {service}" },
            _ => evidence with { Sign = Signs.TargetDown, Weight = Weight.Bad, At = status.LastExit?.At ?? now, Text = $"{service} NOT RUNNING{Ending(status.LastExit)}" },
        });
        if (exit is { OomKilled: true })
            found.Add(evidence with { Sign = Signs.OomKilled, Weight = Weight.Bad, At = exit.At, Text = $"{service} was OOM killed" });
        else if (exit is not null && status.State is TargetState.Running or TargetState.Starting or TargetState.Degraded)
            found.Add(evidence with { Sign = Signs.Restarted, Weight = Weight.Warning, At = exit.At, Text = $"{service} ended by itself and was started again{Ending(exit)}" });
        // The platform's own line tells what its state leaves open.
        if (status.Detail is { Length: > 0 } detail && found[0].Weight != Weight.Good) found[0] = found[0] with { Text = $"{found[0].Text} ({detail})" };
        return found;
    }

    /// <summary>A probe's answer, and what a database told of its connections along with it.</summary>
    public static IEnumerable<Evidence> OfProbes(IEnumerable<ProbeResult> probes) => probes.SelectMany(p => p.Connections is { } used
        ? [OfProbe(p), MetricReading.Connections(p.Target.Service, used, p.At, $"probe {p.Probe}")]
        : (IEnumerable<Evidence>)[OfProbe(p)]);

    /// <summary>A probe's answer.</summary>
    public static Evidence OfProbe(ProbeResult probe) => new()
    {
        Sign = IsCertificate(probe) ? Signs.CertificateExpiring : probe.Healthy ? Signs.ProbeHealthy : Signs.ProbeFailed,
        Service = probe.Target.Service,
        Text = $"{probe.Target.Service} {probe.Probe} {(probe.Healthy ? "is healthy" : "FAILS")}: {probe.Detail}",
        Weight = probe.Healthy ? Weight.Good : Weight.Bad,
        At = probe.At,
        Source = $"probe {probe.Probe}",
        Data = new Dictionary<string, string>
        {
            ["probe"] = probe.Probe,
            ["detail"] = probe.Detail,
            ["ms"] = probe.Took.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture),
            ["failure"] = probe.Failure?.ToString() ?? "",
        },
    };

    /// <summary>Deploys and rollbacks are changes of the version; the rest is told apart from them.</summary>
    public static Evidence OfChange(string service, TargetChange change, string? before, string source)
    {
        var release = change.Kind is "deploy" or "rollback";
        var data = new Dictionary<string, string> { ["kind"] = change.Kind };
        if (change.Version is { } version) data["version"] = version;
        if (before is not null) data["before"] = before;
        if (change.Actor is { } actor) data["actor"] = actor;
        if (change.Automatic) data["automatic"] = "true";
        if (change.Succeeded == false) data["failed"] = "true";
        var by = (change.Automatic ? " by itself" : change.Actor is { Length: > 0 } a ? $" by {a}" : "") + (change.Succeeded == false ? ", which failed" : "");
        var text = release
            ? $"{service}: {change.Kind} of {change.Version ?? "a version without a name"}{(before is null ? "" : $" after {before}")}{by}"
            : $"{service}: {change.Kind}{by}{(change.Text is { Length: > 0 } t ? $": {t}" : "")}";
        return new() { Sign = release ? Signs.Deployed : Signs.Changed, Service = service, Text = text, Weight = Weight.Info, At = change.At, Source = source, Data = data };
    }

    /// <summary>All changes of a target, each release with the version that ran before it.</summary>
    public static IReadOnlyList<Evidence> OfChanges(string service, IReadOnlyList<TargetChange> changes, IReadOnlyList<Release> releases, string source)
    {
        var found = new List<Evidence>();
        string? running = null;
        foreach (var change in changes.OrderBy(c => c.At))
        {
            var before = change.FromVersion ?? running;
            if (change.Kind is "deploy" or "rollback")
            {
                // The first one of the window followed what was released last before it.
                before ??= releases.Where(r => r.Version != change.Version && r.DeployedAt < change.At).OrderByDescending(r => r.DeployedAt).FirstOrDefault()?.Version;
                running = change.Version;
            }
            found.Add(OfChange(service, change, before, source));
        }
        return found;
    }

    public static Evidence NoAnswer(string service, string sentence, string source, DateTimeOffset now) => new()
    {
        Sign = Signs.NoAnswer, Service = service, Text = sentence, Weight = Weight.Warning, At = now, Source = source,
    };

    private static bool IsCertificate(ProbeResult probe) => !probe.Healthy && probe.Failure == ProbeFailure.Certificate;

    private static string Ending(LastExit? exit) => exit switch
    {
        null => "",
        { OomKilled: true } => ", OOM killed",
        { Reason: { Length: > 0 } reason } => $", {reason}",
        { Signal: { } signal } => $", ended by signal {signal}",
        { Code: { } code } => $", exit code {code}",
        _ => "",
    };
}
