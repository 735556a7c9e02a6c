namespace ChatOps.Platforms;

/// <summary>
/// What a type of platform offers at best, each in a few words on how. docs/platforms.md is made from it, and the contract of adapters holds their capabilities to it:
/// what stands here can be done to some target, what does not stand here can be done to none.
/// </summary>
/// <param name="Type">The word for it in <c>chatops.yaml</c>.</param>
/// <param name="Title">Its name for people.</param>
public sealed record PlatformOffer(string Type, string Title)
{
    /// <summary>How it does what it can do.</summary>
    public required IReadOnlyDictionary<PlatformAction, string> Actions { get; init; }

    /// <summary>How it tells of releases; null: it cannot.</summary>
    public required string? Releases { get; init; }

    /// <summary>Which log lines it has; null: none.</summary>
    public required string? Logs { get; init; }

    /// <summary>What of CPU and memory it measures; null: nothing.</summary>
    public required string? Usage { get; init; }

    /// <summary>What keeps an action from happening twice, and where its id is found again; null: a person is asked after a crash.</summary>
    public required string? OperationIds { get; init; }
}

/// <summary>How far an adapter gets, for doctor.</summary>
/// <param name="What">What answered, as <c>Kubernetes v1.33.1</c>; no full stop.</param>
/// <param name="Missing">What it may not or cannot do there and should, each with what a person does about it.</param>
public sealed record PlatformReach(string What, IReadOnlyList<MissingRight> Missing);

/// <param name="Fact">As <c>may not patch deployments.apps</c>; no full stop.</param>
/// <param name="ToDo">Whole sentences.</param>
public sealed record MissingRight(string Fact, string ToDo);
