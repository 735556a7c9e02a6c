using ChatOps.Database;
using Dapper;

namespace ChatOps.Outbox;

/// <summary>Writes rows. The destination's row is locked before a number is taken, so that numbers become visible in their order.</summary>
internal static class OutboxStore
{
    /// <summary>Locks the destination and takes its next number. A channel id that belongs to an incident becomes that incident's destination.</summary>
    public static async Task<Place> TakePlaceAsync(Tx tx, string destination, CancellationToken cancellationToken)
    {
        var key = await KeyOfAsync(tx, destination, cancellationToken);
        return await tx.Connection.QuerySingleAsync<Place>(new CommandDefinition(
            """
            INSERT INTO outbox_destinations (key, channel_id) VALUES (@key, @channel) ON CONFLICT DO NOTHING;
            UPDATE outbox_destinations SET next_seq = next_seq + 1 WHERE key = @key RETURNING key AS destination, next_seq - 1 AS seq;
            """,
            new { key, channel = Destination.IsChannelId(key) ? key : null }, tx.Transaction, cancellationToken: cancellationToken));
    }

    /// <summary>As <see cref="TakePlaceAsync"/>, for a message that may stand elsewhere already: it stays where it is.</summary>
    public static async Task<Place> TakePlaceOfMessageAsync(Tx tx, string messageKey, string destination, CancellationToken cancellationToken)
    {
        var key = await KeyOfAsync(tx, destination, cancellationToken);
        return await tx.Connection.QuerySingleAsync<Place>(new CommandDefinition(
            """
            INSERT INTO outbox_destinations (key, channel_id) VALUES (@key, @channel) ON CONFLICT DO NOTHING;
            INSERT INTO outbox_messages (key, destination) VALUES (@messageKey, @key) ON CONFLICT DO NOTHING;
            UPDATE outbox_destinations SET next_seq = next_seq + 1
            WHERE key = (SELECT destination FROM outbox_messages WHERE key = @messageKey)
            RETURNING key AS destination, next_seq - 1 AS seq;
            """,
            new { key, channel = Destination.IsChannelId(key) ? key : null, messageKey }, tx.Transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Puts the content into the row of that message that still waits. False: none waits.</summary>
    public static async Task<bool> CoalesceAsync(Tx tx, string messageKey, string content, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE outbox SET content = @content::json WHERE message_key = @messageKey AND kind IN ('show', 'home') AND state = 'pending'
            """,
            new { messageKey, content }, tx.Transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>The topic that the channel has, or will have when everything is sent; null where none is known.</summary>
    public static Task<string?> LastTopicAsync(Tx tx, string destination, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            "SELECT content::text FROM outbox WHERE destination = @destination AND kind = 'topic' AND state <> 'dead' ORDER BY seq DESC LIMIT 1",
            new { destination }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Puts the topic into the row of that destination that still waits. False: none waits.</summary>
    public static async Task<bool> CoalesceTopicAsync(Tx tx, string destination, string content, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE outbox SET content = @content::json WHERE destination = @destination AND kind = 'topic' AND state = 'pending'
            """,
            new { destination, content }, tx.Transaction, cancellationToken: cancellationToken)) > 0;

    public static Task InsertAsync(Tx tx, Place place, NewRow row, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO outbox (destination, seq, kind, message_key, thread_of, recipient, content, file, metadata_id, request_id, created_at)
            VALUES (@Destination, @Seq, @Kind, @MessageKey, @ThreadOf, @Recipient, @Content::json, @File, @metadataId, @requestId, @now)
            """,
            new
            {
                place.Destination,
                place.Seq,
                row.Kind,
                row.MessageKey,
                row.ThreadOf,
                row.Recipient,
                row.Content,
                row.File,
                metadataId = Guid.CreateVersion7(),
                requestId = tx.RequestId,
                now = tx.Now,
            },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Takes up again what was refused for the channel's sake in the last day; of what was to be edited or set more than once the last alone.</summary>
    public static Task<int> ReviveAsync(Tx tx, string destination, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE outbox o SET state = 'pending', attempts = 0, not_before = NULL, error = NULL
            WHERE destination = @destination AND state = 'dead' AND kind IN ('show', 'topic', 'pin', 'upload', 'invite') AND created_at > @after
              AND (error LIKE '%: is_archived%' OR error LIKE '%: channel_not_found%' OR error LIKE '%: not_in_channel%' OR error LIKE '%: method_not_supported_for_channel_type%')
              AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.destination = o.destination AND l.seq > o.seq AND l.kind = o.kind
                              AND (l.kind = 'topic' OR (l.kind = 'show' AND l.message_key = o.message_key)))
            """,
            new { destination, after = tx.Now - TimeSpan.FromDays(1) }, tx.Transaction, cancellationToken: cancellationToken));

    public static Task<string?> DestinationOfMessageAsync(Tx tx, string messageKey, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            "SELECT destination FROM outbox_messages WHERE key = @messageKey",
            new { messageKey }, tx.Transaction, cancellationToken: cancellationToken));

    private static async Task<string> KeyOfAsync(Tx tx, string destination, CancellationToken cancellationToken) =>
        Destination.IsChannelId(destination)
            ? await tx.Connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
                "SELECT key FROM outbox_destinations WHERE channel_id = @destination AND key LIKE 'incident:%'",
                new { destination }, tx.Transaction, cancellationToken: cancellationToken)) ?? destination
            : destination;
}

/// <summary>Where a row stands among those of its destination.</summary>
internal sealed record Place(string Destination, long Seq);

internal sealed record NewRow(string Kind, string Content)
{
    public string? MessageKey { get; init; }
    public string? ThreadOf { get; init; }
    public string? Recipient { get; init; }
    public byte[]? File { get; init; }
}
