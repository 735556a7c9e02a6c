using Dapper;
using Npgsql;

namespace ChatOps.Reports;

/// <summary>Computes figures from the rows, over ranges that an index holds.</summary>
public sealed class ReadFigures(NpgsqlDataSource database)
{
    /// <summary>A cause is a repeat when it was the cause of another incident within so many days before the end of the period.</summary>
    public const int DaysOfRepeats = 90;

    private const int MostListed = 2_000;

    // What counts: no drill, and neither a false alarm nor a part of another incident.
    private const string Counted = "NOT drill AND status NOT IN ('cancelled', 'merged')";

    /// <param name="now">What is overdue or open is so at this time.</param>
    public async Task<Figures> OfAsync(Period period, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var times = new { period.From, period.To, now, since = period.To - TimeSpan.FromDays(DaysOfRepeats), MostListed };
        await using var read = await connection.QueryMultipleAsync(new CommandDefinition(
            $"""
            SELECT count(*) FILTER (WHERE {Counted} AND severity = 1)::int AS sev1, count(*) FILTER (WHERE {Counted} AND severity = 2)::int AS sev2,
                   count(*) FILTER (WHERE {Counted} AND severity = 3)::int AS sev3, count(*) FILTER (WHERE {Counted} AND severity = 4)::int AS sev4,
                   count(*) FILTER (WHERE {Counted} AND severity IS NULL)::int AS unrated, count(*) FILTER (WHERE {Counted} AND private)::int AS private,
                   coalesce(sum(extract(epoch FROM mitigated_at - onset_at)) FILTER (WHERE {Counted} AND mitigated_at > onset_at), 0)::float8 AS downtime,
                   count(*) FILTER (WHERE {Counted} AND (mitigated_at IS NULL OR onset_at IS NULL))::int AS unmeasured,
                   (avg(extract(epoch FROM acknowledged_at - declared_at)) FILTER (WHERE {Counted}))::float8 AS to_acknowledge,
                   (avg(extract(epoch FROM mitigated_at - coalesce(onset_at, declared_at))) FILTER (WHERE {Counted}))::float8 AS to_mitigate,
                   (avg(extract(epoch FROM resolved_at - declared_at)) FILTER (WHERE {Counted}))::float8 AS to_resolve,
                   count(*) FILTER (WHERE NOT drill AND status = 'cancelled')::int AS false_alarms
            FROM incidents WHERE declared_at >= @From AND declared_at < @To;

            {Listed("declared_at >= @From AND declared_at < @To")};
            {Listed($"declared_at >= @since AND declared_at < @To AND status IN ('resolved', 'closed') AND {Unreviewed}")};
            {Causes};
            {Overdue};
            """,
            times, cancellationToken: cancellationToken));
        var sums = await read.ReadSingleAsync<Sums>();
        var listed = (await read.ReadAsync<ListedIncident>()).AsList();
        var unreviewed = (await read.ReadAsync<ListedIncident>()).AsList();
        var causes = (await read.ReadAsync<CauseRow>()).AsList();
        var overdue = (await read.ReadAsync<OverdueRow>()).AsList();
        return new Figures
        {
            Wolves = await WolvesAsync(connection, period, cancellationToken),
            Period = period,
            BySeverity = [sums.Sev1, sums.Sev2, sums.Sev3, sums.Sev4, sums.Unrated],
            Private = sums.Private,
            Downtime = TimeSpan.FromSeconds(sums.Downtime),
            Unmeasured = sums.Unmeasured,
            ToAcknowledge = Length(sums.ToAcknowledge),
            ToMitigate = Length(sums.ToMitigate),
            ToResolve = Length(sums.ToResolve),
            FalseAlarms = sums.FalseAlarms,
            Repeats = [.. causes.Select(c => new RepeatedCause(c.Cause, c.Times, c.Numbers ?? []))],
            Overdue = [.. overdue.Select(o => new OverdueTasks(o.Owner, o.Count, o.Oldest, [.. (o.Numbers ?? []).Zip(o.Texts ?? [])]))],
            Unreviewed = unreviewed,
            Listed = listed,
        };
    }

    /// <summary>Rules of which at least two, and at least half, of what they raised in the period were false alarms.</summary>
    private static async Task<IReadOnlyList<WolfRule>> WolvesAsync(NpgsqlConnection connection, Period period, CancellationToken cancellationToken)
    {
        return (await connection.QueryAsync<WolfRule>(new CommandDefinition(
            """
            SELECT source || ': ' || name AS rule, count(*) FILTER (WHERE false_alarm)::int AS false_alarms, count(*)::int AS raised
            FROM alert_verdicts WHERE at >= @From AND at < @To GROUP BY source, name
            HAVING count(*) FILTER (WHERE false_alarm) >= 2 AND 2 * count(*) FILTER (WHERE false_alarm) >= count(*)
            ORDER BY 2 DESC, 1 LIMIT 50
            """,
            new { period.From, period.To }, cancellationToken: cancellationToken))).AsList();
    }

    private static string Listed(string condition) =>
        $"""
        SELECT number, title, severity, status, declared_at, lead,
               CASE WHEN mitigated_at > onset_at THEN extract(epoch FROM mitigated_at - onset_at)::float8 END AS downtime_seconds
        FROM incidents WHERE {Counted} AND NOT private AND {condition} ORDER BY declared_at DESC LIMIT @MostListed
        """;

    private const string Unreviewed = "coalesce((SELECT p.state FROM post_mortems p WHERE p.incident = number ORDER BY p.version DESC LIMIT 1), '') <> 'reviewed'";

    // The same cause: the same rule or runbook about the same service in the last ranking; where nothing was ranked, or a person named the cause, the same words.
    private const string Causes =
        $"""
        WITH caused AS (
            SELECT i.number, i.declared_at, i.private, i.cause,
                   CASE WHEN i.cause_confirmed_by IS NULL AND s.first IS NOT NULL THEN 'rule ' || (s.first->>'cause') || ' ' || (s.first->>'service')
                        ELSE 'words ' || lower(regexp_replace(btrim(i.cause), '\s+', ' ', 'g')) END AS key
            FROM incidents i
            LEFT JOIN LATERAL (
                SELECT hypotheses->0 AS first FROM incident_steps
                WHERE incident = i.number AND jsonb_array_length(coalesce(hypotheses, '[]')) > 0 ORDER BY id DESC LIMIT 1) s ON true
            WHERE i.declared_at >= @since AND i.declared_at < @To AND i.cause IS NOT NULL AND {Counted})
        SELECT (array_agg(cause ORDER BY declared_at DESC) FILTER (WHERE NOT private))[1] AS cause, count(*)::int AS times,
               array_agg(number ORDER BY declared_at) FILTER (WHERE NOT private) AS numbers
        FROM caused GROUP BY key HAVING count(*) > 1 AND bool_or(declared_at >= @From) ORDER BY count(*) DESC, max(declared_at) DESC LIMIT 20
        """;

    private const string Overdue =
        """
        SELECT t.owner, count(*)::int AS count, min(t.due_at) AS oldest,
               array_agg(t.number ORDER BY t.due_at, t.number) FILTER (WHERE NOT i.private) AS numbers, array_agg(t.text ORDER BY t.due_at, t.number) FILTER (WHERE NOT i.private) AS texts
        FROM incident_tasks t JOIN incidents i ON i.number = t.incident
        WHERE t.state = 'open' AND t.due_at < @now AND NOT i.drill
        GROUP BY t.owner ORDER BY count(*) DESC, min(t.due_at)
        """;

    private static TimeSpan? Length(double? seconds) => seconds is { } s ? TimeSpan.FromSeconds(s) : null;

    private sealed record Sums
    {
        public int Sev1 { get; init; }
        public int Sev2 { get; init; }
        public int Sev3 { get; init; }
        public int Sev4 { get; init; }
        public int Unrated { get; init; }
        public int Private { get; init; }
        public double Downtime { get; init; }
        public int Unmeasured { get; init; }
        public double? ToAcknowledge { get; init; }
        public double? ToMitigate { get; init; }
        public double? ToResolve { get; init; }
        public int FalseAlarms { get; init; }
    }

    private sealed record CauseRow
    {
        public string? Cause { get; init; }
        public int Times { get; init; }
        public int[]? Numbers { get; init; }
    }

    private sealed record OverdueRow
    {
        public string? Owner { get; init; }
        public int Count { get; init; }
        public DateTimeOffset Oldest { get; init; }
        public long[]? Numbers { get; init; }
        public string[]? Texts { get; init; }
    }
}
