using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Diagnosis;
using ChatOps.Incidents;
using ChatOps.Runbooks;
using ChatOps.Timeline;
using Dapper;
using Npgsql;

namespace ChatOps.PostMortems;

/// <summary>Collects what is recorded of an incident, in the transaction that has its row locked: one picture of one moment.</summary>
public sealed class ReadFacts(NpgsqlDataSource database, ServiceCatalog catalog, RunbookShelf runbooks)
{
    public async Task<PostMortemFacts> RunAsync(Tx tx, Incident incident, CancellationToken cancellationToken)
    {
        // What was merged into it is told with it.
        var number = new { incident = incident.Number };
        var timeline = await ReadAsync<TimelineEntry>(
            """
            SELECT id, incident, target, kind, at, recorded_at, actor, text, part
            FROM timeline WHERE incident = ANY(ARRAY(SELECT number FROM family)) ORDER BY at, id
            """);
        var steps = await ReadAsync<StepRow>(
            """
            SELECT id, step, requested_by, started_at, finished_at, outcome, passed, hypotheses::text AS hypotheses
            FROM incident_steps WHERE incident = ANY(ARRAY(SELECT number FROM family)) ORDER BY id
            """);
        var evidence = await ReadAsync<EvidenceRow>(
            """
            SELECT id, sign, service, text, weight, at, source, link, data::text AS data
            FROM evidence WHERE incident = ANY(ARRAY(SELECT number FROM family)) ORDER BY at, id
            """);
        var operations = await ReadAsync<OperationRow>(
            """
            SELECT number, kind, target, state, confirmed_by, requested_at, called_at, finished_at, outcome
            FROM operations WHERE incident = ANY(ARRAY(SELECT number FROM family)) ORDER BY number
            """);
        var probes = await ReadAsync<ProbeRow>(
            """
            SELECT target || ' ' || probe AS probe, healthy, at FROM probes WHERE incident = ANY(ARRAY(SELECT number FROM family)) ORDER BY at, id
            """);
        var tasks = await ReadAsync<IncidentTask>(
            """
            SELECT number, incident, text, owner, state, created_by, created_at, due_at, closed_by, closed_at
            FROM incident_tasks WHERE incident = ANY(ARRAY(SELECT number FROM family)) ORDER BY number
            """);
        return new()
        {
            Incident = incident,
            Timeline = timeline,
            Steps = [.. steps.Select(s => s.ToFact())],
            Evidence = [.. evidence.Select(e => e.ToEvidence())],
            Operations = [.. operations.Select(o => new OperationFact(o.Number, o.Kind, o.Target, o.State, o.ConfirmedBy, o.RequestedAt, o.CalledAt, o.FinishedAt, o.Outcome))],
            Probes = [.. probes.Select(p => new ProbeAnswer(p.Probe, p.Healthy, p.At))],
            Tasks = tasks,
            Catalog = catalog,
            Runbooks = runbooks.All,
        };

        async Task<List<T>> ReadAsync<T>(string sql) =>
            (await tx.Connection.QueryAsync<T>(new CommandDefinition($"{ReadTimeline.Family}\n{sql}", number, tx.Transaction, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The Slack ids of everyone whom the document may name.</summary>
    public async Task<IReadOnlyList<string>> PeopleAsync(int incident, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            $"""
            {ReadTimeline.Family}
            SELECT DISTINCT person FROM (
                SELECT actor AS person FROM timeline WHERE incident = ANY(ARRAY(SELECT number FROM family))
                UNION ALL SELECT unnest(regexp_matches(text, '<@([UW][A-Z0-9]+)', 'g')) FROM timeline WHERE incident = ANY(ARRAY(SELECT number FROM family))
                UNION ALL SELECT unnest(ARRAY[declared_by, lead, comms, scribe, resolved_by, cause_confirmed_by]) FROM incidents WHERE number = @incident
                UNION ALL SELECT requested_by FROM incident_steps WHERE incident = ANY(ARRAY(SELECT number FROM family))
                UNION ALL SELECT confirmed_by FROM operations WHERE incident = ANY(ARRAY(SELECT number FROM family))
                UNION ALL SELECT unnest(ARRAY[owner, created_by, closed_by]) FROM incident_tasks WHERE incident = @incident
                UNION ALL SELECT made_by FROM post_mortems WHERE incident = @incident) AS people
            WHERE person ~ '^[UW][A-Z0-9]+$' ORDER BY person
            """,
            new { incident }, cancellationToken: cancellationToken))).AsList();
    }

    private sealed record StepRow
    {
        public long Id { get; init; }
        public string Step { get; init; } = "";
        public string RequestedBy { get; init; } = "";
        public DateTimeOffset StartedAt { get; init; }
        public DateTimeOffset? FinishedAt { get; init; }
        public string? Outcome { get; init; }
        public bool? Passed { get; init; }
        public string? Hypotheses { get; init; }

        public StepFact ToFact()
        {
            var suspects = Hypotheses is null ? [] : JsonSerializer.Deserialize<List<RankedCause>>(Hypotheses, JsonSerializerOptions.Web) ?? [];
            return new(Id, Step, RequestedBy, StartedAt, FinishedAt, Outcome, Passed, [.. suspects.Where(s => s.For is { Count: > 0 })]);
        }
    }

    private sealed record EvidenceRow
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

    private sealed record OperationRow
    {
        public long Number { get; init; }
        public string Kind { get; init; } = "";
        public string Target { get; init; } = "";
        public string State { get; init; } = "";
        public string ConfirmedBy { get; init; } = "";
        public DateTimeOffset RequestedAt { get; init; }
        public DateTimeOffset? CalledAt { get; init; }
        public DateTimeOffset? FinishedAt { get; init; }
        public string? Outcome { get; init; }
    }

    private sealed record ProbeRow
    {
        public string Probe { get; init; } = "";
        public bool Healthy { get; init; }
        public DateTimeOffset At { get; init; }
    }
}
