using System.Text.Json;
using ChatOps.Catalog;

namespace ChatOps.Operations;

/// <summary>How far an operation is. Requested, running and unknown ones hold their target.</summary>
public enum OperationState
{
    Requested,
    Running,
    Succeeded,
    Failed,
    Unknown,
}

/// <summary>One action being carried out, as its row holds it: durable, at most once, visible. Changes are its own pure functions.</summary>
public sealed record Operation
{
    /// <summary>Given to the platform, which keeps it where it can.</summary>
    public required Guid Id { get; init; }

    /// <summary>What people call it.</summary>
    public long Number { get; init; }

    /// <summary>The confirmation it came from; one operation each.</summary>
    public required Guid ActionId { get; init; }
    public required string Kind { get; init; }
    public required Target Target { get; init; }
    public required JsonElement Arguments { get; init; }
    public int? Incident { get; init; }
    public required OperationState State { get; init; }

    /// <summary>The person who pressed.</summary>
    public required string ConfirmedBy { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Set before the platform is called: null means that nothing has happened yet.</summary>
    public DateTimeOffset? CalledAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The sentence it ended with.</summary>
    public string? Outcome { get; init; }

    /// <summary>Where it is shown.</summary>
    public required string Destination { get; init; }

    public ActionSubject Subject => new(Target, Arguments, Incident);

    /// <summary>It holds its target.</summary>
    public bool IsActive => State is OperationState.Requested or OperationState.Running or OperationState.Unknown;

    /// <summary>
    /// Why an operation that nobody carried out yet must not begin any more, or null. What was confirmed minutes ago was confirmed
    /// for a situation that may be over; nothing has been called, so that asking again costs a press and no doubt.
    /// </summary>
    public string? TooLateToStart(DateTimeOffset now, TimeSpan startWithin) =>
        CalledAt is null && now - RequestedAt > startWithin
            ? $"Nothing was done: ChatOps could not begin within {startWithin.TotalMinutes:0.#} minutes of the press. Look at the target, and propose it again if it is still right."
            : null;

    /// <summary>The operation after its end.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public Operation End(OperationOutcome outcome, DateTimeOffset now) => State is OperationState.Requested or OperationState.Running
        ? this with
        {
            State = outcome.Result switch
            {
                OperationResult.Succeeded => OperationState.Succeeded,
                OperationResult.Unknown => OperationState.Unknown,
                _ => OperationState.Failed,
            },
            Outcome = outcome.Sentence,
            FinishedAt = outcome.Result == OperationResult.Unknown ? null : now,
        }
        : throw new InvalidOperationException($"Operation {Number} is {State} and cannot end.");

    /// <summary>The operation after a person said what happened.</summary>
    /// <exception cref="InvalidOperationException">It is known what happened.</exception>
    public Operation Settle(OperationOutcome outcome, DateTimeOffset now) => State == OperationState.Unknown && outcome.Result != OperationResult.Unknown
        ? this with
        {
            State = outcome.Result == OperationResult.Succeeded ? OperationState.Succeeded : OperationState.Failed,
            Outcome = outcome.Sentence,
            FinishedAt = now,
        }
        : throw new InvalidOperationException($"Operation {Number} is {State}: there is nothing to settle.");
}

public enum OperationResult
{
    Succeeded,

    /// <summary>The platform did it, or tried to, and it went wrong.</summary>
    Failed,

    /// <summary>Nothing happened, and that is known.</summary>
    NotDone,

    /// <summary>It cannot be known whether it happened: a person is asked.</summary>
    Unknown,
}

/// <summary>How an operation ended.</summary>
/// <param name="Sentence">For people: the fact, the reason, the next step.</param>
public sealed record OperationOutcome(OperationResult Result, string Sentence)
{
    public static OperationOutcome Succeeded(string sentence) => new(OperationResult.Succeeded, sentence);

    public static OperationOutcome Failed(string sentence) => new(OperationResult.Failed, sentence);

    public static OperationOutcome NotDone(string sentence) => new(OperationResult.NotDone, sentence);

    public static OperationOutcome Unknown(string sentence) => new(OperationResult.Unknown, sentence);
}
