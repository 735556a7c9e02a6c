namespace ChatOps.Diagnosis;

/// <summary>
/// How one service stands by all that is known, where later answers replace earlier ones: a probe that is healthy again no longer fails,
/// a process that was started again no longer is down. Pure; expects evidence in the order in which it was asked for.
/// </summary>
internal sealed class Standing
{
    private readonly Dictionary<string, Evidence> latest = new(StringComparer.Ordinal);
    private readonly List<Evidence> probes = [];

    private Standing(IReadOnlyList<Evidence> own)
    {
        Own = own;
        foreach (var e in own)
        {
            // The list is in the order of asking. The time of a fact would not do: "down since 14:20" may be the newer answer than "healthy at 14:21".
            if (e.Sign == Signs.LogsClean)
                foreach (var pattern in latest.Keys.Where(k => k.StartsWith("log ", StringComparison.Ordinal)).ToList()) latest.Remove(pattern);
            latest[KeyOf(e)] = e;
        }
        probes = [.. latest.Values.Where(e => e.Sign is Signs.ProbeFailed or Signs.CertificateExpiring)];
    }

    /// <summary>Everything said about the service, replaced facts included.</summary>
    public IReadOnlyList<Evidence> Own { get; }

    /// <summary>Probes whose last answer was a failure, the first failure first.</summary>
    public IReadOnlyList<Evidence> FailedProbes => [.. probes.OrderBy(p => p.At)];

    /// <summary>The platform's word that it does not run, if that is its last word.</summary>
    public Evidence? Down => latest.GetValueOrDefault("state") is { Sign: Signs.TargetDown } down ? down : null;

    /// <summary>The platform's last word, whichever.</summary>
    public Evidence? State => latest.GetValueOrDefault("state");

    /// <summary>It was down by the platform and runs now.</summary>
    public bool Recovered => Own.Any(e => e.Sign is Signs.TargetDown or Signs.OomKilled) && State is { Sign: Signs.TargetRunning };

    /// <summary>The worst of what still holds.</summary>
    public Weight? Worst
    {
        get
        {
            var holding = latest.Values.Where(e => e.Sign is not (Signs.NoAnswer or Signs.Deployed or Signs.Changed or Signs.PastIncident or Signs.OomKilled or Signs.LastWords)).ToList();
            return holding.Count == 0 ? null : holding.Min(e => e.Weight);
        }
    }

    public bool InTrouble => Worst is Weight.Bad or Weight.Warning;

    /// <summary>The last fact of that sign that nothing has replaced.</summary>
    public Evidence? Latest(string sign) => latest.Values.Where(e => e.Sign == sign).MaxBy(e => e.At);

    /// <summary>Whether nothing has replaced this fact.</summary>
    public bool Holds(Evidence evidence) => latest.TryGetValue(KeyOf(evidence), out var last) && ReferenceEquals(last, evidence);

    public static Standing Of(IReadOnlyList<Evidence> evidence, string service) => new([.. evidence.Where(e => e.Service == service)]);

    // What one source says about one thing replaces what it said about it before.
    private static string KeyOf(Evidence e) => e.Sign switch
    {
        Signs.TargetDown or Signs.TargetDegraded or Signs.TargetRunning => "state",
        Signs.ProbeFailed or Signs.ProbeHealthy or Signs.CertificateExpiring => $"probe {e.Source}",
        Signs.NewErrorPattern or Signs.MoreFrequentPattern => $"log {e.Data.GetValueOrDefault("template") ?? e.Text}",
        _ when e.Data.TryGetValue("metric", out var metric) => $"metric {metric} {e.Source}",
        _ => $"{e.Sign} {e.At:O}",
    };
}
