using ChatOps.Slack;
using ChatOps.Slack.Blocks;

namespace ChatOps.Incidents;

/// <summary>Tasks as people see them. Pure.</summary>
public static class TaskMessages
{
    private const int OnePage = 15;

    /// <summary>The public line of a task, with what can be done with it.</summary>
    public static Message One(Incident incident, IncidentTask task)
    {
        var text = $"{Line(task, 2_000)}{(task.CreatedBy == task.Owner ? "" : $" (from {Mrkdwn.User(task.CreatedBy)})")}";
        var elements = task.State == TaskState.Open
            ? new List<BlockElement> { Button("Done", incident, $"done {task.Number}", ButtonStyle.Primary), Button("Mine", incident, $"assign {task.Number} me"), Menu(incident, task) }
            : [Button("Open again", incident, $"open {task.Number}")];
        return new Message { Text = text, Blocks = [new SectionBlock { Text = new Markdown(text) }, new ActionsBlock { Elements = elements }] };
    }

    /// <summary>The open ones first; page by page.</summary>
    /// <param name="after">The number of the last task of the page before, or 0.</param>
    public static Message List(Incident incident, IReadOnlyList<IncidentTask> all, long after)
    {
        var ordered = all.OrderBy(t => t.State != TaskState.Open).ThenBy(t => t.Number).ToList();
        var begin = after == 0 ? 0 : ordered.FindIndex(t => t.Number == after) + 1;
        var page = ordered.Skip(begin).Take(OnePage).ToList();
        var open = all.Count(t => t.State == TaskState.Open);
        var head = all.Count == 0 ? $"Incident {incident.Number} has no tasks." : $"Incident {incident.Number}: {open} open of {all.Count} {(all.Count == 1 ? "task" : "tasks")}";
        List<Block> blocks = [new SectionBlock { Text = new Markdown($"*{head}*") }];
        blocks.AddRange(page.Select(t => (Block)new SectionBlock { Text = new Markdown(Line(t, 350)), Accessory = Menu(incident, t) }));
        var left = ordered.Count - begin - page.Count;
        var buttons = new List<BlockElement> { IncidentButtonHandler.For("Add a task", TaskVerb.Word, incident.Number, style: ButtonStyle.Primary) };
        if (left > 0) buttons.Add(IncidentButtonHandler.For($"{left} more", TaskVerb.Word, incident.Number, $"list {page[^1].Number}"));
        if (begin > 0) buttons.Add(IncidentButtonHandler.For("From the start", TaskVerb.Word, incident.Number, "list"));
        blocks.Add(new ActionsBlock { Elements = buttons });
        return new Message { Text = head, Blocks = blocks };
    }

    /// <summary>"12 :white_large_square: restart the cache, @ben, due 1 December".</summary>
    internal static string Line(IncidentTask task, int most)
    {
        var mark = task.State switch { TaskState.Done => ":white_check_mark: done", TaskState.Dropped => ":heavy_minus_sign: dropped", _ => ":white_large_square: open" };
        var due = task.DueAt is { } at && task.State == TaskState.Open ? $", due {Mrkdwn.Date(at, "{date_short_pretty}")}" : "";
        return $"*Task {task.Number}* {mark}: {Mrkdwn.Escape(task.Text, most)}, {(task.Owner is { } owner ? Mrkdwn.User(owner) : "nobody's yet")}{due}";
    }

    /// <summary>For the record.</summary>
    internal static string Changed(IncidentTask before, IncidentTask after) => after.State != before.State
        ? $"Task {after.Number} {(after.State == TaskState.Open ? "opened again" : after.State.ToString().ToLowerInvariant())}: {after.Text}"
        : $"Task {after.Number} given to {(after.Owner is { } owner ? $"<@{owner}>" : "nobody")}: {after.Text}";

    private static Button Button(string text, Incident incident, string arguments, string? style = null) => IncidentButtonHandler.For(text, TaskVerb.Word, incident.Number, arguments, style);

    private static OverflowMenu Menu(Incident incident, IncidentTask task) => new()
    {
        ActionId = $"{IncidentButtonHandler.ActionId}:task-{task.Number}",
        Options = (task.State == TaskState.Open
                ? new[] { ("Done", $"done {task.Number}"), ("Mine", $"assign {task.Number} me"), ("Assign to …", $"assign {task.Number}"), ("Drop", $"drop {task.Number}") }
                : [("Open again", $"open {task.Number}")])
            .Select(o => new Option(o.Item1, IncidentButtonHandler.ValueOf(TaskVerb.Word, incident.Number, o.Item2))).ToValueList(),
    };
}
