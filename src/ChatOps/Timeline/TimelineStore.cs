using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.Timeline;

/// <summary>The append-only record. What may not be changed here, the database refuses too.</summary>
public sealed class TimelineStore(NpgsqlDataSource database)
{
    /// <summary>Writes the entry; a second run of the same request writes nothing.</summary>
    public Task AppendAsync(Tx tx, TimelineEntry entry, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO timeline (incident, target, kind, at, recorded_at, actor, text, data, request_id, part)
            VALUES (@Incident, @Target, @Kind, @At, @now, @Actor, @text, @data::jsonb, @requestId, @Part)
            ON CONFLICT (request_id, kind, part) WHERE request_id IS NOT NULL DO NOTHING
            """,
            new
            {
                entry.Incident,
                entry.Target,
                entry.Kind,
                entry.At,
                now = tx.Now,
                entry.Actor,
                text = Redactor.ForRecord(entry.Text),
                data = entry.Data is { } data ? Redactor.ForRecord(data.GetRawText()) : "{}",
                requestId = tx.RequestId,
                entry.Part,
            },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Everything about an incident in the order in which it happened.</summary>
    public async Task<IReadOnlyList<TimelineEntry>> OfIncidentAsync(int incident, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<TimelineEntry>(new CommandDefinition(
            """
            SELECT id, incident, target, kind, at, recorded_at, actor, text, data, part
            FROM timeline WHERE incident = @incident ORDER BY at, id
            """,
            new { incident }, cancellationToken: cancellationToken))).AsList();
    }
}
