using ChatOps.Catalog;
using ChatOps.Diagnosis;
using ChatOps.Incidents;
using ChatOps.Runbooks;
using ChatOps.Timeline;

namespace ChatOps.PostMortems;

/// <summary>Everything a post-mortem is written from: what is recorded, and nothing else.</summary>
public sealed record PostMortemFacts
{
    public required Incident Incident { get; init; }

    /// <summary>In the order in which it happened.</summary>
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    /// <summary>In the order in which they were begun.</summary>
    public required IReadOnlyList<StepFact> Steps { get; init; }

    /// <summary>In the order of their own times.</summary>
    public required IReadOnlyList<Evidence> Evidence { get; init; }

    /// <summary>In the order in which they were confirmed.</summary>
    public required IReadOnlyList<OperationFact> Operations { get; init; }

    /// <summary>What probes answered, in order of time.</summary>
    public required IReadOnlyList<ProbeAnswer> Probes { get; init; }
    /// <summary>What is to be done because of it, by number.</summary>
    public IReadOnlyList<IncidentTask> Tasks { get; init; } = [];
    public required ServiceCatalog Catalog { get; init; }
    public required IReadOnlyList<Runbook> Runbooks { get; init; }

    /// <summary>The last action that succeeded; where the downtime is measured, the last one before its end.</summary>
    public OperationFact? Remedy
    {
        get
        {
            var done = Operations.Where(o => o.State == "succeeded").ToList();
            return done.FindLast(o => Incident.MitigatedAt is not { } end || o.RequestedAt <= end) ?? done.LastOrDefault();
        }
    }

    /// <summary>
    /// The likeliest cause as the steps ranked it: the one that the incident names, else the first of the last ranking before anything was repaired
    /// (afterwards the signs are gone). Null where no step found one with reasons.
    /// </summary>
    public RankedCause? Leading
    {
        get
        {
            var ranked = Steps.Where(s => s.Suspects.Count > 0).ToList();
            var named = ranked.AsEnumerable().Reverse().SelectMany(s => s.Suspects).FirstOrDefault(s => s.Title == Incident.Cause);
            if (named is not null) return named;
            var repaired = Operations.Where(o => o.State == "succeeded").Select(o => o.FinishedAt).Min();
            return (ranked.FindLast(s => repaired is null || s.FinishedAt <= repaired) ?? ranked.LastOrDefault())?.Suspects[0];
        }
    }

    public Runbook? RunbookOfLeading => Leading?.Runbook is { } name ? Runbooks.FirstOrDefault(r => r.Name == name) : null;
}

/// <summary>One run of a step.</summary>
/// <param name="Suspects">The ranking after it, best first; those without reasons are left out.</param>
public sealed record StepFact(
    long Id, string Step, string RequestedBy, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string? Outcome, bool? Passed, IReadOnlyList<RankedCause> Suspects);

/// <param name="State">As its row has it: requested, running, succeeded, failed, unknown.</param>
/// <param name="Target"><c>service@environment</c>.</param>
public sealed record OperationFact(
    long Number, string Kind, string Target, string State, string ConfirmedBy, DateTimeOffset RequestedAt, DateTimeOffset? CalledAt, DateTimeOffset? FinishedAt, string? Outcome);
