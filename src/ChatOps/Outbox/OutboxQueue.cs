using Dapper;
using Npgsql;

namespace ChatOps.Outbox;

/// <summary>The sender's side of the outbox: claims destinations, begins rows, writes what became of them. Every statement stands alone.</summary>
internal sealed class OutboxQueue(NpgsqlDataSource database, TimeProvider time, OutboxOptions options)
{
    private const int Window = 200;

    /// <summary>Takes destinations that have rows to send and no sender. With <paramref name="keys"/> only among those.</summary>
    public async Task<IReadOnlyList<string>> ClaimAsync(Guid owner, IReadOnlyCollection<string>? keys, IReadOnlyCollection<string> running, int count, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        // A destination whose row a writer holds is skipped: the writer's commit raises the signal, and the poll comes round.
        return (await connection.QueryAsync<string>(new CommandDefinition(
            """
            UPDATE outbox_destinations SET claimed_by = @owner, claimed_until = clock_timestamp() + @lease
            WHERE key IN (
                SELECT key FROM outbox_destinations
                WHERE key IN (SELECT destination FROM outbox WHERE state IN ('pending', 'sending') AND (@keys::text[] IS NULL OR destination = ANY(@keys::text[])))
                  AND (claimed_until IS NULL OR claimed_until < clock_timestamp() OR claimed_by = @owner)
                  AND key <> ALL(@running)
                LIMIT @count FOR UPDATE SKIP LOCKED)
            RETURNING key
            """,
            new { owner, lease = options.Lease, keys = keys?.ToArray(), running = running.ToArray(), count }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>False: another sender has it.</summary>
    public async Task<bool> RenewAsync(string destination, Guid owner, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE outbox_destinations SET claimed_until = clock_timestamp() + @lease WHERE key = @destination AND claimed_by = @owner",
            new { destination, owner, lease = options.Lease }, cancellationToken: cancellationToken)) > 0;
    }

    public async Task ReleaseAsync(string destination, Guid owner, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE outbox_destinations SET claimed_by = NULL, claimed_until = NULL WHERE key = @destination AND claimed_by = @owner",
            new { destination, owner }, cancellationToken: cancellationToken));
    }

    public async Task<DestinationView> LoadAsync(string destination, Guid owner, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var both = await connection.QueryMultipleAsync(new CommandDefinition(
            """
            SELECT o.id, o.seq, o.kind, o.message_key, o.thread_of, o.recipient, o.state = 'sending' AS sending, o.attempts, o.created_at, o.metadata_id,
                   coalesce(extract(epoch FROM o.not_before - clock_timestamp()), 0)::float8 AS wait,
                   m.channel_id AS message_channel, m.ts AS message_ts, t.ts AS thread_ts
            FROM outbox o
            LEFT JOIN outbox_messages m ON m.key = o.message_key
            LEFT JOIN outbox_messages t ON t.key = o.thread_of
            WHERE o.destination = @destination AND o.state IN ('pending', 'sending')
            ORDER BY o.seq LIMIT @Window;
            SELECT key, channel_id, coalesce(claimed_by = @owner, false) AS mine,
                   coalesce(extract(epoch FROM blocked_until - clock_timestamp()), 0)::float8 AS posts_blocked_for
            FROM outbox_destinations WHERE key = @destination;
            """,
            new { destination, owner, Window }, cancellationToken: cancellationToken));
        // In this order: each statement sees what is committed when it begins. The other way round a channel that is made in between is not seen,
        // but its row is gone, and what waited for it would be given up.
        var rows = (await both.ReadAsync<OpenRow>()).AsList();
        return await both.ReadSingleAsync<DestinationView>() with { Rows = rows };
    }

    /// <summary>
    /// Marks rows as begun, so that a crash from here on is seen, and reads their content, which nobody changes from now on.
    /// Rows that are missing in the answer are not this sender's to send.
    /// </summary>
    public async Task<IReadOnlyList<BegunRow>> BeginAsync(Guid owner, IReadOnlyCollection<OpenRow> rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var begun = await connection.QueryAsync<(long Id, string Content, byte[]? File)>(new CommandDefinition(
            """
            UPDATE outbox o
            SET state = 'sending', sending_since = clock_timestamp(), attempts = o.attempts + 1,
                not_before = clock_timestamp() + @deadline + CASE WHEN o.kind IN ('show', 'upload') THEN @settle ELSE interval '0' END
            FROM outbox_destinations d
            WHERE o.id = ANY(@ids) AND o.state IN ('pending', 'sending')
              AND d.key = o.destination AND d.claimed_by = @owner AND d.claimed_until > clock_timestamp()
            RETURNING o.id, o.content::text AS content, o.file
            """,
            new { owner, ids = rows.Select(r => r.Id).ToArray(), deadline = options.Deadline, settle = options.Settle }, cancellationToken: cancellationToken));
        return [.. begun.Select(b => new BegunRow(rows.First(r => r.Id == b.Id), b.Content, b.File))];
    }

    /// <summary>It is in Slack. Where it stands is written in the same statement, so that the two cannot part.</summary>
    public async Task SentAsync(string destination, OpenRow row, Sent sent, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            WITH place AS (
                UPDATE outbox_destinations SET channel_id = @DestinationChannel, channel_name = coalesce(@ChannelName, channel_name)
                WHERE key = @destination AND @DestinationChannel IS NOT NULL AND channel_id IS DISTINCT FROM @DestinationChannel),
            message AS (
                UPDATE outbox_messages SET channel_id = @Channel, ts = @Ts WHERE key = @MessageKey AND @Ts IS NOT NULL)
            UPDATE outbox SET state = 'sent', sent_at = @now, error = @Note, file = NULL, not_before = NULL WHERE id = @Id AND state IN ('pending', 'sending')
            """,
            new { destination, row.Id, row.MessageKey, sent.Channel, sent.Ts, sent.Note, sent.DestinationChannel, sent.ChannelName, now = time.GetUtcNow() },
            cancellationToken: cancellationToken));
    }

    /// <summary>It is tried again after a pause.</summary>
    public async Task AgainAsync(string destination, OpenRow row, Again again, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            WITH blocked AS (
                UPDATE outbox_destinations SET blocked_until = clock_timestamp() + @Wait WHERE key = @destination AND @PostsBlocked),
            gone AS (
                UPDATE outbox_messages SET channel_id = NULL, ts = NULL WHERE key = @MessageKey AND @MessageGone)
            UPDATE outbox
            SET state = CASE WHEN @MayHaveHappened THEN 'sending' ELSE 'pending' END, not_before = clock_timestamp() + @Wait, error = @Error
            WHERE id = @Id AND state = 'sending'
            """,
            new { destination, row.Id, row.MessageKey, again.Wait, again.PostsBlocked, again.MessageGone, again.MayHaveHappened, again.Error },
            cancellationToken: cancellationToken));
    }

    /// <summary>It will never be in Slack, and what comes after it goes on.</summary>
    public async Task DeadAsync(OpenRow row, string error, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE outbox SET state = 'dead', error = @error, not_before = NULL WHERE id = @Id AND state IN ('pending', 'sending')",
            new { row.Id, error }, cancellationToken: cancellationToken));
    }

    /// <summary>Keeps a channel's id that was found while sending.</summary>
    public async Task LearnChannelAsync(string destination, string? channelId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE outbox_destinations SET channel_id = @channelId WHERE key = @destination",
            new { destination, channelId }, cancellationToken: cancellationToken));
    }

    /// <summary>The <c>ts</c> of the destination's newest message before this row: what a lost post must be newer than. Null: none is known.</summary>
    public async Task<string?> LastKnownTsAsync(string destination, string channelId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            "SELECT ts FROM outbox_messages WHERE destination = @destination AND channel_id = @channelId AND ts IS NOT NULL ORDER BY ts::numeric DESC LIMIT 1",
            new { destination, channelId }, cancellationToken: cancellationToken));
    }
}
