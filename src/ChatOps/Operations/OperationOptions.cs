namespace ChatOps.Operations;

/// <summary>The times of operations. Shorter ones are for practice and tests.</summary>
public sealed record OperationOptions
{
    /// <summary>How long an owner may be silent before it counts as dead. Renewed three times as often.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest a single call of the platform may take; ends before the lease does.</summary>
    public TimeSpan CallDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Recovery begins one call deadline and this much after the lease ended.</summary>
    public TimeSpan RecoveryGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A confirmed operation that could not begin in this time does not begin at all: the press was for a situation that may be over.</summary>
    public TimeSpan StartWithin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often other instances' operations are looked for.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Pause between the three attempts to learn from the platform what happened.</summary>
    public TimeSpan RecoveryRetry { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After a step that broke or was not answered, the next attempt.</summary>
    public TimeSpan StepRetry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An operation whose steps fail for so long is unknown: a person is asked.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>So many steps run at once on one instance.</summary>
    public int StepsAtOnce { get; init; } = 64;

    /// <summary>What is wrong, one sentence each; nothing when it can start.</summary>
    public IReadOnlyList<string> Validate() => Lease < CallDeadline * 2
        ? ["The lease of an operation must be at least twice the deadline of a platform call, so that a call always ends before the lease does."]
        : [];
}
