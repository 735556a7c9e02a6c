using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.OnCall;

/// <summary>The rows of who takes over.</summary>
public sealed class OverrideStore(NpgsqlDataSource database)
{
    private const string Columns = "id, schedule, person, from_at AS \"from\", until_at AS until, asked_by, asked_at, why, state, incident";

    /// <summary>Writes it; a second run of the request finds what the first one made.</summary>
    public static Task<ShiftOverride> AddAsync(Tx tx, ShiftOverride wanted, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleAsync<ShiftOverride>(new CommandDefinition(
            $"""
            INSERT INTO oncall_overrides (schedule, person, from_at, until_at, asked_by, asked_at, why, state, decided_by, decided_at, incident, request_id)
            VALUES (@Schedule, @Person, @From, @Until, @AskedBy, @now, @Why, @state,
                    CASE WHEN @state = 'active' THEN @AskedBy END, CASE WHEN @state = 'active' THEN @now END, @Incident, @RequestId)
            ON CONFLICT (request_id) DO UPDATE SET request_id = excluded.request_id
            RETURNING {Columns}
            """,
            new { wanted.Schedule, wanted.Person, wanted.From, wanted.Until, wanted.AskedBy, now = tx.Now, wanted.Why, state = Word(wanted.State), wanted.Incident, tx.RequestId },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>One press counts. Null: it is not in one of those states any more, or over.</summary>
    public static Task<ShiftOverride?> DecideAsync(Tx tx, long id, OverrideState state, string by, IReadOnlyList<OverrideState> before, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<ShiftOverride>(new CommandDefinition(
            $"""
            UPDATE oncall_overrides SET state = @state, decided_by = @by, decided_at = @now
            WHERE id = @id AND state = ANY(@before) AND until_at > @now
            RETURNING {Columns}
            """,
            new { id, state = Word(state), by, before = before.Select(Word).ToArray(), now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    public async Task<ShiftOverride?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ShiftOverride>(new CommandDefinition(
            $"SELECT {Columns} FROM oncall_overrides WHERE id = @id", new { id }, cancellationToken: cancellationToken));
    }

    /// <summary>Those that are offered or count, and are not over at that time; the earliest first.</summary>
    public async Task<IReadOnlyList<ShiftOverride>> OpenAsync(DateTimeOffset after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<ShiftOverride>(new CommandDefinition(
            $"SELECT {Columns} FROM oncall_overrides WHERE state IN ('offered', 'active') AND until_at > @after ORDER BY from_at, id LIMIT 1000",
            new { after }, cancellationToken: cancellationToken))).AsList();
    }

    private static string Word(OverrideState state) => state.ToString().ToLowerInvariant();
}
