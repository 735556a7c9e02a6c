using Dapper;
using Npgsql;

namespace ChatOps.Outbox;

/// <summary>How the outbox is doing, for health checks and <c>doctor</c>.</summary>
public sealed class OutboxHealth(NpgsqlDataSource database, TimeProvider time)
{
    public async Task<OutboxState> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<OutboxState>(new CommandDefinition(
            """
            SELECT count(*) FILTER (WHERE state IN ('pending', 'sending')) AS waiting,
                   count(*) FILTER (WHERE state = 'dead') AS dead,
                   @now - min(created_at) FILTER (WHERE state IN ('pending', 'sending')) AS oldest,
                   (array_agg(error ORDER BY id DESC) FILTER (WHERE state = 'dead'))[1] AS last_error
            FROM outbox WHERE state <> 'sent'
            """,
            new { now = time.GetUtcNow() }, cancellationToken: cancellationToken));
    }
}

/// <summary>What waits and what will never be sent.</summary>
public sealed record OutboxState
{
    public long Waiting { get; init; }
    public long Dead { get; init; }

    /// <summary>The age of the oldest row that waits; null where none does.</summary>
    public TimeSpan? Oldest { get; init; }

    /// <summary>Why the newest dead row is dead.</summary>
    public string? LastError { get; init; }
}
