using ChatOps.Database;
using ChatOps.Operations;
using ChatOps.Timeline;

namespace ChatOps.Confirmations;

/// <summary>A change that someone wants and nobody has confirmed yet.</summary>
public sealed record Proposal
{
    /// <summary>The kind of an <see cref="IConfirmedAction"/>.</summary>
    public required string Kind { get; init; }
    public required ActionSubject Subject { get; init; }

    /// <summary>The person; <see cref="TimelineEntry.Bot"/> for what the bot proposes by itself.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>Where the card is shown.</summary>
    public required string Destination { get; init; }

    /// <summary>From <see cref="IConfirmedAction.FingerprintAsync"/>, read just before.</summary>
    public required string Fingerprint { get; init; }
}

/// <summary>Puts the card between a request and its action.</summary>
public sealed class ProposeAction(Outbox.Outbox outbox, TimelineStore timeline, ConfirmedActions actions, ConfirmationOptions options)
{
    /// <summary>Writes the pending action, its timeline entry and its card. One of a kind for each request.</summary>
    /// <exception cref="InvalidOperationException">The transaction belongs to no request, or this version does not know the kind.</exception>
    public async Task<PendingAction> RunAsync(Tx tx, Proposal proposal, CancellationToken cancellationToken)
    {
        var request = tx.RequestId ?? throw new InvalidOperationException("An action is proposed while a request is handled.");
        var action = new PendingAction
        {
            Id = Guid.CreateVersion7(),
            Kind = proposal.Kind,
            Subject = proposal.Subject,
            Fingerprint = proposal.Fingerprint,
            RequestedBy = proposal.RequestedBy,
            RequestedAt = tx.Now,
            ExpiresAt = tx.Now + (actions.Of(proposal.Kind).LifeOf(proposal.Subject) ?? options.Life),
            State = PendingActionState.Pending,
            Destination = proposal.Destination,
        };
        await ConfirmationStore.AddAsync(tx, action, request, cancellationToken);
        await timeline.AppendAsync(tx, CardRecord.Of(tx, action, TimelineKinds.ActionProposed, action.RequestedBy, $"Proposed: {action.Kind} of {action.Subject.Target}."), cancellationToken);
        await outbox.ShowAsync(tx, action.MessageKey, action.Destination, actions.Of(action.Kind).Render(action.Card(ActionCardState.Question)), cancellationToken);
        return action;
    }
}
