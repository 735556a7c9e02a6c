using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.Deployments;

/// <summary>Deploys that wait, in the database. Each way out asks for the state before it, so that one of them counts.</summary>
public sealed class DeployQueueStore(NpgsqlDataSource database)
{
    internal const string Waiting = "waiting";
    internal const string Left = "left";
    internal const string Refused = "refused";
    internal const string Superseded = "superseded";
    internal const string Withdrawn = "withdrawn";

    private const string Columns = "id, target, version, strategy, reason, forced, incident, requested_by, asked_at, expires_at, channel, state, looks";

    /// <summary>Null: another one waits for the target; the index decides, however many ask at once.</summary>
    internal static Task<WaitingDeploy?> TryAddAsync(Tx tx, WaitingDeploy deploy, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<WaitingDeploy>(new CommandDefinition(
            $"""
            INSERT INTO deploy_queue (target, version, strategy, reason, forced, incident, requested_by, asked_at, expires_at, channel, request_id)
            VALUES (@Target, @Version, @Strategy, @Reason, @Forced, @Incident, @RequestedBy, @now, @expires, @Channel, @RequestId)
            ON CONFLICT (target) WHERE state = 'waiting' DO NOTHING RETURNING {Columns}
            """,
            new
            {
                deploy.Target, deploy.Version, deploy.Strategy, deploy.Reason, deploy.Forced, deploy.Incident, deploy.RequestedBy, deploy.Channel,
                now = tx.Now, expires = tx.Now + WaitingDeploy.Patience, tx.RequestId,
            },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Takes its place away from what waits for the target. Null: nothing does.</summary>
    internal static Task<WaitingDeploy?> SupersedeAsync(Tx tx, string target, string by, CancellationToken cancellationToken) =>
        EndAsync(tx, "target = @target", new { target, by, state = Superseded, now = tx.Now }, cancellationToken);

    /// <summary>Ends the waiting of one. Null: it does not wait any more.</summary>
    internal static Task<WaitingDeploy?> EndAsync(Tx tx, long id, string state, string by, CancellationToken cancellationToken) =>
        EndAsync(tx, "id = @id AND expires_at > @now", new { id, by, state, now = tx.Now }, cancellationToken);

    /// <summary>Ends the waiting of one that waited too long. Null: none did.</summary>
    internal static Task<WaitingDeploy?> ExpireAsync(Tx tx, CancellationToken cancellationToken) => EndAsync(
        tx,
        "id = (SELECT id FROM deploy_queue WHERE state = 'waiting' AND expires_at <= @now ORDER BY expires_at LIMIT 1 FOR UPDATE SKIP LOCKED)",
        new { by = Timeline.TimelineEntry.Bot, state = "expired", now = tx.Now }, cancellationToken);

    /// <summary>Those whose target is held by nothing.</summary>
    internal static async Task<IReadOnlyList<WaitingDeploy>> FreeAsync(Tx tx, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<WaitingDeploy>(new CommandDefinition(
            $"SELECT {Columns} FROM deploy_queue q WHERE state = 'waiting' AND expires_at > @now AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.target = q.target AND o.active) ORDER BY id",
            new { now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    /// <summary>Its turn came and the target was held again: the next turn is another one.</summary>
    internal static Task<WaitingDeploy?> LookedAsync(Tx tx, long id, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<WaitingDeploy>(new CommandDefinition(
            $"UPDATE deploy_queue SET looks = looks + 1 WHERE id = @id AND state = 'waiting' RETURNING {Columns}", new { id }, tx.Transaction, cancellationToken: cancellationToken));

    public async Task<WaitingDeploy?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<WaitingDeploy>(new CommandDefinition($"SELECT {Columns} FROM deploy_queue WHERE id = @id", new { id }, cancellationToken: cancellationToken));
    }

    /// <summary>All that wait, oldest first.</summary>
    public async Task<IReadOnlyList<WaitingDeploy>> AllAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<WaitingDeploy>(new CommandDefinition($"SELECT {Columns} FROM deploy_queue WHERE state = 'waiting' ORDER BY id", cancellationToken: cancellationToken))).AsList();
    }

    private static Task<WaitingDeploy?> EndAsync(Tx tx, string which, object parameters, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<WaitingDeploy>(new CommandDefinition(
            $"UPDATE deploy_queue SET state = @state, ended_at = @now, ended_by = @by WHERE state = 'waiting' AND {which} RETURNING {Columns}",
            parameters, tx.Transaction, cancellationToken: cancellationToken));
}
