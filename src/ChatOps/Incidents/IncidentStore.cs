using ChatOps.Database;
using ChatOps.Timeline;
using Dapper;
using Npgsql;

namespace ChatOps.Incidents;

/// <summary>The rows of incidents.</summary>
public sealed class IncidentStore(NpgsqlDataSource database)
{
    private const string Columns =
        """
        number, short_id, title, severity, severity_rule, status, service, environment, declared_by, declared_at, declared_in, lead,
        onset_at, onset_source, acknowledged_at, mitigated_at, resolved_at, resolved_by, resolution, cause, cause_confirmed_by,
        cause_confirmed_at, cancelled_reason, watch_until, private, drill, comms, scribe, merged_into, last_update, last_update_by, last_update_at, update_due_at, lead_name
        """;

    /// <summary>Records a new incident; it is probed from now on.</summary>
    public static Task<Incident> AddAsync(Tx tx, NewIncident incident, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleAsync<Incident>(new CommandDefinition(
            $"""
            INSERT INTO incidents (short_id, title, severity, status, service, environment, declared_by, declared_at, declared_in, lead, acknowledged_at, probe_due_at, private, drill, lead_name, request_id)
            VALUES (@ShortId, @Title, @Severity, CASE WHEN @Severity IS NULL THEN 'triage' ELSE 'open' END, @Service, @Environment, @DeclaredBy, @now, @DeclaredIn,
                    CASE WHEN @Severity IS NULL OR @DeclaredBy = @Bot THEN NULL ELSE @DeclaredBy END, CASE WHEN @Severity IS NULL OR @DeclaredBy = @Bot THEN NULL ELSE @now END, @now, @Private, @Drill,
                    CASE WHEN @Severity IS NULL OR @DeclaredBy = @Bot THEN NULL ELSE @DeclaredByName END, @RequestId)
            RETURNING {Columns}
            """,
            new { incident.ShortId, incident.Title, incident.Severity, incident.Service, incident.Environment, incident.DeclaredBy, incident.DeclaredIn, incident.Private, incident.Drill, incident.DeclaredByName, now = tx.Now, tx.RequestId, TimelineEntry.Bot },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>
    /// The row, locked until the transaction ends: two people who change it at once do so one after the other. Rows that merely refer to it
    /// may be written meanwhile, so that whoever holds a channel's place in the outbox does not wait here for one who waits for that place.
    /// </summary>
    public static Task<Incident?> LockAsync(Tx tx, int number, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<Incident>(new CommandDefinition(
            $"SELECT {Columns} FROM incidents WHERE number = @number FOR NO KEY UPDATE", new { number }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Writes everything that may change. The row is locked by this transaction.</summary>
    public static Task SaveAsync(Tx tx, Incident incident, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE incidents SET title = @Title, severity = @Severity, severity_rule = @SeverityRule,
                severity_rule_at = CASE WHEN left(severity_rule, 4) IS DISTINCT FROM left(@SeverityRule, 4) THEN @now ELSE severity_rule_at END, status = @status, service = @Service, lead = @Lead,
                onset_at = @OnsetAt, onset_source = @OnsetSource, acknowledged_at = @AcknowledgedAt, mitigated_at = @MitigatedAt, resolved_at = @ResolvedAt,
                resolved_by = @ResolvedBy, resolution = @Resolution, cause = @Cause, cause_confirmed_by = @CauseConfirmedBy,
                cause_confirmed_at = @CauseConfirmedAt, cancelled_reason = @CancelledReason, watch_until = @WatchUntil,
                comms = @Comms, scribe = @Scribe, merged_into = @MergedInto, last_update = @LastUpdate, last_update_by = @LastUpdateBy,
                last_update_at = @LastUpdateAt, update_due_at = @UpdateDueAt, lead_name = @LeadName,
                probe_due_at = CASE WHEN @status IN ('cancelled', 'merged') THEN NULL WHEN @status IN ('triage', 'open', 'watching') THEN coalesce(probe_due_at, @now) ELSE probe_due_at END
            WHERE number = @Number
            """,
            new
            {
                incident.Number,
                incident.Title,
                incident.Severity,
                incident.SeverityRule,
                status = Word(incident.Status),
                incident.Service,
                incident.Lead,
                incident.OnsetAt,
                incident.OnsetSource,
                incident.AcknowledgedAt,
                incident.MitigatedAt,
                incident.ResolvedAt,
                incident.ResolvedBy,
                incident.Resolution,
                incident.Cause,
                incident.CauseConfirmedBy,
                incident.CauseConfirmedAt,
                incident.CancelledReason,
                incident.WatchUntil,
                incident.Comms,
                incident.Scribe,
                incident.MergedInto,
                incident.LastUpdate,
                incident.LastUpdateBy,
                incident.LastUpdateAt,
                incident.UpdateDueAt,
                incident.LeadName,
                now = tx.Now,
            },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Incidents whose probes are due; the next time is set, so that another instance leaves them alone.</summary>
    public static async Task<IReadOnlyList<Incident>> ClaimProbesAsync(Tx tx, TimeSpan interval, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<Incident>(new CommandDefinition(
            $"""
            UPDATE incidents SET probe_due_at = @next
            WHERE number IN (SELECT number FROM incidents WHERE probe_due_at <= @now ORDER BY probe_due_at LIMIT 20 FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """,
            new { now = tx.Now, next = tx.Now + interval }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    public static Task StopProbesAsync(Tx tx, int number, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition("UPDATE incidents SET probe_due_at = NULL WHERE number = @number", new { number }, tx.Transaction, cancellationToken: cancellationToken));

    public async Task<Incident?> FindAsync(int number, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Incident>(new CommandDefinition(
            $"SELECT {Columns} FROM incidents WHERE number = @number", new { number }, cancellationToken: cancellationToken));
    }

    /// <summary>The incident of that number, if that person may see it: to others a private one does not exist.</summary>
    public async Task<Incident?> FindAsync(int number, string viewer, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Incident>(new CommandDefinition(
            $"SELECT {Columns} FROM incidents WHERE number = @number AND {IncidentMembers.MaySee}", new { number, viewer }, cancellationToken: cancellationToken));
    }

    /// <summary>Whether it is hidden from those outside.</summary>
    internal static Task<bool> IsPrivateAsync(Tx tx, int number, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteScalarAsync<bool>(new CommandDefinition("SELECT private FROM incidents WHERE number = @number", new { number }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>The incident whose channel this is, or null.</summary>
    public async Task<Incident?> OfChannelAsync(string channelId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Incident>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM incidents
            WHERE number = (SELECT substr(key, length('incident:') + 1)::int FROM outbox_destinations WHERE channel_id = @channelId AND key LIKE 'incident:%')
            """, new { channelId }, cancellationToken: cancellationToken));
    }

    /// <summary>Open incidents that a person may see, newest first.</summary>
    /// <param name="viewer">A Slack user; null: what everybody may see.</param>
    public async Task<IReadOnlyList<Incident>> OpenAsync(string? viewer, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<Incident>(new CommandDefinition(
            $"SELECT {Columns} FROM incidents WHERE status IN ('triage', 'open', 'watching') AND {IncidentMembers.MaySee} ORDER BY declared_at DESC LIMIT 50",
            new { viewer }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Open incidents on a service, the private ones too: for rules, not for eyes.</summary>
    public async Task<IReadOnlyList<Incident>> OpenOnAsync(string service, string environment, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<Incident>(new CommandDefinition(
            $"SELECT {Columns} FROM incidents WHERE status IN ('triage', 'open', 'watching') AND service = @service AND environment = @environment AND NOT drill ORDER BY declared_at DESC LIMIT 50",
            new { service, environment }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The newest incidents that are over and that a person may see, newest first.</summary>
    /// <param name="viewer">A Slack user; null: what everybody may see.</param>
    public async Task<IReadOnlyList<Incident>> RecentAsync(string? viewer, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<Incident>(new CommandDefinition(
            $"SELECT {Columns} FROM incidents WHERE status NOT IN ('triage', 'open', 'watching') AND {IncidentMembers.MaySee} ORDER BY number DESC LIMIT @limit",
            new { viewer, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Keeps the topic that the channel is given. False: it has that one already.</summary>
    public static async Task<bool> KeepTopicAsync(Tx tx, int number, string topic, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE incidents SET topic = @topic WHERE number = @number AND topic IS DISTINCT FROM @topic", new { number, topic }, tx.Transaction, cancellationToken: cancellationToken)) > 0;

    internal static string Word(IncidentStatus status) => status.ToString().ToLowerInvariant();
}

/// <summary>What is known when an incident is declared.</summary>
/// <param name="ShortId">See <see cref="Incident.ShortId"/>.</param>
/// <param name="Severity">1 to 4, or null for triage.</param>
public sealed record NewIncident(string ShortId, string Title, int? Severity, string? Service, string Environment, string DeclaredBy, string DeclaredIn)
{
    public bool Private { get; init; }
    public bool Drill { get; init; }

    /// <summary>Handle of the person who declares it, who leads it when it has a severity.</summary>
    public string? DeclaredByName { get; init; }
}
