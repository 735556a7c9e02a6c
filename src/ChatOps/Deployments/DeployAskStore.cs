using ChatOps.Database;
using Dapper;

namespace ChatOps.Deployments;

/// <summary>What can be put to others, in the database.</summary>
internal static class DeployAskStore
{
    private const string Columns = "id, target, version, strategy, reason, action, gates, code, sentence, requested_by, channel";

    /// <returns>The row; one for each request.</returns>
    public static Task<DeployAsk> OfferAsync(Tx tx, DeployAsk ask, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleAsync<DeployAsk>(new CommandDefinition(
            $"""
            INSERT INTO deploy_asks (target, version, strategy, reason, action, gates, code, sentence, requested_by, channel, offered_at, request_id)
            VALUES (@Target, @Version, @Strategy, @Reason, @Action, @Gates, @Code, @Sentence, @RequestedBy, @Channel, @now, @RequestId) RETURNING {Columns}
            """,
            new
            {
                ask.Target, ask.Version, ask.Strategy, ask.Reason, ask.Action, ask.Gates, ask.Code, ask.Sentence, ask.RequestedBy, ask.Channel, now = tx.Now, tx.RequestId,
            },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>The press that counts. Null: somebody pressed before.</summary>
    public static Task<DeployAsk?> AskAsync(Tx tx, long id, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<DeployAsk>(new CommandDefinition(
            $"UPDATE deploy_asks SET asked_at = @now WHERE id = @id AND asked_at IS NULL RETURNING {Columns}", new { id, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    public static Task<DeployAsk?> FindAsync(Tx tx, long id, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<DeployAsk>(new CommandDefinition(
            $"SELECT {Columns} FROM deploy_asks WHERE id = @id", new { id }, tx.Transaction, cancellationToken: cancellationToken));
}
