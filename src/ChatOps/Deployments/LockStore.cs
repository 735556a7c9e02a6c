using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Timeline;
using Dapper;
using Npgsql;

namespace ChatOps.Deployments;

/// <summary>A lock of a target, as its row holds it.</summary>
public sealed record DeployLock
{
    public long Id { get; init; }

    /// <summary>As <see cref="Catalog.Target.ToString"/>.</summary>
    public string Target { get; init; } = "";

    /// <summary>A Slack user id, or <see cref="TimelineEntry.Bot"/>.</summary>
    public string Owner { get; init; } = "";
    public string Reason { get; init; } = "";
    public DateTimeOffset LockedAt { get; init; }

    /// <summary>Null: until somebody unlocks.</summary>
    public DateTimeOffset? Until { get; init; }

    public LockFact Fact => new(Owner, Reason, LockedAt, Until);
}

/// <summary>Locks of targets by people: each ends by an unlock or by its own time. What the bot does to a target holds it by its operation, which another instance takes over after a crash.</summary>
public sealed class LockStore(NpgsqlDataSource database, TimeProvider time)
{
    private const string Columns = "id, target, owner, reason, locked_at, until";

    // Ended by its own time: such a row holds nothing, whether or not it was swept.
    private const string Holds = "ended_at IS NULL AND (until IS NULL OR until > @now)";

    private const string HeldOnTarget = $"SELECT {Columns} FROM deploy_locks WHERE target = @target AND {Holds}";

    /// <summary>Locks the target for a person. Null: it is locked by another one; ask <see cref="HolderAsync(Tx, Target, CancellationToken)"/>.</summary>
    /// <param name="until">Null: until somebody unlocks.</param>
    public static async Task<DeployLock?> TryLockAsync(Tx tx, Target target, string owner, string reason, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        await EndOverAsync(tx, target, cancellationToken);
        return await tx.Connection.QuerySingleOrDefaultAsync<DeployLock>(new CommandDefinition(
            $"""
            INSERT INTO deploy_locks (target, owner, reason, locked_at, until, request_id)
            VALUES (@target, @owner, @reason, @now, @until, @RequestId)
            ON CONFLICT DO NOTHING RETURNING {Columns}
            """,
            new { target = target.ToString(), owner, reason, now = tx.Now, until, tx.RequestId }, tx.Transaction, cancellationToken: cancellationToken));
    }

    /// <summary>The lock as it was; null: it was not locked.</summary>
    public static Task<DeployLock?> UnlockAsync(Tx tx, Target target, string by, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<DeployLock>(new CommandDefinition(
            $"UPDATE deploy_locks SET ended_at = @now, ended_by = @by WHERE target = @target AND {Holds} RETURNING {Columns}",
            new { target = target.ToString(), now = tx.Now, by }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>What holds the target; null: nothing.</summary>
    public static Task<DeployLock?> HolderAsync(Tx tx, Target target, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<DeployLock>(new CommandDefinition(
            HeldOnTarget,
            new { target = target.ToString(), now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    /// <inheritdoc cref="HolderAsync(Tx, Target, CancellationToken)"/>
    public async Task<DeployLock?> HolderAsync(Target target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<DeployLock>(new CommandDefinition(
            HeldOnTarget,
            new { target = target.ToString(), now = time.GetUtcNow() }, cancellationToken: cancellationToken));
    }

    /// <summary>All that are held now, oldest first.</summary>
    public async Task<IReadOnlyList<DeployLock>> AllAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<DeployLock>(new CommandDefinition(
            $"SELECT {Columns} FROM deploy_locks WHERE {Holds} ORDER BY locked_at", new { now = time.GetUtcNow() }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Makes room in the index for a new lock: what is over is ended, and by nothing else than its own time.</summary>
    private static Task<int> EndOverAsync(Tx tx, Target target, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE deploy_locks SET ended_at = until, ended_by = @bot
            WHERE target = @target AND ended_at IS NULL AND until <= @now
            """,
            new { target = target.ToString(), now = tx.Now, bot = TimelineEntry.Bot }, tx.Transaction, cancellationToken: cancellationToken));
}
