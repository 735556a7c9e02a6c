using ChatOps.Database;
using ChatOps.Operations;
using ChatOps.Permissions;

namespace ChatOps.Confirmations;

/// <summary>
/// Where the request is enough: it is card and press in one. There is one pending action all the same, confirmed by who asked, so that the record, the operation
/// and what makes it happen once are those of a press.
/// </summary>
public sealed class ProposeConfirmed(ProposeAction propose, BeginOperation begin, ConfirmedActions actions)
{
    private const string BeforeRequest = "before_request";

    /// <param name="permission">Of who asks, for the proposal's action and target, checked just before.</param>
    /// <returns>Null: another operation holds the target; nothing was written.</returns>
    /// <exception cref="InvalidOperationException">They may not: nobody looks at it again.</exception>
    public async Task<PendingAction?> RunAsync(Tx tx, Proposal proposal, Permission permission, CancellationToken cancellationToken)
    {
        if (!permission.Allowed) throw new InvalidOperationException($"{proposal.RequestedBy} may not {proposal.Kind} {proposal.Subject.Target}, and nobody else is asked.");
        await tx.Transaction.SaveAsync(BeforeRequest, cancellationToken);
        var action = await propose.RunAsync(tx, proposal, cancellationToken);
        if (await begin.RunAsync(tx, action, actions.Of(action.Kind), proposal.RequestedBy, cancellationToken) == Beginning.Begun) return action;
        await tx.Transaction.RollbackAsync(BeforeRequest, cancellationToken);
        return null;
    }
}
