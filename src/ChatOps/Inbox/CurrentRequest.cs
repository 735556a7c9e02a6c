using ChatOps.Database;
using Dapper;

namespace ChatOps.Inbox;

/// <summary>
/// The request that is being handled (scoped). Whatever it leaves behind commits in one transaction with its own completion,
/// so that a crash leaves either everything or nothing.
/// </summary>
public sealed class CurrentRequest(Transactions transactions)
{
    /// <summary>The inbox row.</summary>
    public long Id { get; private set; }

    /// <summary>True after <see cref="CommitAsync(Func{Tx, Task}, CancellationToken)"/>; the worker completes the others itself.</summary>
    public bool Completed { get; private set; }

    internal Guid Owner { get; private set; }

    internal void Begin(long id, Guid owner) => (Id, Owner) = (id, owner);

    /// <summary>Commits the work and the completion of the request together. Once per request.</summary>
    /// <exception cref="RequestTakenOverException">Another instance handles the request now; nothing was written.</exception>
    public async Task<T> CommitAsync<T>(Func<Tx, Task<T>> work, CancellationToken cancellationToken)
    {
        if (Completed) throw new InvalidOperationException($"Request {Id} was completed before; what follows belongs in a transaction of its own.");
        var result = await transactions.RunAsync(Id, async tx =>
        {
            // The completion comes first: its row lock makes a second instance wait here rather than repeat the work.
            var completed = await tx.Connection.ExecuteAsync(new CommandDefinition(
                """
                UPDATE inbox SET state = 'done', done_at = @now, body = NULL
                WHERE id = @id AND state = 'claimed' AND claimed_by = @owner
                """,
                new { id = Id, owner = Owner, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
            if (completed == 0) throw new RequestTakenOverException(Id);
            return await work(tx);
        }, cancellationToken);
        Completed = true;
        return result;
    }

    /// <inheritdoc cref="CommitAsync{T}"/>
    public Task CommitAsync(Func<Tx, Task> work, CancellationToken cancellationToken) =>
        CommitAsync(async tx => { await work(tx); return true; }, cancellationToken);
}

/// <summary>This instance was slower than its lease: another one handles the request.</summary>
public sealed class RequestTakenOverException(long id) : Exception($"Request {id} is handled by another instance.");
