using ChatOps.Database;
using Npgsql;

namespace ChatOps.Inbox;

public enum WebhookAcceptance
{
    /// <summary>It is durable and will be handled once.</summary>
    Accepted,

    /// <summary>The same key was there before.</summary>
    Duplicate,

    /// <summary>It is not known to be stored: the sender is to send it again, which does no harm.</summary>
    Unavailable,
}

/// <summary>
/// Makes what other systems post durable before they are answered. It is handled by the <see cref="IInternalRequestHandler"/> of its kind.
/// </summary>
public sealed partial class WebhookInbox(NpgsqlDataSource database, InboxSignal signal, TimeProvider time, ILogger<WebhookInbox> logger)
{
    /// <param name="source">A stable word for what sends: <c>alertmanager</c>, <c>grafana</c>, <c>webhook</c>.</param>
    /// <param name="key">Unique within the source for a day: the same key twice is one request.</param>
    /// <param name="body">JSON, small and without secrets: it is kept until it is handled.</param>
    public async Task<WebhookAcceptance> AcceptAsync(string source, string kind, string key, byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.CreateCommand(
                """
                INSERT INTO inbox (source, key, kind, body, state, received_at) VALUES ($1, $2, $3, $4, 'waiting', $5)
                ON CONFLICT (source, key) DO NOTHING
                """);
            command.Parameters.AddWithValue(source);
            command.Parameters.AddWithValue(key);
            command.Parameters.AddWithValue(kind);
            command.Parameters.AddWithValue(body);
            command.Parameters.AddWithValue(time.GetUtcNow().UtcDateTime);
            if (await command.ExecuteNonQueryAsync(cancellationToken) == 0) return WebhookAcceptance.Duplicate;
            signal.Raise();
            return WebhookAcceptance.Accepted;
        }
        catch (Exception e) when (DatabaseTrouble.IsAny(e))
        {
            NotStored(source, e.Message);
            return WebhookAcceptance.Unavailable;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What {Source} posted cannot be stored: {Reason}")]
    private partial void NotStored(string source, string reason);
}
