using ChatOps.Catalog;
using ChatOps.Configuration;
using Npgsql;

namespace ChatOps.Telemetry.Probes;

/// <summary>What a PostgreSQL tells of itself beside its answer. Sessions of others show what they do only to members of <c>pg_monitor</c> or <c>pg_read_all_stats</c>; how many they are shows to all.</summary>
/// <param name="Reserved">Of <paramref name="MaxConnections"/>, for superusers and others with privileges.</param>
/// <param name="Lag">Of a replica; null: it is none, or does not know, as before it applied anything.</param>
/// <param name="Receives">A replica that something is sent to.</param>
internal sealed record PostgresFacts(
    int Used, int MaxConnections, int Reserved, bool Replica, bool Receives, TimeSpan? Lag, TimeSpan? LongestQuery, int Waiting, TimeSpan? LongestWait)
{
    private static readonly TimeSpan WorthTelling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    /// <summary>What clients without privileges have among them.</summary>
    public ConnectionsUsed Connections => new(Used, MaxConnections - Reserved);

    /// <summary>As <see cref="ReadAsync"/>. A replica whose primary was idle looks far behind for the moment in which it applies the first news: then it is asked once more.</summary>
    public static async Task<PostgresFacts?> ReadSettledAsync(NpgsqlConnection connection, ProbeLimits limits, TimeProvider time, CancellationToken cancellationToken)
    {
        var facts = await ReadAsync(connection, cancellationToken);
        if (facts is not { Receives: true, Lag: { } lag } || !(lag > limits.Lag)) return facts;
        await Task.Delay(Moment, time, cancellationToken);
        return await ReadAsync(connection, cancellationToken);
    }

    /// <summary>Null: it does not tell, as where something else stands in front of it.</summary>
    private static async Task<PostgresFacts?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // 'waitstart' came with PostgreSQL 14 and 'reserved_connections' with 16. A replica that applied all it got may still be far behind when nobody sends.
        await using var command = new NpgsqlCommand(
            """
            SELECT (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL AND COALESCE(backend_type, 'client backend') = 'client backend')::int,
                   current_setting('max_connections')::int,
                   current_setting('superuser_reserved_connections')::int + COALESCE(current_setting('reserved_connections', true), '0')::int,
                   pg_is_in_recovery(),
                   EXISTS (SELECT FROM pg_stat_wal_receiver),
                   CASE WHEN NOT pg_is_in_recovery() THEN NULL
                        WHEN EXISTS (SELECT FROM pg_stat_wal_receiver) AND pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN interval '0'
                        ELSE clock_timestamp() - pg_last_xact_replay_timestamp() END,
                   (SELECT max(clock_timestamp() - query_start) FROM pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()),
                   (SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted)::int,
                   (SELECT max(clock_timestamp() - COALESCE((to_jsonb(l) ->> 'waitstart')::timestamptz, a.query_start)) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted)
            """, connection);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return new(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetBoolean(3), reader.GetBoolean(4), Span(5), Span(6), reader.GetInt32(7), Span(8));

            TimeSpan? Span(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<TimeSpan>(column);
        }
        catch (PostgresException)
        {
            return null;
        }
    }

    /// <summary>The facts on one line, what is over its limit first.</summary>
    /// <param name="atLimit">Something is.</param>
    public string Told(ProbeLimits limits, out bool atLimit)
    {
        var parts = new List<(bool Wrong, string Text)>
        {
            (Used >= limits.Connections * Connections.Allowed, $"{Used} of {Connections.Allowed} connections used{(Reserved > 0 ? $", {Reserved} more reserved" : "")}"),
        };
        if (Replica)
        {
            var behind = Lag is not { } lag ? "how far behind is not known" : lag > TimeSpan.Zero ? $"{Durations.Text(lag)} behind" : "up to date";
            parts.Add((Lag > limits.Lag, Receives ? $"a replica, {behind}" : $"a replica that nobody sends to, {behind}"));
        }
        if (Waiting > 0) parts.Add((LongestWait > limits.LockWait, $"{Waiting} {(Waiting == 1 ? "waits" : "wait")} for a lock{(LongestWait is { } wait ? $", the longest for {Durations.Text(wait)}" : "")}"));
        if (LongestQuery is { } query && (query >= WorthTelling || query > limits.Query)) parts.Add((query > limits.Query, $"the longest query runs for {Durations.Text(query)}"));
        atLimit = parts.Exists(p => p.Wrong);
        return string.Join(", ", parts.OrderByDescending(p => p.Wrong).Select(p => p.Text));
    }
}
