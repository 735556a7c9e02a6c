using ChatOps.Catalog;
using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.Deployments;

/// <summary>The backups that deploys made before they began: the next deploy of the same target needs none while the copy is fresh.</summary>
public sealed class BackupStore(NpgsqlDataSource database)
{
    /// <summary>Writes that the deploy's backup is whole.</summary>
    /// <param name="at">When it began: what was written since is not in it.</param>
    internal static Task MadeAsync(Tx tx, Guid deployment, DateTimeOffset at, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE deployments SET backed_up_at = @at WHERE id = @deployment", new { deployment, at }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>When the target's newest backup by a deploy began; null: none ever was made. That the deploy itself failed afterwards takes nothing from its copy.</summary>
    public async Task<DateTimeOffset?> LastAsync(Target target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<DateTimeOffset?>(new CommandDefinition(
            "SELECT backed_up_at FROM deployments WHERE target = @target AND backed_up_at IS NOT NULL ORDER BY backed_up_at DESC LIMIT 1", new { target = target.ToString() }, cancellationToken: cancellationToken));
    }
}
