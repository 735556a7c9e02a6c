using ChatOps.Database;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace ChatOps.Inbox;

/// <summary>The rows of the inbox, always in batches: one commit for many requests is what makes the acknowledgement quick.</summary>
internal sealed class InboxStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How long a claim lasts, by the database's clock, unless it is renewed: so long a request waits after the death of its instance.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    public const int MaximumFailures = 5;

    /// <summary>
    /// Stores requests that are new and tells their ids by key; a key that is missing from the result was there before.
    /// Keys must be sorted: batches of two instances that overlap would otherwise lock each other out.
    /// </summary>
    public static async Task<Dictionary<string, long>> InsertAsync(NpgsqlConnection connection, Guid? claim, string[] keys, string[] kinds, byte[][] bodies, DateTime[] receivedAt, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO inbox (source, key, kind, body, state, claimed_by, claimed_until, attempts, received_at)
            SELECT 'slack', k, d, b, CASE WHEN $5 IS NULL THEN 'waiting' ELSE 'claimed' END, $5,
                   CASE WHEN $5 IS NOT NULL THEN now() + $6 END, CASE WHEN $5 IS NULL THEN 0 ELSE 1 END, r
            FROM unnest($1, $2, $3, $4) AS t(k, d, b, r)
            ON CONFLICT (source, key) DO NOTHING
            RETURNING id, key
            """, connection)
        {
            Parameters =
            {
                new() { Value = keys, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = kinds, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = bodies, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
                new() { Value = receivedAt, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                new() { Value = (object?)claim ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = Lease, NpgsqlDbType = NpgsqlDbType.Interval },
            },
        };
        await command.PrepareAsync(cancellationToken);
        var ids = new Dictionary<string, long>(keys.Length, StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) ids[reader.GetString(1)] = reader.GetInt64(0);
        return ids;
    }

    /// <summary>Claims what waits and what another instance left: rows whose claim has ended.</summary>
    public async Task<IReadOnlyList<InboxRow>> ClaimAsync(int limit, CancellationToken cancellationToken)
    {
        var claim = Guid.NewGuid();
        var claimedAt = time.GetTimestamp();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(long Id, string Source, string Key, string Kind, byte[]? Body, int Attempts, DateTimeOffset ReceivedAt)>(new CommandDefinition(
            """
            UPDATE inbox SET state = 'claimed', claimed_by = @claim, claimed_until = now() + @Lease, attempts = attempts + 1
            WHERE id IN (
                SELECT id FROM inbox
                WHERE state IN ('waiting', 'claimed') AND (claimed_until IS NULL OR claimed_until <= now())
                ORDER BY id LIMIT @limit FOR UPDATE SKIP LOCKED)
            RETURNING id, source, key, kind, body, attempts, received_at
            """,
            new { claim, Lease, limit }, cancellationToken: cancellationToken));
        return [.. rows.OrderBy(r => r.Id).Select(r => new InboxRow(r.Id, r.Source, r.Key, r.Kind, r.Body, r.Attempts, r.ReceivedAt, claim, claimedAt))];
    }

    /// <summary>Completes requests that had nothing to write. Rows of a claim that has passed to someone else stay as they are.</summary>
    public async Task CompleteAsync(IReadOnlyList<(long Id, Guid Claim)> requests, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            UPDATE inbox SET state = 'done', done_at = $3, body = NULL
            FROM unnest($1, $2) AS t(i, c)
            WHERE id = i AND claimed_by = c AND state = 'claimed'
            """, connection)
        {
            Parameters =
            {
                new() { Value = requests.Select(r => r.Id).ToArray() },
                new() { Value = requests.Select(r => r.Claim).ToArray() },
                new() { Value = time.GetUtcNow().UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            },
        };
        await command.PrepareAsync(cancellationToken);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Prolongs claims of requests that are being handled.</summary>
    public Task RenewAsync(IReadOnlyCollection<InboxRow> rows, CancellationToken cancellationToken) => SetAsync(rows, "claimed_until = now() + @Lease", cancellationToken);

    /// <summary>Gives back what this instance will not end: any other may claim it at once.</summary>
    public Task GiveBackAsync(IReadOnlyCollection<InboxRow> rows, CancellationToken cancellationToken) => SetAsync(rows, "state = 'waiting', claimed_by = NULL, claimed_until = NULL", cancellationToken);

    /// <summary>Of requests that this instance still holds. One that has passed to someone else or ended stays as it is.</summary>
    /// <param name="columns">One of the two above.</param>
    private async Task SetAsync(IReadOnlyCollection<InboxRow> rows, string columns, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"UPDATE inbox SET {columns} FROM unnest(@ids, @claims) AS t(i, c) WHERE id = i AND claimed_by = c AND state = 'claimed'",
            new { Lease, ids = rows.Select(r => r.Id).ToArray(), claims = rows.Select(r => r.Claim).ToArray() }, cancellationToken: cancellationToken));
    }

    /// <summary>Gives a request back after a failure: it waits and is tried again, or after the last failure it is dead.</summary>
    /// <param name="wait">After the first failure; doubled with each.</param>
    /// <returns>True when it is dead now.</returns>
    public static async Task<bool> FailAsync(Tx tx, InboxRow row, string errorId, TimeSpan wait, CancellationToken cancellationToken)
    {
        var state = await tx.Connection.ExecuteScalarAsync<string>(new CommandDefinition(
            """
            UPDATE inbox SET state = CASE WHEN failures + 1 >= @MaximumFailures THEN 'dead' ELSE 'waiting' END, failures = failures + 1,
                             claimed_by = NULL, claimed_until = now() + @wait * power(2::float8, failures), error_id = @errorId
            WHERE id = @Id AND claimed_by = @Claim AND state = 'claimed'
            RETURNING state
            """,
            new { row.Id, row.Claim, errorId, wait, MaximumFailures }, tx.Transaction, cancellationToken: cancellationToken));
        return state == "dead";
    }

    /// <summary>
    /// Forgets the keys of requests that were done a day ago; nobody repeats those. Of one that was given up the body stays for that day, for whoever looks for the cause,
    /// and the rest for a week.
    /// </summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE state = 'done' AND done_at < @dayAgo ORDER BY done_at LIMIT 5000);
            DELETE FROM inbox WHERE state = 'dead' AND received_at < @weekAgo;
            UPDATE inbox SET body = NULL WHERE state = 'dead' AND body IS NOT NULL AND received_at < @dayAgo;
            """,
            new { dayAgo = now - TimeSpan.FromDays(1), weekAgo = now - TimeSpan.FromDays(7) }, cancellationToken: cancellationToken));
    }
}
