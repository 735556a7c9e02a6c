using System.Globalization;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;
using Dapper;

namespace ChatOps.Reminders;

/// <summary>"Done" beside a task, in a reminder and in the Home tab.</summary>
public sealed class TaskDoneHandler(CurrentRequest current, TimelineStore timeline, Outbox.Outbox outbox) : IBlockActionHandler<ButtonAction>
{
    public const string ActionId = "task.done";

    internal static Button Button(long task, string? style) => new() { ActionId = $"{ActionId}:{task}", Text = "Done", Value = task.ToString(CultureInfo.InvariantCulture), Style = style };

    public Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var call = ReminderCall.Of(request);
        return current.CommitAsync(async tx =>
        {
            var number = long.TryParse(action.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
            var task = await tx.Connection.QuerySingleOrDefaultAsync<IncidentTask>(new CommandDefinition(
                $"""
                UPDATE incident_tasks t SET state = 'done', closed_by = @viewer, closed_at = @now
                WHERE t.number = @number AND t.state = 'open' AND EXISTS (SELECT 1 FROM incidents WHERE number = t.incident AND {IncidentMembers.MaySee})
                RETURNING t.number, t.incident, t.text, t.owner, t.state, t.created_by, t.created_at, t.due_at, t.closed_by, t.closed_at
                """,
                new { number, viewer = call.UserId, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
            if (task is null)
            {
                await outbox.TellAsync(tx, call, IncidentMessages.Plain("That task is not open any more. Nothing to do."), cancellationToken);
                return;
            }
            await timeline.AppendAsync(tx, new TimelineEntry { Incident = task.Incident, Kind = TimelineKinds.TaskDone, At = tx.Now, Actor = call.UserId, Text = $"Task {task.Number} is done: {task.Text}" }, cancellationToken);
            await outbox.ShowAsync(tx, $"task {task.Number} done", Incident.DestinationOf(task.Incident),
                IncidentMessages.Plain($":white_check_mark: {Mrkdwn.User(call.UserId)} did task {task.Number}: {Mrkdwn.Escape(task.Text, 1_000)}"), cancellationToken);
        }, cancellationToken);
    }
}
