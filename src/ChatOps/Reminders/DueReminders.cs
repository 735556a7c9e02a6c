using ChatOps.Configuration;
using ChatOps.Deployments;
using ChatOps.Incidents;

namespace ChatOps.Reminders;

/// <summary>
/// Which reminders an incident calls for. Pure: the sweep writes what this says, and asks once more before a reminder is sent,
/// so that none comes after its cause is gone.
/// </summary>
public static class DueReminders
{
    /// <summary>Who was reminded so often knows it.</summary>
    private const int MostReviews = 3;

    /// <summary>What is due at that moment.</summary>
    public static IReadOnlyList<Reminder> Of(ReminderFacts facts, RemindersConfig config, DateTimeOffset now) =>
        [.. Planned(facts, config, now).Where(r => r.DueAt <= now)];

    /// <summary>When the incident has to be looked at again, as far as that can be known: the first reminder to come, or null.</summary>
    public static DateTimeOffset? NextAt(ReminderFacts facts, RemindersConfig config, DateTimeOffset now) =>
        Planned(facts, config, now).Where(r => r.DueAt > now).Select(r => (DateTimeOffset?)r.DueAt).Min();

    /// <summary>What will be due if nothing changes, and what is due now.</summary>
    private static IEnumerable<Reminder> Planned(ReminderFacts facts, RemindersConfig config, DateTimeOffset now)
    {
        var reminders = facts.Incident.IsOpen
            ? [UpdateDue(facts, config, now), NobodyLeads(facts, config), NoStep(facts, config), ShiftEnds(facts, now)]
            : (Reminder?[])[PostMortem(facts, config), Archive(facts, config)];
        return reminders.OfType<Reminder>().Concat(facts.Tasks.Select(Overdue).OfType<Reminder>()).Concat(facts.Reviews.Select(r => Review(r, now)));
    }

    /// <summary>
    /// Due when it was promised, else so long after the last update as the severity says. It comes again each time that interval has passed
    /// without one; what was missed while nobody could send it is one reminder, not many.
    /// </summary>
    private static Reminder? UpdateDue(ReminderFacts facts, RemindersConfig config, DateTimeOffset now)
    {
        var incident = facts.Incident;
        if (incident.Status is not (IncidentStatus.Open or IncidentStatus.Watching) || incident.Severity is not { } severity) return null;
        var every = config.UpdateEveryOf(severity);
        var last = Later(facts.OpenedAt, incident.LastUpdateAt);
        var first = incident.UpdateDueAt is { } promised && promised > last ? promised : last + every;
        if (first is not { } due) return null;
        if (every is { } length && now > due) due += length * Math.Floor((now - due) / length);
        return new(ReminderKinds.Update, Reminder.OfIncident(incident.Number), due, due);
    }

    private static Reminder? NobodyLeads(ReminderFacts facts, RemindersConfig config)
    {
        if (facts.Leader is not null) return null;
        var since = Later(facts.OpenedAt, facts.LeadChangedAt);
        return new(ReminderKinds.Lead, Reminder.OfIncident(facts.Incident.Number), since, since + config.NoLeadAfter);
    }

    /// <summary>Once for each time that it falls quiet. While it is watched, that counts as something that happens.</summary>
    private static Reminder? NoStep(ReminderFacts facts, RemindersConfig config)
    {
        var incident = facts.Incident;
        if (facts.Busy || incident.Status is not (IncidentStatus.Open or IncidentStatus.Watching)) return null;
        var since = Later(Later(Later(facts.OpenedAt, facts.LastStepAt), incident.LastUpdateAt), incident.WatchUntil);
        return new(ReminderKinds.Step, Reminder.OfIncident(incident.Number), since, since + config.NoStepAfter);
    }

    /// <summary>
    /// Once for each end of a shift of whoever leads; before it, or for a while after it where the lead is still the same. Who leads without being on call owes nobody a handover.
    /// </summary>
    private static Reminder? ShiftEnds(ReminderFacts facts, DateTimeOffset now)
    {
        if (facts.Leader is not { } leader || facts.HandoverOffered) return null;
        var theirs = facts.Shifts.Where(s => s.Person == leader).ToList();
        var shift = theirs.Find(s => s.From <= now && !(s.Until <= now));
        if (shift is null)
        {
            var led = Later(facts.OpenedAt, facts.LeadChangedAt);
            shift = theirs.Where(s => s.Until <= now && s.Until > led && now - s.Until < OnCall.ShiftEnds.Late).MaxBy(s => s.Until);
        }
        return shift is { Until: { } end } && end - OnCall.ShiftEnds.Notice is var due
            ? new(ReminderKinds.Shift, Reminder.OfLead(facts.Incident.Number, leader), due, due) { Shift = shift, ShiftIsOver = end <= now }
            : null;
    }

    private static Reminder? PostMortem(ReminderFacts facts, RemindersConfig config) =>
        facts is { PostMortemReviewed: false, Incident: { Status: IncidentStatus.Resolved or IncidentStatus.Closed, ResolvedAt: { } resolved } }
            ? new(ReminderKinds.PostMortem, Reminder.OfIncident(facts.Incident.Number), resolved, resolved + config.PostMortemAfter)
            : null;

    /// <summary>Asked once after each end, when nothing was recorded for that long either.</summary>
    private static Reminder? Archive(ReminderFacts facts, RemindersConfig config) =>
        config.ArchiveAfter is { } after && facts.EndedAt is { } ended
            ? new(ReminderKinds.Archive, Reminder.OfIncident(facts.Incident.Number), ended, Later(ended, facts.LastRecordAt) + after)
            : null;

    /// <summary>A day after the deploy had ended, then each further day; what was missed while nobody could send it is one reminder.</summary>
    private static Reminder Review(DeployReview deploy, DateTimeOffset now)
    {
        var due = deploy.ReviewSince + ApprovalRule.Review * Math.Clamp(Math.Floor((now - deploy.ReviewSince) / ApprovalRule.Review), 1, MostReviews);
        return new(ReminderKinds.Review, Reminder.OfDeploy(deploy.Number), due, due) { Deploy = deploy };
    }

    private static Reminder? Overdue(IncidentTask task) => task is { State: TaskState.Open, DueAt: { } due }
        ? new(ReminderKinds.Task, Reminder.OfTask(task.Number), due, due) { Task = task.Number }
        : null;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other is { } at && at > one ? at : one;
}
