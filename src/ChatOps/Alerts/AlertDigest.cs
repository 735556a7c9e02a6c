using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Scheduling;
using ChatOps.Slack.Blocks;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>Once a day: what fired and woke nobody. One message; none where nothing fired. It tells of alerts, never of incidents.</summary>
internal sealed class AlertDigest(Transactions transactions, Outbox.Outbox outbox, ChatOpsConfig config) : ISweepTask
{
    private const int Shown = 30;

    public string Name => "alert digest";

    public Task SweepAsync(CancellationToken cancellationToken) => transactions.RunAsync(requestId: null, async tx =>
    {
        var due = await tx.Connection.QuerySingleOrDefaultAsync<(DateTimeOffset DueAt, DateTimeOffset Since)?>(new CommandDefinition(
            """
            UPDATE alert_digests SET sent_at = @now
            WHERE due_at = (SELECT due_at FROM alert_digests WHERE sent_at IS NULL AND due_at <= @now ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING due_at, since
            """, new { now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
        if (due is { } digest) await TellAsync(tx, digest.DueAt, digest.Since, cancellationToken);
        // The next one: one row waits at any time, however many instances look. The first reaches back: alerts may have come before this ran.
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO alert_digests (due_at, since) SELECT @next, COALESCE((SELECT max(sent_at) FROM alert_digests), @dayBefore)
            WHERE NOT EXISTS (SELECT 1 FROM alert_digests WHERE sent_at IS NULL) ON CONFLICT DO NOTHING
            """,
            new { next = DigestSchedule.Next(tx.Now, config.Alerts.DigestAt, config.Alerts.TimeZone), dayBefore = tx.Now.AddDays(-1) }, tx.Transaction, cancellationToken: cancellationToken));
    }, cancellationToken);

    private async Task TellAsync(Tx tx, DateTimeOffset dueAt, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var rows = (await tx.Connection.QueryAsync<DigestLine>(new CommandDefinition(
            """
            SELECT source, name, service, min(title) AS title, count(*)::int AS total, count(*) FILTER (WHERE firing)::int AS firing, (count(*) OVER ())::int AS rules
            FROM alerts WHERE action = 'digest' AND changed_at >= @since GROUP BY source, name, service
            ORDER BY count(*) FILTER (WHERE firing) DESC, count(*) DESC, name LIMIT @Shown
            """, new { since, Shown }, tx.Transaction, cancellationToken: cancellationToken))).AsList();
        if (rows.Count == 0) return;
        var channel = config.Alerts.DigestChannel is { Length: > 0 } own ? own : config.Slack.IncidentsChannel;
        await outbox.ShowAsync(tx, $"alert digest {dueAt.UtcDateTime:yyyy-MM-dd HH:mm}", Places.Of(channel), Message(rows, since), cancellationToken);
    }

    internal static Message Message(IReadOnlyList<DigestLine> rows, DateTimeOffset since)
    {
        var rules = rows[0].Rules;
        var head = $"Alerts that woke nobody: {rules} {(rules == 1 ? "rule" : "rules")} fired since {Mrkdwn.Date(since)}.";
        var lines = rows.Select(r =>
            $"• *{AlertMessages.Said(r.Name, 80)}*{(r.Service is { } s ? $" ({AlertMessages.Said(s, 60)})" : "")}{(r.Title == r.Name ? "" : $": {AlertMessages.Said(r.Title, 140)}")}, "
            + (r.Firing == 0 ? "resolved" : $"{r.Firing} still firing") + (r.Total > 1 ? $", {r.Total} alerts" : "")).ToList();
        List<Block> blocks = [new SectionBlock { Text = new Markdown($":newspaper: *{head}*") }];
        blocks.AddRange(lines.Chunk(6).Select(c => new SectionBlock { Text = new Markdown(Mrkdwn.Cut(string.Join('\n', c), BlockLimits.SectionText)), Expand = true }));
        if (rules > rows.Count) blocks.Add(new ContextBlock { Elements = [new Markdown($"and {rules - rows.Count} more.")] });
        return new Message { Text = head, Blocks = [.. blocks] };
    }
}

/// <param name="Rules">How many lines there would be in all.</param>
internal sealed record DigestLine(string Source, string Name, string? Service, string Title, int Total, int Firing, int Rules);
