using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.Deployments;

/// <summary>A freeze that somebody declared by command.</summary>
public sealed record DeployFreeze
{
    public long Id { get; init; }

    /// <summary>Null: all.</summary>
    public string? Environment { get; init; }
    public string DeclaredBy { get; init; } = "";
    public string Reason { get; init; } = "";
    public DateTimeOffset Since { get; init; }

    /// <summary>Null: until somebody ends it.</summary>
    public DateTimeOffset? Until { get; init; }

    public FreezeFact Fact => new(Reason, DeclaredBy, Since, Until);
}

/// <summary>Freezes by command; those of the configuration are in <see cref="FreezeCalendar"/>.</summary>
public sealed class FreezeStore(NpgsqlDataSource database, TimeProvider time)
{
    private const string Columns = "id, environment, declared_by, reason, since, until";
    private const string InForce = "ended_at IS NULL AND since <= @now AND (until IS NULL OR until > @now)";

    /// <summary>A second run of the request finds what the first one made.</summary>
    /// <param name="environment">Null: all.</param>
    public static Task<DeployFreeze> AddAsync(Tx tx, string? environment, string by, string reason, DateTimeOffset? until, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleAsync<DeployFreeze>(new CommandDefinition(
            $"""
            INSERT INTO deploy_freezes (environment, declared_by, reason, since, until, request_id)
            VALUES (@environment, @by, @reason, @now, @until, @RequestId)
            ON CONFLICT (request_id) DO UPDATE SET request_id = excluded.request_id
            RETURNING {Columns}
            """,
            new { environment, by, reason, now = tx.Now, until, tx.RequestId }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Ends those of exactly that scope: an unfreeze of one environment leaves the freeze of all alone.</summary>
    /// <param name="environment">Null: those of all environments.</param>
    public static async Task<IReadOnlyList<DeployFreeze>> EndAsync(Tx tx, string? environment, string by, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<DeployFreeze>(new CommandDefinition(
            $"UPDATE deploy_freezes SET ended_at = @now, ended_by = @by WHERE environment IS NOT DISTINCT FROM @environment AND {InForce} RETURNING {Columns}",
            new { environment, now = tx.Now, by }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    /// <summary>Those in force for the environment, the longest first.</summary>
    public async Task<IReadOnlyList<DeployFreeze>> InForceAsync(string environment, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<DeployFreeze>(new CommandDefinition(
            $"SELECT {Columns} FROM deploy_freezes WHERE (environment = @environment OR environment IS NULL) AND {InForce} ORDER BY until DESC NULLS FIRST, id",
            new { environment, now = time.GetUtcNow() }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>All in force, oldest first.</summary>
    public async Task<IReadOnlyList<DeployFreeze>> AllAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<DeployFreeze>(new CommandDefinition(
            $"SELECT {Columns} FROM deploy_freezes WHERE {InForce} ORDER BY id", new { now = time.GetUtcNow() }, cancellationToken: cancellationToken))).AsList();
    }
}
