using ChatOps.Catalog;

namespace ChatOps.Diagnosis;

/// <summary>Causes that a platform or a probe proves: not running, OOM-killed, full. Pure.</summary>
internal static class ProvenCauses
{
    /// <summary>A dependency proven broken stands above every deploy.</summary>
    internal const int Dependency = 9000;

    /// <summary>The service's own disk is full, its own connections are used up: no release explains that away.</summary>
    internal const int OwnFull = 7500;

    /// <summary>The service itself is gone; a release that came shortly before explains it better and stands above.</summary>
    internal const int Own = 6000;

    internal const string OutOfMemory = "out-of-memory";
    internal const string NotRunning = "not-running";
    internal const string Full = "full";
    internal const string StuckAfterRecovery = "stuck-after-recovery";

    public static IEnumerable<Hypothesis> Of(EvidenceView view)
    {
        foreach (var service in view.Services)
        {
            if (Broken(view, service) is { } cause) yield return cause;
        }
        foreach (var service in view.Services)
        {
            if (Stuck(view, service) is { } cause) yield return cause;
        }
    }

    private static Hypothesis? Broken(EvidenceView view, string service)
    {
        var standing = view.Of(service);
        var oom = standing.Own.LastOrDefault(e => e.Sign == Signs.OomKilled && IsNear(view, e));
        var down = standing.Down ?? (standing.Recovered ? standing.Own.LastOrDefault(e => e.Sign == Signs.TargetDown) : null);
        var full = standing.Latest(Signs.DiskFull) is { Weight: Weight.Bad } disk ? disk : standing.Latest(Signs.ConnectionsHigh) is { Weight: Weight.Bad } connections ? connections : null;
        if ((oom ?? down ?? full) is null) return null;

        var name = full is not null && oom is null && down is null ? Full : oom is not null ? OutOfMemory : NotRunning;
        var proof = new[] { down, oom, full }.OfType<Evidence>().Distinct().ToList();
        var dependents = view.TroubledDependentsOf(service);
        var rank = view.IsDependency(service) ? Dependency : name == Full ? OwnFull : Own;
        var recovering = IsRecovering(view, service);
        return new()
        {
            Cause = name,
            Service = service,
            Title = Title(name, service, proof, standing, recovering),
            // The root stands above what it drags down: something that more of the troubled services need.
            Rank = rank + Math.Min(dependents.Count, 9) * 50 + (name == OutOfMemory ? 20 : 0) + Math.Min(proof.Count, 9),
            For = [.. proof.Concat(standing.FailedProbes).Concat(dependents.SelectMany(view.Symptoms).Take(6)).Distinct()],
            Against = Against(standing),
            Fix = recovering || standing.Recovered || name == Full ? null : "restart",
        };
    }

    /// <summary>A service that still fails although what it needs is back: it holds on to dead connections.</summary>
    private static Hypothesis? Stuck(EvidenceView view, string service)
    {
        var standing = view.Of(service);
        if (standing.FailedProbes is not [.., var failure]) return null;
        var back = view.Catalog.DependenciesOf(service).Select(d => d.Name).Where(view.Services.Contains)
            .Where(d => view.Of(d).Recovered && view.Of(d).Own.Any(e => e.Sign == Signs.TargetDown || (e.Sign == Signs.OomKilled && IsNear(view, e)))).ToList();
        var stillBroken = view.Catalog.DependenciesOf(service).Any(d => view.Services.Contains(d.Name) && (view.Of(d.Name).Down is not null || view.Of(d.Name).FailedProbes.Count > 0));
        if (back.Count == 0 || stillBroken) return null;
        var recovery = view.Of(back[0]).State!;
        if (failure.At < recovery.At + TimeSpan.FromSeconds(15)) return null;
        return new()
        {
            Cause = StuckAfterRecovery,
            Service = service,
            Title = $"{service} still fails although {string.Join(" and ", back)} runs again: it may hold on to dead connections",
            Rank = Dependency + 600,
            For = [failure, recovery],
            Against = [],
            Fix = "restart",
        };
    }

    /// <summary>A database that replays its log answers soon by itself; a restart would make it begin again.</summary>
    internal static bool IsRecovering(EvidenceView view, string service)
    {
        var standing = view.Of(service);
        // The platform or the database itself says so.
        if (standing.State?.Data.GetValueOrDefault("recovering") == "true") return true;
        if (view.Catalog.Services[service].Kind != ServiceKind.Postgres) return false;
        if (standing.Down is not null || standing.State is { Sign: Signs.TargetRunning } && standing.FailedProbes.Count == 0) return false;
        return standing.State?.Data.GetValueOrDefault("state") == "Starting"
            || standing.FailedProbes.Any(p => p.Data.GetValueOrDefault("failure") == nameof(Telemetry.ProbeFailure.NotReady) || SaysRecovery(p.Text))
            || standing.Own.Any(e => e.Sign is Signs.NewErrorPattern or Signs.MoreFrequentPattern && SaysRecovery(e.Text));
    }

    private static bool SaysRecovery(string text) =>
        text.Contains("starting up", StringComparison.OrdinalIgnoreCase) || text.Contains("recovery", StringComparison.OrdinalIgnoreCase) || text.Contains("57P03", StringComparison.Ordinal);

    /// <summary>A kill of hours before the trouble is another story.</summary>
    internal static bool IsNear(EvidenceView view, Evidence kill) => view.Onset is null || kill.At >= view.Onset.At - TimeSpan.FromMinutes(15);

    private static string Title(string name, string service, List<Evidence> proof, Standing standing, bool recovering)
    {
        if (recovering) return $"{service} is recovering after a crash";
        var running = standing.Recovered ? "; it runs again" : "";
        return name switch
        {
            OutOfMemory => standing.Down is null ? $"{service} was OOM killed{running}" : $"{service} is not running: OOM killed",
            Full => proof[0].Sign == Signs.DiskFull ? $"the disk of {service} is full" : $"{service} has no connection left",
            _ => standing.Down is null ? $"{service} was not running{running}" : $"{service} is not running",
        };
    }

    private static IReadOnlyList<Evidence> Against(Standing standing) =>
        [.. standing.Own.Where(e => e.Sign == Signs.ProbeHealthy && standing.FailedProbes.Count == 0).TakeLast(1), .. standing.Recovered ? [standing.State!] : Array.Empty<Evidence>()];
}
