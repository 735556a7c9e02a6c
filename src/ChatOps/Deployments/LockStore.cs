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

    /// <summary>The operation for which the bot holds it.</summary>
    public Guid? Holder { get; init; }

    public LockFact Fact => new(Owner, Reason, LockedAt, Until);
}

/// <summary>Locks of targets. A person's lock ends by an unlock or by its own time; the bot's are leases that end by themselves when nobody renews them.</summary>
public sealed class LockStore(NpgsqlDataSource database, TimeProvider time)
{
    private const string Columns = "id, target, owner, reason, locked_at, until, holder";

    // Ended by its own time or by its lease: such a row holds nothing, whether or not it was swept.
    private const string Holds = "ended_at IS NULL AND (until IS NULL OR until > @now) AND (lease_until IS NULL OR lease_until > clock_timestamp())";

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

    /// <summary>Takes the lease of the target for an operation, or renews it. False: somebody else holds the target.</summary>
    public async Task<bool> TryLeaseAsync(Target target, Guid operation, string reason, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var tx = new Tx(transaction, time.GetUtcNow(), requestId: null);
        await EndOverAsync(tx, target, cancellationToken);
        var taken = await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO deploy_locks (target, owner, reason, locked_at, lease_until, holder)
            VALUES (@target, @bot, @reason, @now, clock_timestamp() + @lease, @operation)
            ON CONFLICT (target) WHERE ended_at IS NULL DO UPDATE SET lease_until = clock_timestamp() + @lease
                WHERE deploy_locks.holder = excluded.holder
            """,
            new { target = target.ToString(), bot = TimelineEntry.Bot, reason, now = tx.Now, lease, operation }, transaction, cancellationToken: cancellationToken)) > 0;
        await transaction.CommitAsync(cancellationToken);
        return taken;
    }

    /// <summary>Ends the lease of an operation; nothing happens where it has none.</summary>
    public static Task ReleaseAsync(Tx tx, Guid operation, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE deploy_locks SET ended_at = @now, ended_by = @bot WHERE holder = @operation AND ended_at IS NULL",
            new { operation, now = tx.Now, bot = TimelineEntry.Bot }, tx.Transaction, cancellationToken: cancellationToken));

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
            UPDATE deploy_locks SET ended_at = coalesce(until, @now), ended_by = @bot
            WHERE target = @target AND ended_at IS NULL AND (until <= @now OR lease_until <= clock_timestamp())
            """,
            new { target = target.ToString(), now = tx.Now, bot = TimelineEntry.Bot }, tx.Transaction, cancellationToken: cancellationToken));
}
