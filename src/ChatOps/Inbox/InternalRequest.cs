using System.Text.Json;
using ChatOps.Database;
using Dapper;

namespace ChatOps.Inbox;

/// <summary>Handles requests that do not come from Slack: what the bot leaves for itself, such as the first assessment of an incident, and what other systems post.</summary>
public interface IInternalRequestHandler
{
    /// <summary>A stable word; rows carry it.</summary>
    string Kind { get; }

    Task HandleAsync(JsonElement body, CancellationToken cancellationToken);
}

/// <summary>Leaves a request for the bot itself in the transaction that makes it necessary.</summary>
public sealed class InternalRequests(InboxSignal signal)
{
    /// <param name="key">Unique: the same key twice is one request.</param>
    public async Task AddAsync(Tx tx, string kind, string key, object body, CancellationToken cancellationToken)
    {
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO inbox (source, key, kind, body, state, received_at)
            VALUES ('internal', @key, @kind, @body, 'waiting', @now)
            ON CONFLICT (source, key) DO NOTHING
            """,
            new { key, kind, body = JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web), now = tx.Now },
            tx.Transaction, cancellationToken: cancellationToken));
        tx.AfterCommit(signal.Raise);
    }
}

/// <summary>Wakes this instance's worker: there may be waiting rows. A hint, never the queue.</summary>
public sealed class InboxSignal : IDisposable
{
    private readonly SemaphoreSlim semaphore = new(0, 1);

    public void Raise()
    {
        try { semaphore.Release(); }
        catch (SemaphoreFullException) { /* A wake-up is under way already. */ }
    }

    /// <summary>Waits for a signal or for the time to pass.</summary>
    public Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken) => semaphore.WaitAsync(timeout, cancellationToken);

    public void Dispose() => semaphore.Dispose();
}
