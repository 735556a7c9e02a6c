using System.Text.Json;
using ChatOps.Database;
using ChatOps.Timeline;
using Dapper;
using Npgsql;

namespace ChatOps.Diagnosis;

/// <summary>The rows of evidence.</summary>
public sealed class EvidenceStore(NpgsqlDataSource database)
{
    /// <summary>When the fact was asked for, where that is not when it was recorded: imported ones carry it in their data.</summary>
    internal const string AskedAt = "asked_at";

    /// <param name="stepId">Null: saved by an operation or imported.</param>
    public static Task AddAsync(Tx tx, int incident, long? stepId, IEnumerable<Evidence> evidence, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO evidence (incident, step_id, sign, service, text, weight, at, recorded_at, source, link, data)
            VALUES (@incident, @stepId, @Sign, @Service, @text, @weight, @At, @now, @source, @Link, @data::jsonb)
            """,
            evidence.Select(e => new
            {
                incident,
                stepId,
                e.Sign,
                e.Service,
                text = Clean(e.Text),
                weight = e.Weight.ToString(),
                e.At,
                now = tx.Now,
                source = Clean(e.Source),
                e.Link,
                data = JsonSerializer.Serialize(e.Data.ToDictionary(d => d.Key, d => Clean(d.Value))),
            }),
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>All evidence of an incident in the order in which it was asked for: what the ranking expects.</summary>
    public async Task<IReadOnlyList<Evidence>> OfIncidentAsync(int incident, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT id, sign, service, text, weight, at, source, link, data::text AS data
            FROM evidence WHERE incident = @incident ORDER BY coalesce((data->>'{AskedAt}')::timestamptz, recorded_at), id
            """,
            new { incident }, cancellationToken: cancellationToken))).Select(r => r.ToEvidence())];
    }

    /// <summary>The last incidents that were resolved and had one of the same signs on the same service, and what fixed them. Private ones are nobody else's business, and a drill proves nothing.</summary>
    public async Task<IReadOnlyList<PastIncident>> PastAsync(int incident, IReadOnlyList<Evidence> evidence, int count, CancellationToken cancellationToken)
    {
        var bad = evidence.Where(e => e.Weight == Weight.Bad && e.Sign != Signs.NoAnswer).ToList();
        if (bad.Count == 0) return [];
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<PastIncident>(new CommandDefinition(
            """
            SELECT i.number, i.title, i.service, i.resolved_at, i.cause,
                   coalesce(i.resolution, (SELECT o.outcome FROM operations o WHERE o.incident = i.number AND o.state = 'succeeded' ORDER BY o.finished_at DESC LIMIT 1)) AS fixed_by
            FROM incidents i
            WHERE i.status IN ('resolved', 'closed') AND i.number <> @incident AND NOT i.private AND NOT i.drill
              AND EXISTS (SELECT 1 FROM evidence e JOIN unnest(@signs, @services, @templates) AS w(sign, service, template)
                          ON e.sign = w.sign AND e.service = w.service AND (w.template = '' OR e.data->>'template' = w.template)
                          WHERE e.incident = i.number AND e.weight = 'Bad')
            ORDER BY i.resolved_at DESC NULLS LAST LIMIT @count
            """,
            new
            {
                incident,
                count,
                signs = bad.Select(e => e.Sign).ToArray(),
                services = bad.Select(e => e.Service).ToArray(),
                templates = bad.Select(e => Clean(e.Data.GetValueOrDefault("template") ?? "")).ToArray(),
            },
            cancellationToken: cancellationToken))];
    }

    // A NUL is a fine character for a log and none for Postgres.
    private static string Clean(string text) => Redactor.ForRecord(text.Replace("\0", "", StringComparison.Ordinal));

    private sealed record Row
    {
        public long Id { get; init; }
        public string Sign { get; init; } = "";
        public string Service { get; init; } = "";
        public string Text { get; init; } = "";
        public string Weight { get; init; } = "";
        public DateTimeOffset At { get; init; }
        public string Source { get; init; } = "";
        public string? Link { get; init; }
        public string Data { get; init; } = "{}";

        public Evidence ToEvidence() => new()
        {
            Id = Id, Sign = Sign, Service = Service, Text = Text, Weight = Enum.Parse<Weight>(Weight, ignoreCase: true), At = At, Source = Source, Link = Link,
            Data = JsonSerializer.Deserialize<Dictionary<string, string>>(Data) ?? [],
        };
    }
}

/// <summary>An incident of before with the same signs.</summary>
public sealed record PastIncident
{
    public required int Number { get; init; }
    public required string Title { get; init; }
    public string? Service { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public string? Cause { get; init; }

    /// <summary>What the person who resolved it wrote, else the outcome of its last action.</summary>
    public string? FixedBy { get; init; }
}
