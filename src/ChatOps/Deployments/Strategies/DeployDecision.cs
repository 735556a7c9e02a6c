using ChatOps.Operations;
using ChatOps.Platforms;

namespace ChatOps.Deployments.Strategies;

/// <summary>What one look at a deploy brought home.</summary>
public sealed record DeployLook
{
    /// <summary>Null: the platform did not answer.</summary>
    public TargetStatus? Status { get; init; }

    /// <summary>Null: there is nothing to ask, or nothing answered.</summary>
    public bool? Healthy { get; init; }

    /// <summary>For people: which probe fails and how; null: none does.</summary>
    public string? Ill { get; init; }

    /// <summary>What both versions served since the stage began; null: nobody measures it, or it did not answer.</summary>
    public CanaryLook? Numbers { get; init; }
}

/// <summary>What a person is asked in a message of its own; the deploy goes on being watched meanwhile.</summary>
/// <param name="Sentence">The fact and the reason, not escaped.</param>
/// <param name="CanGoOn">Whether "go on" is an answer.</param>
public sealed record DeployQuestion(string Sentence, bool CanGoOn);

/// <summary>What comes next.</summary>
/// <param name="After">When to look again.</param>
public sealed record DeployDecision(DeployState State, TimeSpan After)
{
    public OperationOutcome? End { get; init; }
    public DeployQuestion? Question { get; init; }

    /// <summary>For the timeline, one line each: what began, what was decided and why.</summary>
    public IReadOnlyList<DeployLine> Events { get; init; } = [];

    /// <summary>Its backup is whole; when that began. Null: this step made none.</summary>
    public DateTimeOffset? BackedUp { get; init; }

    /// <summary>It went back: the version is bad.</summary>
    public bool Bad { get; init; }
}

/// <summary>How patient a deploy is. Shorter for practice and tests.</summary>
public sealed record DeployPace
{
    /// <summary>Between two looks at a call that runs.</summary>
    public TimeSpan CallPoll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks at a share of the traffic or a release that is watched, at most.</summary>
    public TimeSpan LookPoll { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>So many looks at least in the time that such a stage takes.</summary>
    public int Looks { get; init; } = 30;

    /// <summary>Between two looks at the health of what came in just now.</summary>
    public TimeSpan HealthPoll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A call that runs for longer than this, and than twice what the slowest tenth took, is told as stalled.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A call that runs for so many times the stall is not known any more: a person is asked.</summary>
    public int GiveUpTimes { get; init; } = 6;

    /// <summary>So many healthy looks in a row are well.</summary>
    public int HealthyLooks { get; init; } = 3;

    /// <summary>So long what came in may take until it is well.</summary>
    public TimeSpan HealthPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>So many ill looks in a row are a breach while it is watched.</summary>
    public int IllLooks { get; init; } = 3;
}
