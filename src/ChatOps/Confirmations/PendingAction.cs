using ChatOps.Operations;

namespace ChatOps.Confirmations;

public enum PendingActionState
{
    Pending,
    Confirmed,
    Declined,
    Expired,
    Outdated,
}

/// <summary>What waits for a press, as its row holds it.</summary>
public sealed record PendingAction
{
    public required Guid Id { get; init; }
    public required string Kind { get; init; }
    public required ActionSubject Subject { get; init; }

    /// <summary>What the card says is true, as <see cref="IConfirmedAction.FingerprintAsync"/> read it.</summary>
    public required string Fingerprint { get; init; }
    public required string RequestedBy { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required PendingActionState State { get; init; }
    public string? DecidedBy { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Where the card is.</summary>
    public required string Destination { get; init; }

    public string MessageKey => ActionCard.MessageKeyOf(Id);

    /// <summary>It waits, and not too long.</summary>
    public bool IsOpen(DateTimeOffset now) => State == PendingActionState.Pending && ExpiresAt > now;

    /// <summary>Its time is over, whether or not the sweep has seen it.</summary>
    public bool IsOverdue(DateTimeOffset now) => State == PendingActionState.Pending && ExpiresAt <= now;

    /// <summary>The card in a state.</summary>
    /// <param name="text">One sentence about the state, not escaped.</param>
    public ActionCard Card(ActionCardState state, string? text = null) => new()
    {
        Id = Id,
        Kind = Kind,
        Subject = Subject,
        RequestedBy = RequestedBy,
        RequestedAt = RequestedAt,
        ExpiresAt = ExpiresAt,
        State = state,
        DecidedBy = DecidedBy,
        DecidedAt = DecidedAt,
        Text = text,
    };
}
