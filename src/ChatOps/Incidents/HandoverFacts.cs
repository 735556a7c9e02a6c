using ChatOps.Database;
using Dapper;

namespace ChatOps.Incidents;

/// <summary>What whoever takes over must know: what was done, what runs now, what was found.</summary>
public sealed record HandoverFacts
{
    private const int Most = 5;

    /// <summary>"restart of shop-db@production: succeeded", oldest first.</summary>
    public required IReadOnlyList<string> Tried { get; init; }

    /// <summary>What is under way or of which nobody knows whether it happened.</summary>
    public required IReadOnlyList<string> Running { get; init; }

    /// <summary>The last result of each step, oldest first.</summary>
    public required IReadOnlyList<string> Found { get; init; }
    public required IncidentFacts Facts { get; init; }

    public static async Task<HandoverFacts> ReadAsync(Tx tx, int incident, CancellationToken cancellationToken)
    {
        var number = new { incident, Most };
        var operations = await ReadAsync<(string Kind, string Target, string State, string? Outcome)>(
            "SELECT kind, target, state, outcome FROM operations WHERE incident = @incident ORDER BY requested_at DESC LIMIT @Most");
        var waiting = await ReadAsync<(string Kind, string Target)>(
            "SELECT kind, target FROM pending_actions WHERE incident = @incident AND state = 'pending' ORDER BY requested_at DESC LIMIT @Most");
        var steps = await ReadAsync<(string Step, string? Outcome, bool Finished)>(
            "SELECT step, outcome, finished_at IS NOT NULL FROM (SELECT DISTINCT ON (step) id, step, outcome, finished_at FROM incident_steps WHERE incident = @incident ORDER BY step, id DESC) AS last ORDER BY id");
        return new()
        {
            Tried = [.. operations.AsEnumerable().Reverse().Where(o => o.State is "succeeded" or "failed").Select(o => $"{o.Kind} of {o.Target}: {o.State}{(o.Outcome is { Length: > 0 } how ? $", {how}" : "")}")],
            Running =
            [
                .. operations.AsEnumerable().Reverse().Where(o => o.State is not ("succeeded" or "failed")).Select(o => $"{o.Kind} of {o.Target}: {(o.State == "unknown" ? "nobody knows yet whether it happened" : o.State)}"),
                .. waiting.Select(w => $"a card waits for a press: {w.Kind} of {w.Target}"),
                .. steps.Where(s => !s.Finished).Select(s => $"{s.Step} is looking"),
            ],
            Found = [.. steps.Where(s => s.Finished && s.Outcome is not null).Select(s => $"{s.Step}: {s.Outcome}")],
            Facts = await IncidentFacts.ReadAsync(tx, incident, cancellationToken),
        };

        async Task<List<T>> ReadAsync<T>(string sql) => (await tx.Connection.QueryAsync<T>(new CommandDefinition(sql, number, tx.Transaction, cancellationToken: cancellationToken))).AsList();
    }
}
