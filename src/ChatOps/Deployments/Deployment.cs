using ChatOps.Catalog;

namespace ChatOps.Deployments;

/// <summary>How a deploy or a rollback ended.</summary>
public enum DeploymentOutcome
{
    Succeeded,
    Failed,

    /// <summary>It came in and was taken back, by the bot or by a person.</summary>
    RolledBack,

    /// <summary>Nothing changed, and that is known.</summary>
    NotDone,

    /// <summary>Nobody knows whether it happened.</summary>
    Unknown,
}

/// <summary>One deploy or rollback, as its row holds it.</summary>
public sealed record Deployment
{
    /// <summary>Of its operation.</summary>
    public required Guid Id { get; init; }

    /// <summary>It went back to an earlier version.</summary>
    public bool IsRollback { get; init; }
    public required Target Target { get; init; }

    /// <summary>Null: nothing ran there.</summary>
    public string? FromVersion { get; init; }
    public required string ToVersion { get; init; }
    public required DeployStrategy Strategy { get; init; }
    public required string RequestedBy { get; init; }
    public required string ConfirmedBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Null: it runs.</summary>
    public DeploymentOutcome? Outcome { get; init; }

    /// <summary>What it ended with, for people.</summary>
    public string? Sentence { get; init; }

    /// <summary>The incident that it is part of, as its fix.</summary>
    public int? Incident { get; init; }

    /// <summary>The incident that it caused, as a person or a rule says.</summary>
    public int? Caused { get; init; }

    /// <summary>What came in, newest first.</summary>
    public IReadOnlyList<DeployedCommit> Commits { get; init; } = [];

    /// <summary>Gates that were overridden.</summary>
    public IReadOnlyList<string> Forced { get; init; } = [];
    public string? Reason { get; init; }
}

/// <param name="CreatedAt">When it was committed or built; null: the platform does not know.</param>
public sealed record DeployedCommit(string Version, string? Commit, string? Author, string? Message, DateTimeOffset? CreatedAt);
