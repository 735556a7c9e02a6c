using ChatOps.Database;
using Dapper;

namespace ChatOps.Incidents;

/// <summary>Who is in an incident's channel, as far as the bot knows: it decides who sees a private incident.</summary>
public static class IncidentMembers
{
    /// <summary>A condition on a row of <c>incidents</c> with the parameter <c>viewer</c>: whether that person may see it. Null sees what everybody sees.</summary>
    public const string MaySee = "(NOT private OR EXISTS (SELECT 1 FROM incident_members m WHERE m.incident = number AND m.user_id = @viewer))";

    public static async Task<IReadOnlyList<string>> OfAsync(Tx tx, int incident, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<string>(new CommandDefinition(
            "SELECT user_id FROM incident_members WHERE incident = @incident ORDER BY user_id", new { incident }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    public static Task AddAsync(Tx tx, int incident, IEnumerable<string> userIds, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO incident_members (incident, user_id) SELECT @incident, u FROM unnest(@users) AS u ON CONFLICT DO NOTHING",
            new { incident, users = userIds.Distinct(StringComparer.Ordinal).ToArray() }, tx.Transaction, cancellationToken: cancellationToken));

    public static Task RemoveAsync(Tx tx, int incident, string userId, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM incident_members WHERE incident = @incident AND user_id = @userId",
            new { incident, userId }, tx.Transaction, cancellationToken: cancellationToken));
}
