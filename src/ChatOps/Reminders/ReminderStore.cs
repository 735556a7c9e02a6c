using ChatOps.Database;
using Dapper;

namespace ChatOps.Reminders;

/// <summary>A row of <c>reminders</c>.</summary>
public sealed record ReminderRow
{
    public long Id { get; init; }
    public string Kind { get; init; } = "";
    public string Subject { get; init; } = "";
    public string Occurrence { get; init; } = "";
    public int Incident { get; init; }
    public long? Task { get; init; }
    public DateTimeOffset DueAt { get; init; }
    public string State { get; init; } = "";

    /// <summary>How often it was sent, this time included.</summary>
    public int Times { get; init; }
    public string? Destination { get; init; }
    public string? SnoozedBy { get; init; }

    /// <summary>Each time is a message of its own.</summary>
    public string MessageKey => $"reminder {Id} {Times}";
}

/// <summary>The rows of reminders, and when incidents are looked at for them.</summary>
internal static class ReminderStore
{
    private const string Columns = "id, kind, subject, occurrence, incident, task, due_at, state, times, destination, snoozed_by";

    /// <summary>An open incident is looked at so often.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    /// <summary>Takes incidents that are to be looked at; another instance leaves them alone until the next time.</summary>
    public static async Task<IReadOnlyList<int>> ClaimLooksAsync(Tx tx, int limit, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<int>(new CommandDefinition(
            """
            UPDATE incidents SET remind_due_at = @next
            WHERE number IN (SELECT number FROM incidents WHERE remind_due_at <= @now ORDER BY remind_due_at LIMIT @limit FOR UPDATE SKIP LOCKED)
            RETURNING number
            """,
            new { now = tx.Now, next = tx.Now + LookEvery, limit }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    /// <summary>Sets when the incident is looked at next. The caller has its row locked.</summary>
    public static Task LookAgainAsync(Tx tx, int incident, DateTimeOffset at, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE incidents SET remind_due_at = @at WHERE number = @incident", new { incident, at }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>
    /// Writes a reminder that is due. The same occasion is written once; and while one of the same kind about the same thing waits (it was snoozed), no other is.
    /// One that was dropped, since its cause was gone, waits again when the cause is back, with the incident that a task belongs to by then.
    /// </summary>
    public static Task AddAsync(Tx tx, int incident, Reminder reminder, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE reminders SET state = 'waiting', due_at = @DueAt, incident = @incident WHERE kind = @Kind AND subject = @Subject AND occurrence = @Occurrence AND state = 'dropped'
                AND NOT EXISTS (SELECT 1 FROM reminders WHERE kind = @Kind AND subject = @Subject AND state = 'waiting');
            INSERT INTO reminders (kind, subject, occurrence, incident, task, due_at, made_at)
            SELECT @Kind, @Subject, @Occurrence, @incident, @Task, @DueAt, @now
            WHERE NOT EXISTS (SELECT 1 FROM reminders WHERE kind = @Kind AND subject = @Subject AND state = 'waiting')
            ON CONFLICT (kind, subject, occurrence) DO NOTHING
            """,
            new { reminder.Kind, reminder.Subject, reminder.Occurrence, incident, reminder.Task, reminder.DueAt, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Takes one reminder that is due and counts it as sent; the transaction that took it sends it. Null: none is due.</summary>
    public static Task<ReminderRow?> ClaimAsync(Tx tx, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<ReminderRow>(new CommandDefinition(
            $"""
            UPDATE reminders SET state = 'sent', times = times + 1, sent_at = @now
            WHERE id = (SELECT id FROM reminders WHERE state = 'waiting' AND due_at <= @now ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """,
            new { now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Whether any waits to be sent now.</summary>
    public static Task<bool> IsOneDueAsync(Tx tx, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT 1 FROM reminders WHERE state = 'waiting' AND due_at <= @now)", new { now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    public static Task SentToAsync(Tx tx, long id, string destination, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE reminders SET destination = @destination WHERE id = @id", new { id, destination }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>A reminder that was put off was sent when the next occasion had come: that one is said by it.</summary>
    public static Task SaidAsync(Tx tx, int incident, Reminder reminder, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO reminders (kind, subject, occurrence, incident, task, due_at, made_at, state, sent_at)
            VALUES (@Kind, @Subject, @Occurrence, @incident, @Task, @DueAt, @now, 'sent', @now) ON CONFLICT DO NOTHING
            """,
            new { reminder.Kind, reminder.Subject, reminder.Occurrence, incident, reminder.Task, reminder.DueAt, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Its cause is gone: it is not sent.</summary>
    public static Task DropAsync(Tx tx, long id, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE reminders SET state = 'dropped', times = times - 1, sent_at = NULL WHERE id = @id", new { id }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Moves one that was sent. Null: it was snoozed, answered or sent again meanwhile.</summary>
    public static Task<ReminderRow?> SnoozeAsync(Tx tx, long id, int times, DateTimeOffset until, string by, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<ReminderRow>(new CommandDefinition(
            $"UPDATE reminders SET state = 'waiting', due_at = @until, snoozed_by = @by WHERE id = @id AND times = @times AND state = 'sent' RETURNING {Columns}",
            new { id, times, until, by }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Somebody answered the question; it is not asked again. Null: it was answered or snoozed meanwhile.</summary>
    public static Task<ReminderRow?> AnswerAsync(Tx tx, long id, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<ReminderRow>(new CommandDefinition(
            $"UPDATE reminders SET state = 'answered' WHERE id = @id AND state IN ('sent', 'waiting') RETURNING {Columns}",
            new { id }, tx.Transaction, cancellationToken: cancellationToken));

    public static Task<ReminderRow?> FindAsync(Tx tx, long id, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<ReminderRow>(new CommandDefinition(
            $"SELECT {Columns} FROM reminders WHERE id = @id", new { id }, tx.Transaction, cancellationToken: cancellationToken));
}
