using ChatOps.Database;
using Dapper;

namespace ChatOps.Incidents;

/// <summary>What the summary shows beside the incident's own row.</summary>
public sealed record IncidentFacts
{
    public static readonly IncidentFacts None = new();

    public int OpenTasks { get; init; }

    /// <summary>The likeliest cause after the last step that ranked any; null while there is none.</summary>
    public string? Likeliest { get; init; }

    /// <summary>Its first reason: no hypothesis is shown without one.</summary>
    public string? Because { get; init; }

    /// <summary>The service it is about, those of incidents that were merged into it, and whatever was seen broken.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public static async Task<IncidentFacts> ReadAsync(Tx tx, int incident, CancellationToken cancellationToken)
    {
        var row = await tx.Connection.QuerySingleAsync<Row>(new CommandDefinition(
            """
            SELECT (SELECT count(*)::int FROM incident_tasks WHERE incident = @incident AND state = 'open') AS open_tasks,
                   s.hypotheses->0->>'title' AS likeliest,
                   s.hypotheses->0->'for'->>0 AS because,
                   ARRAY(SELECT service FROM (
                       SELECT service, 0 AS place FROM incidents WHERE number = @incident
                       UNION ALL SELECT service, 1 FROM incidents WHERE merged_into = @incident
                       UNION ALL SELECT service, 2 FROM evidence WHERE incident = @incident AND weight = 'Bad') AS named
                     WHERE service <> '' GROUP BY service ORDER BY min(place), service) AS services
            FROM (VALUES (1)) AS one
            LEFT JOIN LATERAL (SELECT hypotheses FROM incident_steps WHERE incident = @incident AND jsonb_array_length(hypotheses) > 0 ORDER BY id DESC LIMIT 1) AS s ON true
            """,
            new { incident }, tx.Transaction, cancellationToken: cancellationToken));
        return new() { OpenTasks = row.OpenTasks, Likeliest = row.Likeliest, Because = row.Because, Services = row.Services };
    }

    private sealed record Row
    {
        public int OpenTasks { get; init; }
        public string? Likeliest { get; init; }
        public string? Because { get; init; }
        public string[] Services { get; init; } = [];
    }
}
