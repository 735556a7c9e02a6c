using ChatOps.Catalog;

namespace ChatOps.Diagnosis;

/// <summary>What a step starts from. Storage is not needed: while it is away, <see cref="Known"/> is empty.</summary>
public sealed record StepContext
{
    /// <summary>Null: nobody said which; then all services are looked at.</summary>
    public string? Service { get; init; }
    public required string Environment { get; init; }

    /// <summary>The estimate so far.</summary>
    public DateTimeOffset? Onset { get; init; }

    /// <summary>When somebody began to look.</summary>
    public required DateTimeOffset DeclaredAt { get; init; }

    /// <summary>All evidence of the incident so far, in the order in which it was asked for.</summary>
    public IReadOnlyList<Evidence> Known { get; init; } = [];

    /// <summary>The service and what it needs; without a service all of the environment.</summary>
    internal IReadOnlyList<Target> Targets(ServiceCatalog catalog) =>
        [.. (Service is null ? catalog.Services.Values : [.. catalog.Services.GetValueOrDefault(Service) is { } own ? [own] : Array.Empty<Service>(), .. catalog.DependenciesOf(Service)])
            .Select(s => new Target(s.Name, Environment)).Where(t => catalog.Find(t) is not null)];

    /// <summary>From when on something may have been wrong: the earliest of onset, ends of processes and of changes up to six hours before.</summary>
    internal DateTimeOffset SuspectFrom()
    {
        var onset = Onset ?? OnsetEstimate.From(Known)?.At ?? DeclaredAt;
        return Known.Where(e => e.Sign is Signs.TargetDown or Signs.OomKilled or Signs.Deployed or Signs.Changed or Signs.Restarted)
            .Select(e => e.At).Where(at => at < onset && onset - at <= TimeSpan.FromHours(6)).Append(onset).Min();
    }
}

/// <summary>What every step brings home.</summary>
public abstract record StepResult
{
    /// <summary>New facts of this run. Redacted.</summary>
    public required IReadOnlyList<Evidence> Evidence { get; init; }

    /// <summary>The verdict in one line.</summary>
    public required string Sentence { get; init; }

    /// <summary>Sources that did not answer.</summary>
    public required IReadOnlyList<SilentSource> NoAnswers { get; init; }

    public required int Answered { get; init; }
    public required int Asked { get; init; }
    public required DateTimeOffset At { get; init; }
}
