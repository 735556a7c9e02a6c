using ChatOps.Observability;
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
                   count(*) FILTER (WHERE dead) AS dead,
                   @now - min(created_at) FILTER (WHERE state IN ('pending', 'sending')) AS oldest,
                   (array_agg(error ORDER BY id DESC) FILTER (WHERE dead))[1] AS last_error
            FROM (SELECT *, state = 'dead' AND kind NOT IN ('respond', 'ephemeral') AND created_at > @since AS dead FROM outbox WHERE state <> 'sent') o
            """,
            new { now = time.GetUtcNow(), since = time.GetUtcNow() - Health.Recent }, cancellationToken: cancellationToken));
    }
}

/// <summary>What waits and what will never be sent.</summary>
public sealed record OutboxState
{
    public long Waiting { get; init; }

    /// <summary>Of the last day, and not those to one person alone, which are sent once at most.</summary>
    public long Dead { get; init; }

    /// <summary>The age of the oldest row that waits; null where none does.</summary>
    public TimeSpan? Oldest { get; init; }

    /// <summary>Why the newest dead row is dead.</summary>
    public string? LastError { get; init; }
}
