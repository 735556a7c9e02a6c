using System.Globalization;
using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.OnCall;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Reminders;

/// <summary>Archive or Keep: the answer to the question about a quiet channel. Nothing is archived without the press.</summary>
public sealed class ArchiveHandler(CurrentRequest current, TimelineStore timeline, Outbox.Outbox outbox, ChatOpsConfig config) : IBlockActionHandler<ButtonAction>
{
    public Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var call = ReminderCall.Of(request);
        var archive = action.ActionId.StartsWith(ReminderMessages.Archive, StringComparison.Ordinal);
        return current.CommitAsync(async tx =>
        {
            if (!long.TryParse(action.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || await ReminderStore.AnswerAsync(tx, id, cancellationToken) is not { } row)
            {
                await outbox.TellAsync(tx, call, IncidentMessages.Plain("That was answered before. Nothing to do."), cancellationToken);
                return;
            }
            if (await ReadReminderFacts.OfAsync(tx, row.Incident, ShiftTimes.None, cancellationToken) is not { } facts) return;
            if (facts.Incident.IsOpen)
            {
                await outbox.ShowAsync(tx, row.MessageKey, row.Destination!, ReminderMessages.Gone(facts.Incident), cancellationToken);
                await outbox.TellAsync(tx, call, IncidentMessages.Plain($"Incident {row.Incident} is open again: its channel stays. I ask again after its end."), cancellationToken);
                return;
            }
            var reminder = new Reminder(row.Kind, row.Subject, facts.EndedAt ?? tx.Now, row.DueAt);
            await timeline.AppendAsync(tx, new TimelineEntry
            {
                Incident = row.Incident,
                Kind = archive ? TimelineKinds.ArchiveChosen : TimelineKinds.ChannelKept,
                At = tx.Now,
                Actor = call.UserId,
                Text = archive ? "Had the channel archived" : "Kept the channel",
            }, cancellationToken);
            await outbox.ShowAsync(tx, row.MessageKey, row.Destination!, ReminderMessages.Over(reminder, facts, config.Reminders, archive
                ? $":file_cabinet: {Mrkdwn.User(call.UserId)} had it archived."
                : $"{Mrkdwn.User(call.UserId)} keeps the channel. I do not ask again."), cancellationToken);
            if (archive) await outbox.ArchiveAsync(tx, facts.Incident.Destination, cancellationToken);
        }, cancellationToken);
    }
}
