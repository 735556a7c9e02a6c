using Npgsql;

namespace ChatOps.Database;

/// <summary>Opens transactions.</summary>
public sealed class Transactions(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Runs the work in one transaction and commits; anything thrown rolls everything back.</summary>
    /// <param name="requestId">The inbox row whose handling this is, or null.</param>
    public async Task<T> RunAsync<T>(long? requestId, Func<Tx, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var tx = new Tx(transaction, time.GetUtcNow(), requestId);
        var result = await work(tx);
        await transaction.CommitAsync(cancellationToken);
        tx.Committed();
        return result;
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(long? requestId, Func<Tx, Task> work, CancellationToken cancellationToken) =>
        RunAsync(requestId, async tx => { await work(tx); return true; }, cancellationToken);
}
