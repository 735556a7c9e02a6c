using ChatOps.Slack;
using ChatOps.Slack.SocketMode;
using ChatOps.Timeline;
using Dapper;
using Npgsql;

namespace ChatOps.Observability;

/// <summary>Looks at the parts, each for two seconds at most; a part that does not answer is part of the answer.</summary>
public sealed class ReadHealth(NpgsqlDataSource database, SlackOptions slack, SlackStanding standing, TimeProvider time, SlackSocketModeClient? sockets = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<Health> ReadAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await using var connection = await database.OpenConnectionAsync(patience.Token);
            var row = await connection.QuerySingleAsync<Row>(new CommandDefinition(
                """
                SELECT (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')) AS outbox_waiting,
                       (SELECT min(created_at) FROM outbox WHERE state IN ('pending', 'sending')) AS outbox_oldest,
                       (SELECT count(*) FROM outbox WHERE state <> 'sent' AND state = 'dead' AND kind NOT IN ('respond', 'ephemeral') AND created_at > @since) AS outbox_dead,
                       (SELECT max(sent_at) FROM outbox WHERE state = 'sent') AS last_sent,
                       (SELECT count(*) FROM inbox WHERE state IN ('waiting', 'claimed')) AS inbox_waiting,
                       (SELECT min(received_at) FROM inbox WHERE state IN ('waiting', 'claimed')) AS inbox_oldest,
                       (SELECT count(*) FROM inbox WHERE state = 'dead' AND received_at > @since) AS inbox_dead,
                       (SELECT received_at FROM inbox WHERE source = 'slack' ORDER BY id DESC LIMIT 1) AS last_request
                """, new { since = time.GetUtcNow() - Health.Recent }, cancellationToken: patience.Token));
            return new Health(
                new(Answers: true, Error: null), Slack(row.LastRequest, row.LastSent),
                new(row.OutboxWaiting, Age(row.OutboxOldest), row.OutboxDead), new(row.InboxWaiting, Age(row.InboxOldest), row.InboxDead));
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or TimeoutException)
        {
            return Without(Redactor.ForRecord(e.Message));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Without($"no answer in {Patience.TotalSeconds} s");
        }
    }

    private Health Without(string error) => new(new(Answers: false, error), Slack(lastRequest: null, lastSent: null), Outbox: null, Inbox: null);

    private SlackHealth Slack(DateTimeOffset? lastRequest, DateTimeOffset? lastSent) =>
        new(slack.Transport == SlackTransport.Http ? "http" : "socket", sockets?.OpenSockets, lastRequest, lastSent, standing.Trouble);

    private long? Age(DateTimeOffset? since) => since is { } then ? Math.Max(0, (long)(time.GetUtcNow() - then).TotalSeconds) : null;

    private sealed record Row
    {
        public long OutboxWaiting { get; init; }
        public DateTimeOffset? OutboxOldest { get; init; }
        public long OutboxDead { get; init; }
        public DateTimeOffset? LastSent { get; init; }
        public long InboxWaiting { get; init; }
        public DateTimeOffset? InboxOldest { get; init; }
        public long InboxDead { get; init; }
        public DateTimeOffset? LastRequest { get; init; }
    }
}
