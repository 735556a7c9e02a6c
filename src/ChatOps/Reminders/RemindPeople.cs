using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.OnCall;
using ChatOps.Scheduling;

namespace ChatOps.Reminders;

/// <summary>
/// The sweep of reminders: looks at incidents whose turn it is and writes what is due, then sends what is due. Each look and each reminder is a transaction
/// of its own; a second instance, or a run that comes twice, finds the rows taken.
/// </summary>
public sealed class RemindPeople(Transactions transactions, Outbox.Outbox outbox, InternalRequests internalRequests, ReadShiftEnds readShiftEnds, ReadReviewers readReviewers, ChatOpsConfig config) : ISweepTask
{
    private const int LooksAtOnce = 100;

    // Facts of an ended incident change rarely: a task is added, a post-mortem is reviewed.
    private static readonly TimeSpan LookAfterEnd = TimeSpan.FromHours(1);
    private static readonly TimeSpan LookMuchLater = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(60);

    public string Name => "remind people";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var (looks, isOneDue) = await transactions.RunAsync(
            requestId: null, async tx => (await ReminderStore.ClaimLooksAsync(tx, LooksAtOnce, cancellationToken), await ReminderStore.IsOneDueAsync(tx, cancellationToken)), cancellationToken);
        if (looks.Count == 0 && !isOneDue) return;
        var shifts = await readShiftEnds.RunAsync(cancellationToken);
        var reviewers = await readReviewers.RunAsync(cancellationToken);
        foreach (var incident in looks)
            await transactions.RunAsync(requestId: null, tx => LookAsync(tx, incident, shifts, cancellationToken), cancellationToken);
        while (await transactions.RunAsync(requestId: null, tx => SendOneAsync(tx, shifts, reviewers, cancellationToken), cancellationToken))
        {
        }
    }

    private async Task LookAsync(Tx tx, int number, ShiftTimes shifts, CancellationToken cancellationToken)
    {
        if (await ReadReminderFacts.OfAsync(tx, number, shifts, cancellationToken) is not { } facts) return;
        foreach (var reminder in DueReminders.Of(facts, config.Reminders, tx.Now))
            await ReminderStore.AddAsync(tx, number, reminder, cancellationToken);
        if (facts.EndedAt is not { } ended) return;
        var latest = tx.Now + (tx.Now - ended > LongAgo ? LookMuchLater : LookAfterEnd);
        await ReminderStore.LookAgainAsync(tx, number, DueReminders.NextAt(facts, config.Reminders, tx.Now) is { } next && next < latest ? next : latest, cancellationToken);
    }

    /// <summary>False: none is due.</summary>
    private async Task<bool> SendOneAsync(Tx tx, ShiftTimes shifts, IReadOnlyDictionary<string, string> reviewers, CancellationToken cancellationToken)
    {
        if (await ReminderStore.ClaimAsync(tx, cancellationToken) is not { } row) return false;
        var facts = await ReadReminderFacts.OfAsync(tx, row.Incident, shifts, cancellationToken);
        // Asked again with the incident locked: whoever acted since then is not reminded.
        var reminder = facts is null ? null : DueReminders.Of(facts, config.Reminders, tx.Now).FirstOrDefault(r => r.Kind == row.Kind && r.Subject == row.Subject);
        if (facts is null || reminder is null)
        {
            await ReminderStore.DropAsync(tx, row.Id, cancellationToken);
            return true;
        }
        if (reminder.Occurrence != row.Occurrence) await ReminderStore.SaidAsync(tx, row.Incident, reminder, cancellationToken);
        var destination = ReminderMessages.DestinationOf(reminder, facts);
        await ReminderStore.SentToAsync(tx, row.Id, destination, cancellationToken);
        await outbox.ShowAsync(tx, row.MessageKey, destination, ReminderMessages.Of(reminder, row, facts with { Reviewers = reviewers }, config.Reminders), cancellationToken);
        if (reminder.Kind == ReminderKinds.Lead && facts.Incident.Status != IncidentStatus.Triage)
        {
            // In triage nobody else is called, that is what triage promises; unless it is assessed as SEV1 or SEV2, which pages by itself.
            await VerbRequestHandler.LeaveAsync(internalRequests, tx, row.Incident, "page", $"nobody leads since {reminder.Occurrence}", cancellationToken,
                $"Nobody has led incident {row.Incident} for {Durations.Text(config.Reminders.NoLeadAfter)}");
        }
        return true;
    }
}
