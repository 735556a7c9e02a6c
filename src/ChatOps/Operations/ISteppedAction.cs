using System.Text.Json;
using ChatOps.Database;
using ChatOps.Slack.Blocks;

namespace ChatOps.Operations;

/// <summary>
/// A change that takes minutes or hours: carried out in short steps, each by whichever instance is there when it is due. Between two steps
/// nothing lives but the row, so that a crash, a roll-out of the bot or another instance changes nothing but the next step's owner.
/// </summary>
public interface ISteppedAction : IConfirmedAction
{
    /// <summary>
    /// Looks, makes at most one call that changes something, and says what comes next. It must end well within the lease.
    /// What it is about to call stands in the state that the step before stored: after a crash the same step runs again, and
    /// <see cref="SteppedOperation.MayHaveCalled"/> says that the call may have reached the platform.
    /// </summary>
    /// <param name="run">Guards the call.</param>
    Task<OperationStep> StepAsync(SteppedOperation stepped, OperationRun run, CancellationToken cancellationToken);
}

/// <summary>An operation at the begin of a step.</summary>
public sealed record SteppedOperation
{
    public required Operation Operation { get; init; }

    /// <summary>What the last step stored; null: this is the first.</summary>
    public JsonElement? State { get; init; }

    /// <summary>A step that began at this state made its call and did not end: only the platform knows what came of it.</summary>
    public bool MayHaveCalled { get; init; }

    /// <summary>A word of the action that a person pressed for since the last step; null: none.</summary>
    public string? Wish { get; init; }

    /// <summary>Who pressed.</summary>
    public string? WishedBy { get; init; }
}

/// <summary>What one step came to.</summary>
public sealed record OperationStep
{
    /// <summary>Where the next step begins.</summary>
    public required JsonElement State { get; init; }

    /// <summary>When the next step is due; zero: at once.</summary>
    public TimeSpan After { get; init; }

    /// <summary>Set when it is over.</summary>
    public OperationOutcome? End { get; init; }

    /// <summary>The lines of the card at the end, oldest first, not escaped.</summary>
    public IReadOnlyList<string> Progress { get; init; } = [];

    /// <summary>The card while it runs; null: as it was. Edits silently.</summary>
    public Message? Card { get; init; }

    /// <summary>Further rows of the transaction that stores the step, such as timeline entries and questions; null: none.</summary>
    public Func<Tx, CancellationToken, Task>? Record { get; init; }
}
