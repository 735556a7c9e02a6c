using Dapper;
using Npgsql;

namespace ChatOps.Outbox;

/// <summary>Which Slack channel a destination is, once that is known.</summary>
public sealed class DestinationStore(NpgsqlDataSource database)
{
    /// <summary>Slack's id of the channel; null while it does not exist, or is not known yet.</summary>
    public async Task<string?> ChannelIdAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            "SELECT channel_id FROM outbox_destinations WHERE key = @key", new { key }, cancellationToken: cancellationToken));
    }

    /// <summary>The symbolic key (<c>incident:7</c>) that a channel belongs to; null for every other channel.</summary>
    public async Task<string?> KeyOfChannelAsync(string channelId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            "SELECT key FROM outbox_destinations WHERE channel_id = @channelId AND key LIKE 'incident:%'",
            new { channelId }, cancellationToken: cancellationToken));
    }

    /// <summary>Why Slack refused the last message for a destination for good; null where it took it, or none was ever for it.</summary>
    public async Task<string?> RefusedAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            """
            SELECT error FROM (SELECT state, error FROM outbox WHERE destination = @key AND kind = 'show' AND state IN ('sent', 'dead') ORDER BY seq DESC LIMIT 1) AS last
            WHERE state = 'dead'
            """, new { key }, cancellationToken: cancellationToken));
    }

    /// <summary>Whether that channel is the destination, as far as Slack's id of a named one is known: the first message for it teaches that.</summary>
    public static Task<bool> IsSameAsync(Database.Tx tx, string key, string channelId, CancellationToken cancellationToken) =>
        key == channelId ? Task.FromResult(true) : tx.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT 1 FROM outbox_destinations WHERE key = @key AND channel_id = @channelId)", new { key, channelId }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Somebody gave the destination's channel another name.</summary>
    public static Task RenameAsync(Database.Tx tx, string key, string name, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE outbox_destinations SET channel_name = @name WHERE key = @key", new { key, name }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Where a message stands, once it is posted; null before.</summary>
    public async Task<(string ChannelId, string Ts)?> MessageAsync(string messageKey, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var found = await connection.QuerySingleOrDefaultAsync<(string? ChannelId, string? Ts)>(new CommandDefinition(
            "SELECT channel_id, ts FROM outbox_messages WHERE key = @messageKey", new { messageKey }, cancellationToken: cancellationToken));
        return found is { ChannelId: { } channel, Ts: { } ts } ? (channel, ts) : null;
    }
}
