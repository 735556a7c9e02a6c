using ChatOps.Catalog;

namespace ChatOps.Runbooks;

/// <summary>What is known about one kind of trouble: the signs it shows, what to check, what to do, how to verify, how to prevent. A file in <c>runbooks/</c>.</summary>
public sealed record Runbook
{
    /// <summary>Stable: rows carry it as the cause. Lower-case words with hyphens; the file's name.</summary>
    public required string Name { get; init; }

    /// <summary>One line; <c>{service}</c> stands for the service it is about.</summary>
    public required string Title { get; init; }

    /// <summary>The kinds of service it can be about; empty: any.</summary>
    public IReadOnlyList<ServiceKind> Kinds { get; init; } = [];

    /// <summary>It is about what another service needs: a service that nothing of the incident needs is not suspected of it.</summary>
    public bool OnlyDependencies { get; init; }

    /// <summary>The signs that suggest it.</summary>
    public required SignRule Matches { get; init; }

    /// <summary>Signs that speak against it; shown beside it and counted, but they do not rule it out.</summary>
    public IReadOnlyList<SignCondition> Against { get; init; } = [];

    /// <summary>The evidence without which its fix is not offered. A suspicion alone moves nobody's production.</summary>
    public required SignRule Direct { get; init; }

    /// <summary>What a person may look at to be sure.</summary>
    public IReadOnlyList<string> Checks { get; init; } = [];

    public required RunbookFix Fix { get; init; }

    public required string Risk { get; init; }
    public required string WayBack { get; init; }
    public IReadOnlyList<string> Verify { get; init; } = [];

    /// <summary>Lines for the post-mortem: what keeps it from happening again.</summary>
    public IReadOnlyList<string> Prevent { get; init; } = [];
}

/// <summary>What ends the trouble.</summary>
/// <param name="Action">restart, rollback or null where neither helps.</param>
/// <param name="By">Who does it: "lead", "owner" or other words for people.</param>
/// <param name="Text">One sentence for people; <c>{service}</c> stands for the service.</param>
public sealed record RunbookFix(string? Action, string By, string Text);
