using Npgsql;

namespace ChatOps.Database;

/// <summary>
/// One transaction with what every row of it needs: the connection, the business time, the request that causes it.
/// No network call is made while one is open.
/// </summary>
public sealed class Tx
{
    private List<Action>? afterCommit;

    internal Tx(NpgsqlTransaction transaction, DateTimeOffset now, long? requestId)
    {
        Transaction = transaction;
        Now = now;
        RequestId = requestId;
    }

    public NpgsqlTransaction Transaction { get; }

    public NpgsqlConnection Connection => Transaction.Connection!;

    /// <summary>Business time, UTC, the same for every row of the transaction.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The inbox row whose handling this is; null for what the bot does by itself.</summary>
    public long? RequestId { get; }

    /// <summary>Runs after the commit succeeded, and not at all otherwise: to wake whoever has work now.</summary>
    public void AfterCommit(Action action) => (afterCommit ??= []).Add(action);

    internal void Committed() => afterCommit?.ForEach(a => a());
}
