using System.Text.Json;
using ChatOps.Configuration;
using ChatOps.Database;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace ChatOps.Alerts;

/// <summary>An alert that changed and about which something is to be decided.</summary>
internal sealed record ChangedAlert
{
    public long Id { get; init; }
    public string Source { get; init; } = "";
    public string Name { get; init; } = "";
    public string Title { get; init; } = "";
    public string? Service { get; init; }
    public string Place { get; init; } = "";
    public int Level { get; init; }
    public string Rule { get; init; } = "";
    public string Action { get; init; } = "";
    public int Severity { get; init; }
    public bool Page { get; init; }
    public bool Firing { get; init; }
    public DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }
    public int? Incident { get; init; }
    public long? Suggestion { get; init; }
}

/// <summary>The rows of alerts: written in batches, each alert once, whatever order its news comes in.</summary>
internal static class AlertStore
{
    /// <summary>So many are decided about at once; the rest follows a second later.</summary>
    public const int Batch = 1_000;

    /// <summary>More is asked for than before while it fires on; where an open incident has it, by a rule that opens.</summary>
    private const string Rises =
        """
        a.firing AND excluded.firing AND (
            excluded.action = 'open' AND (a.action <> 'open' OR excluded.severity < a.severity)
            OR excluded.action = 'suggest' AND a.action IN ('digest', 'ignore')
                AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.number = a.incident AND i.status IN ('triage', 'open', 'watching')))
        """;

    public static string Word(AlertAction action) => action.ToString().ToLowerInvariant();

    /// <summary>
    /// Writes what is new: an alert that begins, begins again, or ends. What is known already changes nothing, and neither does old news that comes late: the newest beginning counts, and of it
    /// its end, in whichever order they are told. That it began anew is kept also while it fires, since the end of what was before may still come.
    /// One that gets worse while it fires is news too: where its rule now asks for more, that is decided about.
    /// The alerts are sorted by fingerprint, so that two batches do not lock each other out.
    /// </summary>
    public static async Task<int> SaveAsync(Tx tx, string source, IReadOnlyList<ReceivedAlert> alerts, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            INSERT INTO alerts AS a (source, fingerprint, name, title, summary, service, place, labels, url, level, rule, action, severity, page,
                                     firing, starts_at, ends_at, changed_at, pending, request_id)
            SELECT @source, f, n, t, s, v, p, l::jsonb, u, e, r, c, y, g, i, b, CASE WHEN i THEN NULL ELSE @now END, @now, i AND c IN ('open', 'suggest'), @request
            FROM unnest(@fingerprints, @names, @titles, @summaries, @services, @places, @labels, @urls, @levels, @rules, @actions, @severities, @pages, @firing, @begins)
                 AS x(f, n, t, s, v, p, l, u, e, r, c, y, g, i, b)
            ON CONFLICT (source, fingerprint) DO UPDATE SET
                name = excluded.name, title = excluded.title, summary = excluded.summary, service = excluded.service, place = excluded.place, labels = excluded.labels,
                url = excluded.url, level = excluded.level, rule = excluded.rule, action = excluded.action, severity = excluded.severity, page = excluded.page,
                firing = excluded.firing, starts_at = excluded.starts_at,
                ends_at = CASE WHEN excluded.firing = a.firing THEN a.ends_at ELSE excluded.ends_at END,
                changed_at = CASE WHEN excluded.firing = a.firing THEN a.changed_at ELSE excluded.changed_at END,
                request_id = CASE WHEN excluded.firing = a.firing AND NOT ({Rises}) THEN a.request_id ELSE excluded.request_id END,
                incident = CASE WHEN excluded.firing AND NOT a.firing THEN NULL ELSE a.incident END,
                suggestion = CASE WHEN excluded.firing AND NOT a.firing THEN NULL ELSE a.suggestion END,
                pending = CASE WHEN {Rises} THEN true
                               WHEN excluded.firing = a.firing THEN a.pending
                               WHEN excluded.firing THEN excluded.action IN ('open', 'suggest') ELSE a.incident IS NOT NULL OR a.suggestion IS NOT NULL END
            WHERE excluded.starts_at > a.starts_at OR (excluded.starts_at = a.starts_at AND a.firing AND (NOT excluded.firing OR excluded.level > a.level))
            """,
            tx.Connection, tx.Transaction);
        Add("source", NpgsqlDbType.Text, source);
        Add("now", NpgsqlDbType.TimestampTz, tx.Now.UtcDateTime);
        Add("request", NpgsqlDbType.Bigint, tx.RequestId ?? throw new InvalidOperationException("Alerts are stored while a request is handled."));
        Texts("fingerprints", a => a.Fingerprint);
        Texts("names", a => a.Name);
        Texts("titles", a => a.Title);
        Texts("summaries", a => a.Summary);
        Texts("services", a => a.Service);
        Texts("places", a => a.Place);
        Texts("labels", a => JsonSerializer.Serialize(a.Labels));
        Texts("urls", a => a.Url);
        Texts("rules", a => a.Rule);
        Texts("actions", a => Word(a.Action));
        Add("levels", NpgsqlDbType.Array | NpgsqlDbType.Integer, alerts.Select(a => (int)a.Level).ToArray());
        Add("severities", NpgsqlDbType.Array | NpgsqlDbType.Integer, alerts.Select(a => a.Severity).ToArray());
        Add("pages", NpgsqlDbType.Array | NpgsqlDbType.Boolean, alerts.Select(a => a.Page).ToArray());
        Add("firing", NpgsqlDbType.Array | NpgsqlDbType.Boolean, alerts.Select(a => a.Firing).ToArray());
        Add("begins", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, alerts.Select(a => a.StartsAt.UtcDateTime).ToArray());
        return await command.ExecuteNonQueryAsync(cancellationToken);

        void Add(string name, NpgsqlDbType type, object value) => command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value });

        void Texts(string name, Func<ReceivedAlert, string?> of) => Add(name, NpgsqlDbType.Array | NpgsqlDbType.Text, alerts.Select(of).ToArray());
    }

    /// <summary>Where something is to be decided, with a word that changes when more comes.</summary>
    public static async Task<IReadOnlyList<(string Place, string Version)>> PlacesAsync(Tx tx, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<(string, string)>(new CommandDefinition(
            "SELECT place, count(*) || ' ' || max(request_id) FROM alerts WHERE pending GROUP BY place ORDER BY place LIMIT 200",
            transaction: tx.Transaction, cancellationToken: cancellationToken))).AsList();

    /// <summary>One decision at a time about a service; of alerts that name none, one at a time for each source, since their number is limited together.</summary>
    public static Task LockAsync(Tx tx, string what, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "SELECT pg_advisory_xact_lock(hashtextextended('alerts ' || @what, 0))", new { what }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>What changed there; it is decided in this transaction.</summary>
    public static async Task<IReadOnlyList<ChangedAlert>> TakeAsync(Tx tx, string place, CancellationToken cancellationToken)
    {
        var rows = (await tx.Connection.QueryAsync<ChangedAlert>(new CommandDefinition(
            """
            SELECT id, source, name, title, service, place, level, rule, action, severity, page, firing, starts_at, ends_at, incident, suggestion
            FROM alerts WHERE place = @place AND pending ORDER BY source, fingerprint LIMIT @Batch FOR UPDATE
            """,
            new { place, Batch }, tx.Transaction, cancellationToken: cancellationToken))).AsList();
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE alerts SET pending = false WHERE id = ANY(@ids)", new { ids = rows.Select(r => r.Id).ToArray() }, tx.Transaction, cancellationToken: cancellationToken));
        return rows;
    }

    public static Task BelongsToIncidentAsync(Tx tx, IEnumerable<long> ids, int incident, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE alerts SET incident = @incident, suggestion = NULL WHERE id = ANY(@ids)", new { ids = ids.ToArray(), incident }, tx.Transaction, cancellationToken: cancellationToken));

    public static Task BelongsToSuggestionAsync(Tx tx, IEnumerable<long> ids, long suggestion, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE alerts SET suggestion = @suggestion WHERE id = ANY(@ids)", new { ids = ids.ToArray(), suggestion }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>The alerts of a suggestion, as if they had just changed.</summary>
    public static async Task<IReadOnlyList<ChangedAlert>> OfSuggestionAsync(Tx tx, long suggestion, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<ChangedAlert>(new CommandDefinition(
            """
            SELECT id, source, name, title, service, place, level, rule, action, severity, page, firing, starts_at, ends_at, incident, suggestion
            FROM alerts WHERE suggestion = @suggestion ORDER BY source, fingerprint LIMIT @Batch FOR UPDATE
            """,
            new { suggestion, Batch }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    /// <summary>Alerts that ended long ago are forgotten; the timelines of their incidents keep what they were about.</summary>
    public static Task<int> ForgetAsync(Tx tx, DateTimeOffset before, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE NOT firing AND changed_at < @before ORDER BY changed_at LIMIT 5000)",
            new { before }, tx.Transaction, cancellationToken: cancellationToken));
}
