using System.Text.Json;
using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.Capture;

/// <summary>The rows of messages. A message's row is locked before anything of it is read or written; a reply's thread before the reply.</summary>
internal sealed class MessageStore(NpgsqlDataSource database)
{
    /// <summary>How long Slack repeats what it could not deliver, and some more: so long first words are waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const int MostLooks = 3;

    /// <summary>Makes or locks the row, and adds what is known now. Nothing that is known is lost by it.</summary>
    public static async Task<ChannelMessage> LearnAsync(Tx tx, Heard heard, CancellationToken cancellationToken)
    {
        var root = heard.ThreadTs is { } thread && thread != heard.Ts ? thread : null;
        // The thread's first message is locked first, known or not: whoever wants it at this moment sees this reply, or this reply sees that.
        if (root is not null) await TouchAsync(tx, heard.Channel, root, heard.Incident, cancellationToken);
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO channel_messages AS m (channel_id, ts, incident, author, thread_ts, wanted_by, wanted_how, due_at, seen_at)
            VALUES (@Channel, @Ts, @Incident, @Author, @root, @WantedBy, @WantedHow, CASE WHEN @WantedBy IS NOT NULL THEN @due END, @now)
            ON CONFLICT (channel_id, ts) DO UPDATE SET
                incident = coalesce(m.incident, excluded.incident), author = coalesce(m.author, excluded.author), thread_ts = coalesce(m.thread_ts, excluded.thread_ts),
                wanted_how = CASE WHEN m.wanted_by IS NULL THEN excluded.wanted_how ELSE m.wanted_how END,
                wanted_by = coalesce(m.wanted_by, excluded.wanted_by),
                due_at = CASE WHEN m.wanted_by IS NULL AND NOT m.written THEN excluded.due_at ELSE m.due_at END
            """,
            new { heard.Channel, heard.Ts, heard.Incident, heard.Author, root, heard.WantedBy, heard.WantedHow, due = tx.Now + Patience, now = tx.Now },
            tx.Transaction, cancellationToken: cancellationToken));
        foreach (var version in heard.Versions)
        {
            await tx.Connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO channel_message_versions (channel_id, ts, version, gone, text, files, actor) VALUES (@Channel, @Ts, @Version, @Gone, @Text, @files::jsonb, @Actor)
                ON CONFLICT DO NOTHING
                """,
                new { heard.Channel, heard.Ts, version.Version, version.Gone, version.Text, files = JsonSerializer.Serialize(version.Files, JsonSerializerOptions.Web), version.Actor },
                tx.Transaction, cancellationToken: cancellationToken));
        }
        return await ReadAsync(tx, heard.Channel, heard.Ts, cancellationToken);
    }

    /// <summary>The replies of a thread, locked.</summary>
    public static async Task<IReadOnlyList<ChannelMessage>> RepliesAsync(Tx tx, string channel, string root, CancellationToken cancellationToken)
    {
        var found = (await tx.Connection.QueryAsync<string>(new CommandDefinition(
            "SELECT ts FROM channel_messages WHERE channel_id = @channel AND thread_ts = @root ORDER BY ts FOR UPDATE",
            new { channel, root }, tx.Transaction, cancellationToken: cancellationToken))).AsList();
        var replies = new List<ChannelMessage>(found.Count);
        foreach (var ts in found) replies.Add(await ReadAsync(tx, channel, ts, cancellationToken));
        return replies;
    }

    /// <summary>The entries of these versions are written.</summary>
    public static Task MarkWrittenAsync(Tx tx, ChannelMessage message, IReadOnlyCollection<MessageVersion> versions, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE channel_messages SET written = true, due_at = NULL WHERE channel_id = @Channel AND ts = @Ts;
            UPDATE channel_message_versions v SET written = true FROM unnest(@versions, @gone) AS w(version, gone)
            WHERE v.channel_id = @Channel AND v.ts = @Ts AND v.version = w.version AND v.gone = w.gone;
            """,
            new { message.Channel, message.Ts, versions = versions.Select(v => v.Version).ToArray(), gone = versions.Select(v => v.Gone).ToArray() },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Looks again later at a reply whose first words are not known.</summary>
    public static Task LookLaterAsync(Tx tx, ChannelMessage message, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE channel_messages SET due_at = @due WHERE channel_id = @Channel AND ts = @Ts AND due_at IS NULL AND NOT written AND looks < @MostLooks",
            new { message.Channel, message.Ts, due = tx.Now + Patience, MostLooks }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Messages that were waited for long enough; each is looked at a few times.</summary>
    public static async Task<IReadOnlyList<(string Channel, string Ts, int Looks)>> ClaimDueAsync(Tx tx, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<(string, string, int)>(new CommandDefinition(
            """
            UPDATE channel_messages SET looks = looks + 1, due_at = CASE WHEN looks + 1 < @MostLooks THEN @next END
            WHERE (channel_id, ts) IN (SELECT channel_id, ts FROM channel_messages WHERE due_at <= @now ORDER BY due_at LIMIT 20 FOR UPDATE SKIP LOCKED)
            RETURNING channel_id, ts, looks
            """,
            new { now = tx.Now, next = tx.Now + Patience, MostLooks }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    public static async Task<ChannelMessage> ReadAsync(Tx tx, string channel, string ts, CancellationToken cancellationToken)
    {
        var message = await tx.Connection.QuerySingleAsync<ChannelMessage>(new CommandDefinition(
            """
            SELECT m.channel_id AS channel, m.ts, m.incident, m.author, m.thread_ts, m.wanted_how, m.written,
                   coalesce(m.wanted_by, t.wanted_by) AS wanted_by, coalesce(m.wanted_by, t.wanted_by) IS NOT NULL AS wanted
            FROM channel_messages m LEFT JOIN channel_messages t ON t.channel_id = m.channel_id AND t.ts = m.thread_ts
            WHERE m.channel_id = @channel AND m.ts = @ts
            """,
            new { channel, ts }, tx.Transaction, cancellationToken: cancellationToken));
        var versions = await tx.Connection.QueryAsync<(string Version, bool Gone, string Text, string Files, string? Actor, bool Written)>(new CommandDefinition(
            "SELECT version, gone, text, files::text, actor, written FROM channel_message_versions WHERE channel_id = @channel AND ts = @ts ORDER BY version",
            new { channel, ts }, tx.Transaction, cancellationToken: cancellationToken));
        return message with
        {
            Versions = [.. versions.Select(v => new MessageVersion(v.Version, v.Gone, v.Text, JsonSerializer.Deserialize<SharedFile[]>(v.Files, JsonSerializerOptions.Web) ?? [], v.Actor, v.Written))],
        };
    }

    /// <summary>The incident of a message that was put into its timeline from another channel; null for every other message.</summary>
    public async Task<int?> IncidentOfAsync(string channel, string ts, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<int?>(new CommandDefinition(
            "SELECT incident FROM channel_messages WHERE channel_id = @channel AND ts = @ts", new { channel, ts }, cancellationToken: cancellationToken));
    }

    /// <summary>Forgets what nobody wanted for a week.</summary>
    public async Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            DELETE FROM channel_messages WHERE (channel_id, ts) IN (
                SELECT m.channel_id, m.ts FROM channel_messages m
                WHERE m.wanted_by IS NULL AND NOT m.written AND m.seen_at < @before
                  AND NOT EXISTS (SELECT 1 FROM channel_messages t WHERE t.channel_id = m.channel_id AND t.ts = m.thread_ts AND t.wanted_by IS NOT NULL)
                LIMIT 2000)
            """,
            new { before }, cancellationToken: cancellationToken));
    }

    private static Task<int> TouchAsync(Tx tx, string channel, string ts, int? incident, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO channel_messages AS m (channel_id, ts, incident, seen_at) VALUES (@channel, @ts, @incident, @now)
            ON CONFLICT (channel_id, ts) DO UPDATE SET incident = coalesce(m.incident, excluded.incident)
            """,
            new { channel, ts, incident, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
}

/// <summary>Something that was heard of a message.</summary>
internal sealed record Heard(string Channel, string Ts, int? Incident)
{
    public string? Author { get; init; }
    public string? ThreadTs { get; init; }
    public IReadOnlyList<MessageVersion> Versions { get; init; } = [];

    /// <summary>Who wants it in the timeline by this; null: nobody.</summary>
    public string? WantedBy { get; init; }

    /// <summary><c>pin</c>, <c>reaction</c> or <c>shortcut</c>.</summary>
    public string? WantedHow { get; init; }
}
