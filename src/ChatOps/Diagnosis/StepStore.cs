using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Operations;
using Dapper;
using Npgsql;

namespace ChatOps.Diagnosis;

/// <summary>The runs of steps.</summary>
public sealed class StepStore(NpgsqlDataSource database, OperationStore operations)
{
    /// <summary>Begins a run. A second run of the same request, after a crash, finds the first one's row: it shows its result in the same message.</summary>
    public static Task<long> BeginAsync(Tx tx, int incident, string step, string requestedBy, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleAsync<long>(new CommandDefinition(
            """
            INSERT INTO incident_steps (incident, step, requested_by, started_at, request_id)
            VALUES (@incident, @step, @requestedBy, @now, @RequestId)
            ON CONFLICT (request_id) DO UPDATE SET step = excluded.step
            RETURNING id
            """,
            new { incident, step, requestedBy, now = tx.Now, tx.RequestId }, tx.Transaction, cancellationToken: cancellationToken));

    /// <param name="passed">Verify alone.</param>
    public static Task FinishAsync(Tx tx, long id, string outcome, bool? passed, IReadOnlyList<Hypothesis> hypotheses, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE incident_steps SET finished_at = @now, outcome = @outcome, passed = @passed, hypotheses = @hypotheses::jsonb WHERE id = @id",
            new { id, outcome, passed, hypotheses = JsonSerializer.Serialize(hypotheses.Take(5).Select(RankedCause.Of), JsonSerializerOptions.Web), now = tx.Now },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>When the last action of the incident ended well; null: none did.</summary>
    public async Task<DateTimeOffset?> LastFixAsync(int incident, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<DateTimeOffset?>(new CommandDefinition(
            "SELECT finished_at FROM operations WHERE incident = @incident AND state = 'succeeded' ORDER BY finished_at DESC LIMIT 1", new { incident }, cancellationToken: cancellationToken));
    }

    /// <summary>The last restarts, rollbacks and higher limits of a target that succeeded, newest first.</summary>
    /// <param name="inDrill">Whether those of drills are told too: practice counts in practice alone.</param>
    public async Task<IReadOnlyList<PastAction>> PastActionsAsync(Target target, bool inDrill, CancellationToken cancellationToken)
    {
        var past = new List<PastAction>();
        foreach (var kind in (string[])[FixOption.Restart, FixOption.Rollback, FixOption.Memory])
        {
            foreach (var drills in inDrill ? (bool[])[false, true] : [false])
            {
                past.AddRange((await operations.LastOfAsync(target, kind, 20, drills, cancellationToken))
                    .Where(o => o.FinishedAt is not null)
                    .Select(o => new PastAction(kind, target, o.FinishedAt!.Value, Deployments.ExpectedDuration.Of(o)!.Value, Succeeded: true) { Drill = drills }));
            }
        }
        return past;
    }
}

/// <summary>A hypothesis as its row keeps it: by the texts of its evidence, so that it can be read without the rest.</summary>
public sealed record RankedCause(string Cause, string Title, string Service, int Rank, string? Fix, string? Runbook, IReadOnlyList<string> For, IReadOnlyList<string> Against)
{
    public static RankedCause Of(Hypothesis h) => new(h.Cause, h.Title, h.Service, h.Rank, h.Fix, h.Runbook, [.. h.For.Select(e => e.Text).Distinct()], [.. h.Against.Select(e => e.Text).Distinct()]);
}
