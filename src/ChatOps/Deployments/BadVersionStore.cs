using ChatOps.Catalog;
using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.Deployments;

/// <summary>Versions that are not to run in an environment again, until somebody takes the mark away.</summary>
public sealed class BadVersionStore(NpgsqlDataSource database)
{
    private const string Columns = "version, marked_by AS by, reason, marked_at AS at";

    /// <summary>False: it was marked before; the first mark stays.</summary>
    /// <param name="by">A Slack user id, or <see cref="Timeline.TimelineEntry.Bot"/> for what a press armed.</param>
    /// <param name="operation">The rollback that marked it.</param>
    public static async Task<bool> MarkAsync(Tx tx, Target target, string version, string by, string reason, Guid? operation, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO bad_versions (target, version, marked_by, reason, marked_at, operation_id) VALUES (@target, @version, @by, @reason, @now, @operation)
            ON CONFLICT (target, version) WHERE unmarked_at IS NULL DO NOTHING
            """,
            new { target = target.ToString(), version, by, reason, now = tx.Now, operation }, tx.Transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>The mark as it was; null: there was none.</summary>
    public static async Task<BadVersionFact?> UnmarkAsync(Tx tx, Target target, string version, string by, CancellationToken cancellationToken) =>
        (await tx.Connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"UPDATE bad_versions SET unmarked_at = @now, unmarked_by = @by WHERE target = @target AND version = @version AND unmarked_at IS NULL RETURNING {Columns}",
            new { target = target.ToString(), version, now = tx.Now, by }, tx.Transaction, cancellationToken: cancellationToken)))?.Fact();

    /// <summary>The marks of a target, newest first.</summary>
    public async Task<IReadOnlyList<BadVersionFact>> OfAsync(Target target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM bad_versions WHERE target = @target AND unmarked_at IS NULL ORDER BY marked_at DESC",
            new { target = target.ToString() }, cancellationToken: cancellationToken))).Select(r => r.Fact())];
    }

    private sealed record Row
    {
        public string Version { get; init; } = "";
        public string By { get; init; } = "";
        public string Reason { get; init; } = "";
        public DateTimeOffset At { get; init; }

        public BadVersionFact Fact() => new(Version, By, Reason, At);
    }
}
