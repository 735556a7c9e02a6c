using System.Globalization;
using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.OnCall;
using ChatOps.Scheduling;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Reminders;

/// <summary>Puts a reminder off: its due time moves, and the timeline says who did that.</summary>
public sealed class SnoozeHandler(CurrentRequest current, SlackDirectory directory, ReadShiftEnds readShiftEnds, TimelineStore timeline, Outbox.Outbox outbox, ChatOpsConfig config, TimeProvider time)
    : IBlockActionHandler<ButtonAction>
{
    public async Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var call = ReminderCall.Of(request);
        var parts = (action.Value ?? "").Split('|', 3);
        var zone = await ZoneAsync(call.UserId, cancellationToken);
        if (parts.Length < 3 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var times)
            || SnoozeTimes.Until(parts[2], time.GetUtcNow(), zone) is not { } until) return;
        var shifts = await readShiftEnds.RunAsync(cancellationToken);
        await current.CommitAsync(async tx =>
        {
            if (await ReminderStore.SnoozeAsync(tx, id, times, until, call.UserId, cancellationToken) is not { } row)
            {
                await outbox.TellAsync(tx, call, IncidentMessages.Plain(await ReminderStore.FindAsync(tx, id, cancellationToken) is { State: "waiting", SnoozedBy: { } by } other
                    ? $"{Mrkdwn.User(by)} snoozed it before you, until {Mrkdwn.Date(other.DueAt, "{date_short_pretty} {time}")}. Nothing to do."
                    : "This reminder is over; there is nothing to snooze."), cancellationToken);
                return;
            }
            var facts = await ReadReminderFacts.OfAsync(tx, row.Incident, shifts, cancellationToken);
            var reminder = facts is null ? null : DueReminders.Of(facts, config.Reminders, tx.Now).FirstOrDefault(r => r.Kind == row.Kind && r.Subject == row.Subject);
            if (facts is null || reminder is null)
            {
                await ReminderStore.AnswerAsync(tx, id, cancellationToken);
                if (facts is not null) await outbox.ShowAsync(tx, row.MessageKey, row.Destination!, ReminderMessages.Gone(facts.Incident), cancellationToken);
                return;
            }
            await timeline.AppendAsync(tx, new TimelineEntry
            {
                Incident = row.Incident,
                Kind = TimelineKinds.Snoozed,
                At = tx.Now,
                Actor = call.UserId,
                Text = $"Snoozed the reminder \"{SaidOf(row)}\" until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC",
            }, cancellationToken);
            await outbox.ShowAsync(tx, row.MessageKey, row.Destination!, ReminderMessages.Over(reminder, facts, config.Reminders, ReminderMessages.SnoozedUntil(until, call.UserId)), cancellationToken);
        }, cancellationToken);
    }

    private static string SaidOf(ReminderRow row) => row.Kind switch
    {
        ReminderKinds.Update => "an update is due",
        ReminderKinds.Lead => "nobody leads",
        ReminderKinds.Step => "no step",
        ReminderKinds.Shift => "the lead's shift ends",
        ReminderKinds.PostMortem => "post-mortem not reviewed",
        ReminderKinds.Review => $"{row.Subject} is not reviewed",
        ReminderKinds.Task => $"{row.Subject} is overdue",
        ReminderKinds.Archive => "archive the channel",
        _ => row.Kind,
    };

    /// <summary>The person's own; UTC where Slack does not tell.</summary>
    private async Task<TimeZoneInfo> ZoneAsync(string userId, CancellationToken cancellationToken)
    {
        try
        {
            return LocalTime.Find((await directory.FindUserAsync(userId, cancellationToken))?.Tz) ?? TimeZoneInfo.Utc;
        }
        catch (SlackDirectoryException)
        {
            return TimeZoneInfo.Utc;
        }
    }
}

internal static class ReminderCall
{
    /// <summary>Who pressed and where the answer for that person alone goes.</summary>
    public static IncidentCall Of(BlockActionRequest press) => new()
    {
        Verb = "reminder",
        Arguments = "",
        UserId = press.User.Id,
        ChannelId = press.Channel?.Id ?? press.Container.ChannelId ?? press.User.Id,
        TriggerId = press.TriggerId,
        ResponseUrl = press.ResponseUrl,
    };
}
