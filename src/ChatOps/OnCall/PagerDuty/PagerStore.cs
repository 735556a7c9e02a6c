using ChatOps.Configuration;
using ChatOps.Database;
using Dapper;

namespace ChatOps.OnCall.PagerDuty;

/// <summary>The rows of what PagerDuty is to be told. Within an incident one after the other.</summary>
public sealed class PagerStore(OnCallConfig config)
{
    private const string Columns = "id, incident, dedup_key, action, summary, severity, source, made_at, attempts";

    /// <summary>In the transaction of what happened; nothing where PagerDuty rings nothing.</summary>
    /// <param name="once">The same word twice is one event.</param>
    public Task AddAsync(Tx tx, PagerEvent pagerEvent, string once, CancellationToken cancellationToken) => config.PagerDuty?.RoutingKey is null
        ? Task.CompletedTask
        : tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO pager_events (incident, dedup_key, action, summary, severity, source, made_at, due_at, once)
            SELECT @Incident, @DedupKey, @action, @Summary, @Severity, @Source, @now, @now, @once
            WHERE @action = 'trigger' OR EXISTS (SELECT 1 FROM pager_events WHERE incident = @Incident AND action = 'trigger')
            ON CONFLICT (once) DO NOTHING
            """,
            new { pagerEvent.Incident, pagerEvent.DedupKey, action = Word(pagerEvent.Action), pagerEvent.Summary, pagerEvent.Severity, pagerEvent.Source, now = tx.Now, once },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Incidents that are over and whose phones may still ring: the end of each becomes an event.</summary>
    internal static Task AddResolvedAsync(Tx tx, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            WITH over AS (
                UPDATE pager_events e SET ended = true FROM incidents i
                WHERE e.action = 'trigger' AND NOT e.ended AND i.number = e.incident AND i.status NOT IN ('triage', 'open', 'watching')
                RETURNING e.id, e.incident, e.dedup_key)
            INSERT INTO pager_events (incident, dedup_key, action, summary, severity, source, made_at, due_at, once)
            SELECT incident, dedup_key, 'resolve', '', '', '', @now, @now, 'resolve ' || max(id) FROM over GROUP BY incident, dedup_key
            ON CONFLICT (once) DO NOTHING
            """,
            new { now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Takes what is due for a while; when this instance dies it is due again.</summary>
    internal static async Task<IReadOnlyList<PagerEvent>> ClaimAsync(Tx tx, TimeSpan lease, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<PagerEvent>(new CommandDefinition(
            $"""
            UPDATE pager_events SET due_at = @until, attempts = attempts + 1
            WHERE id IN (
                SELECT id FROM pager_events e
                WHERE state = 'waiting' AND due_at <= @now
                  AND NOT EXISTS (SELECT 1 FROM pager_events b WHERE b.incident = e.incident AND b.id < e.id AND b.state = 'waiting')
                ORDER BY id LIMIT 20 FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """,
            new { now = tx.Now, until = tx.Now + lease }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    internal static Task EndAsync(Tx tx, long id, PagerAnswer answer, string? error, DateTimeOffset due, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE pager_events SET state = @state, error = @error, due_at = @due WHERE id = @id AND state = 'waiting'",
            new { id, state = answer switch { PagerAnswer.Accepted => "sent", PagerAnswer.Refused => "refused", _ => "waiting" }, error, due }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Alerts that were raised and whose pages nobody answered in Slack, each once in that time.</summary>
    internal static async Task<IReadOnlyList<(int Incident, string DedupKey)>> LookAsync(Tx tx, TimeSpan every, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<(int, string)>(new CommandDefinition(
            """
            UPDATE pager_events SET look_due_at = @next
            WHERE (look_due_at IS NULL OR look_due_at <= @now) AND id IN (
                SELECT max(e.id) FROM pager_events e
                WHERE e.action = 'trigger' AND NOT e.ended AND e.state = 'sent'
                  AND EXISTS (SELECT 1 FROM pages p WHERE p.incident = e.incident AND p.state IN ('waiting', 'unanswered'))
                GROUP BY e.incident)
            RETURNING incident, dedup_key
            """,
            new { now = tx.Now, next = tx.Now + every }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    private static string Word(PagerAction action) => action.ToString().ToLowerInvariant();
}
