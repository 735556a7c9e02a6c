using ChatOps.Database;
using ChatOps.Deployments;
using ChatOps.Incidents;
using ChatOps.OnCall;
using ChatOps.Timeline;
using Dapper;

namespace ChatOps.Reminders;

/// <summary>Reads what <see cref="DueReminders"/> decides by, within the transaction that has the incident's row locked.</summary>
internal static class ReadReminderFacts
{
    // As literals: the index timeline_turns holds these kinds alone, and PostgreSQL takes it only where it sees that they are among them.
    private const string Openings = $"'{TimelineKinds.Declared}', '{TimelineKinds.Accepted}', 'incident.reopened'";
    private const string Ends = $"'{TimelineKinds.Resolved}', '{TimelineKinds.Cancelled}', 'incident.merged'";
    private const string LeadChanges = $"'{TimelineKinds.Accepted}', 'incident.role', 'incident.handover'";

    /// <summary>The longest that a step or an operation without an end counts as being under way: longer means that its process is gone.</summary>
    private static readonly TimeSpan LongestWork = TimeSpan.FromHours(1);

    /// <param name="shifts">Read before the transaction: it asks Slack.</param>
    public static async Task<ReminderFacts?> OfAsync(Tx tx, int number, ShiftTimes shifts, CancellationToken cancellationToken)
    {
        if (await IncidentStore.LockAsync(tx, number, cancellationToken) is not { } incident) return null;
        var row = await tx.Connection.QuerySingleAsync<Row>(new CommandDefinition(
            $"""
            SELECT turns.opened_at, turns.ended_at, turns.lead_changed_at,
                   (SELECT at FROM timeline WHERE incident = @number AND kind <> '{TimelineKinds.Snoozed}' ORDER BY at DESC, id DESC LIMIT 1) AS last_record_at,
                   greatest(
                       turns.watched_at,
                       (SELECT max(coalesce(finished_at, started_at)) FROM incident_steps WHERE incident = @number),
                       (SELECT max(coalesce(finished_at, requested_at)) FROM operations WHERE incident = @number),
                       (SELECT max(requested_at) FROM pending_actions WHERE incident = @number)) AS last_step_at,
                   EXISTS (SELECT 1 FROM incident_steps WHERE incident = @number AND finished_at IS NULL AND started_at > @working)
                       OR EXISTS (SELECT 1 FROM operations WHERE incident = @number AND state IN ('requested', 'running') AND requested_at > @working) AS busy,
                   EXISTS (SELECT 1 FROM handovers WHERE incident = @number AND state = 'offered') AS handover_offered,
                   (SELECT version FROM post_mortems WHERE incident = @number ORDER BY version DESC LIMIT 1) AS post_mortem_version,
                   coalesce((SELECT state = 'reviewed' FROM post_mortems WHERE incident = @number ORDER BY version DESC LIMIT 1), false) AS post_mortem_reviewed
            FROM (
                SELECT max(at) FILTER (WHERE kind IN ({Openings})) AS opened_at, max(at) FILTER (WHERE kind IN ({Ends})) AS ended_at,
                       max(at) FILTER (WHERE kind IN ({LeadChanges})) AS lead_changed_at, max(at) FILTER (WHERE kind = '{TimelineKinds.Watch}') AS watched_at
                FROM timeline WHERE incident = @number AND kind IN ({Openings}, {Ends}, {LeadChanges}, '{TimelineKinds.Watch}')) turns
            """,
            new { number, working = tx.Now - LongestWork }, tx.Transaction, cancellationToken: cancellationToken));
        var tasks = await tx.Connection.QueryAsync<IncidentTask>(new CommandDefinition(
            "SELECT number, incident, text, owner, state, created_by, created_at, due_at FROM incident_tasks WHERE incident = @number AND state = 'open' AND due_at IS NOT NULL ORDER BY number",
            new { number }, tx.Transaction, cancellationToken: cancellationToken));
        return new ReminderFacts
        {
            Incident = incident,
            OpenedAt = row.OpenedAt ?? incident.DeclaredAt,
            EndedAt = incident.IsOpen ? null : incident.ResolvedAt ?? row.EndedAt ?? incident.DeclaredAt,
            LeadChangedAt = row.LeadChangedAt,
            LastStepAt = row.LastStepAt,
            Busy = row.Busy,
            LastRecordAt = row.LastRecordAt ?? incident.DeclaredAt,
            PostMortemVersion = row.PostMortemVersion,
            PostMortemReviewed = row.PostMortemReviewed,
            Tasks = tasks.AsList(),
            Shifts = incident.IsOpen ? shifts.For(incident.Service) : [],
            Reviews = await DeployReviewStore.OfIncidentAsync(tx, number, cancellationToken),
            HandoverOffered = row.HandoverOffered,
            Members = incident.Private ? await MembersAsync(tx, number, cancellationToken) : new HashSet<string>(),
        };
    }

    private static async Task<IReadOnlySet<string>> MembersAsync(Tx tx, int number, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<string>(new CommandDefinition(
            "SELECT user_id FROM incident_members WHERE incident = @number", new { number }, tx.Transaction, cancellationToken: cancellationToken))).ToHashSet(StringComparer.Ordinal);

    private sealed record Row
    {
        public DateTimeOffset? OpenedAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
        public DateTimeOffset? LeadChangedAt { get; init; }
        public DateTimeOffset? LastRecordAt { get; init; }
        public DateTimeOffset? LastStepAt { get; init; }
        public bool Busy { get; init; }
        public bool HandoverOffered { get; init; }
        public int? PostMortemVersion { get; init; }
        public bool PostMortemReviewed { get; init; }
    }
}
