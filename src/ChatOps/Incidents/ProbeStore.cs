using ChatOps.Database;
using ChatOps.Telemetry;
using Dapper;
using Npgsql;

namespace ChatOps.Incidents;

/// <summary>What probes answered while an incident was open: downtime is counted from these rows.</summary>
public sealed class ProbeStore(NpgsqlDataSource database)
{
    public static Task AddAsync(Tx tx, int incident, IEnumerable<ProbeResult> results, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO probes (incident, target, probe, healthy, detail, at, took_ms)
            VALUES (@incident, @Target, @Probe, @Healthy, @Detail, @At, @TookMs)
            """,
            results.Select(r => new { incident, Target = r.Target.ToString(), r.Probe, r.Healthy, r.Detail, r.At, TookMs = (int)r.Took.TotalMilliseconds }),
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>The answers of the incident's own service, in order of time.</summary>
    /// <param name="target"><c>service@environment</c>; null for every target that was probed.</param>
    public async Task<IReadOnlyList<ProbeAnswer>> AnswersAsync(int incident, string? target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<(string Probe, bool Healthy, DateTimeOffset At)>(new CommandDefinition(
            """
            SELECT target || ' ' || probe, healthy, at FROM probes
            WHERE incident = @incident AND (@target::text IS NULL OR target = @target) ORDER BY at, id
            """, new { incident, target }, cancellationToken: cancellationToken))).Select(r => new ProbeAnswer(r.Probe, r.Healthy, r.At)).ToList();
    }
}
