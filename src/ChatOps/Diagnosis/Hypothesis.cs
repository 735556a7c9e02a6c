namespace ChatOps.Diagnosis;

/// <summary>A likely cause with its reasons. Never shown without them.</summary>
public sealed record Hypothesis
{
    /// <summary>Stable: the runbook's name or the rule's ("dependency-down", "bad-release").</summary>
    public required string Cause { get; init; }

    /// <summary>One line: "shop-db is not running: OOM killed at 14:20".</summary>
    public required string Title { get; init; }

    public required string Service { get; init; }

    /// <summary>Higher stands first; compares hypotheses of one ranking only, and is not a probability.</summary>
    public required int Rank { get; init; }

    public required IReadOnlyList<Evidence> For { get; init; }
    public required IReadOnlyList<Evidence> Against { get; init; }

    /// <summary>restart, rollback or null; the target is <see cref="Service"/>.</summary>
    public string? Fix { get; init; }
    public string? Runbook { get; init; }
}
