using ChatOps.Database;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>How often a rule was right: of its last <see cref="RaiseStore.Looked"/> raises.</summary>
internal sealed record Tally(int False, int Of);

/// <summary>Each time that a rule of a source raised an incident or a question, and whether it was a false alarm. The view <c>alert_verdicts</c> is for reports.</summary>
internal static class RaiseStore
{
    public const int Looked = 10;

    /// <summary>Once for each rule and incident.</summary>
    public static Task ForIncidentAsync(Tx tx, int incident, IEnumerable<ChangedAlert> alerts, CancellationToken cancellationToken) => AddAsync(
        tx,
        """
        INSERT INTO alert_raises (source, name, rule, at, incident) SELECT s, n, r, @now, @of::int FROM unnest(@sources, @names, @rules) AS t(s, n, r)
        ON CONFLICT (incident, source, name) WHERE incident IS NOT NULL DO NOTHING
        """, incident, alerts, cancellationToken);

    /// <summary>Once for each rule and suggestion.</summary>
    public static Task ForSuggestionAsync(Tx tx, long suggestion, IEnumerable<ChangedAlert> alerts, CancellationToken cancellationToken) => AddAsync(
        tx,
        """
        INSERT INTO alert_raises (source, name, rule, at, suggestion) SELECT s, n, r, @now, @of FROM unnest(@sources, @names, @rules) AS t(s, n, r)
        ON CONFLICT (suggestion, source, name) WHERE suggestion IS NOT NULL DO NOTHING
        """, suggestion, alerts, cancellationToken);

    /// <summary>What a question raised is the incident's from now on; a rule that raised both counts once.</summary>
    public static Task MoveAsync(Tx tx, long suggestion, int incident, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            DELETE FROM alert_raises r WHERE r.suggestion = @suggestion
                AND EXISTS (SELECT 1 FROM alert_raises o WHERE o.incident = @incident AND o.source = r.source AND o.name = r.name);
            UPDATE alert_raises SET incident = @incident WHERE suggestion = @suggestion;
            """,
            new { suggestion, incident }, tx.Transaction, cancellationToken: cancellationToken));

    public static Task FalseAsync(Tx tx, long suggestion, string userId, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE alert_raises SET false_by = @userId, false_at = @now WHERE suggestion = @suggestion AND false_at IS NULL",
            new { suggestion, userId, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Of rules that were a false alarm at least once lately.</summary>
    public static async Task<IReadOnlyDictionary<(string Source, string Name), Tally>> TalliesAsync(Tx tx, IReadOnlyCollection<(string Source, string Name)> rules, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<(string Source, string Name, int False, int Of)>(new CommandDefinition(
            """
            SELECT s, n, f, o FROM unnest(@sources, @names) AS t(s, n)
            CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE false_alarm)::int AS f, count(*)::int AS o
                FROM (SELECT false_alarm FROM alert_verdicts v WHERE v.source = s AND v.name = n ORDER BY v.id DESC LIMIT @Looked) AS last) AS c
            WHERE f > 0
            """,
            new { sources = rules.Select(r => r.Source).ToArray(), names = rules.Select(r => r.Name).ToArray(), Looked }, tx.Transaction, cancellationToken: cancellationToken)))
        .ToDictionary(r => (r.Source, r.Name), r => new Tally(r.False, r.Of));

    // Sorted, so that two transactions do not lock each other out.
    private static Task<int> AddAsync(Tx tx, string sql, long of, IEnumerable<ChangedAlert> alerts, CancellationToken cancellationToken)
    {
        var raises = alerts.DistinctBy(a => (a.Source, a.Name)).OrderBy(a => a.Source, StringComparer.Ordinal).ThenBy(a => a.Name, StringComparer.Ordinal).ToList();
        return tx.Connection.ExecuteAsync(new CommandDefinition(
            sql,
            new { of, now = tx.Now, sources = raises.Select(r => r.Source).ToArray(), names = raises.Select(r => r.Name).ToArray(), rules = raises.Select(r => r.Rule).ToArray() },
            tx.Transaction, cancellationToken: cancellationToken));
    }
}
