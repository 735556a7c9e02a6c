using ChatOps.Scheduling;
using Dapper;
using Npgsql;

namespace ChatOps.Outbox;

/// <summary>Forgets what was sent or given up long ago. Where messages stand is kept: they may be edited years later.</summary>
internal sealed class OutboxSweep(NpgsqlDataSource database, TimeProvider time, OutboxOptions options) : ISweepTask
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    private DateTimeOffset next = DateTimeOffset.MinValue;

    public string Name => "outbox";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < next) return;
        next = now + Every;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            DELETE FROM outbox WHERE (state = 'sent' AND sent_at < @before) OR (state = 'dead' AND created_at < @before);
            DELETE FROM outbox_destinations d
            WHERE key LIKE 'response:%' AND claimed_until IS NULL AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.destination = d.key);
            """,
            new { before = now - options.Keep }, cancellationToken: cancellationToken));
    }
}
