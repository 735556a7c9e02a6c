using System.Globalization;

namespace ChatOps.Incidents;

public enum TaskCommandKind
{
    List,
    Add,
    Done,
    Drop,
    Reopen,
    Assign,
}

/// <summary>What is wanted of the tasks of an incident. Pure.</summary>
/// <param name="Number">Of the task; of a list: the task after which it goes on.</param>
/// <param name="Person">As typed; null: nobody was named.</param>
/// <param name="Due">As typed.</param>
public sealed record TaskCommand(TaskCommandKind Kind, long? Number, string Text, string? Person, string? Due)
{
    public static TaskCommand Read(string arguments)
    {
        var words = arguments.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0) return new(TaskCommandKind.List, Number: null, "", Person: null, Due: null);
        long? number = words.Length > 1 && long.TryParse(words[1].TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
        TaskCommandKind? kind = words[0].ToUpperInvariant() switch
        {
            "LIST" when words.Length == 1 || number is not null => TaskCommandKind.List,
            // "task done 12" closes one; "task done with the cache, tell support" is a text.
            "DONE" or "CLOSE" or "FINISH" when number is not null && words.Length == 2 => TaskCommandKind.Done,
            "DROP" or "CANCEL" or "SKIP" when number is not null && words.Length == 2 => TaskCommandKind.Drop,
            "OPEN" or "REOPEN" or "UNDO" when number is not null && words.Length == 2 => TaskCommandKind.Reopen,
            "ASSIGN" or "GIVE" when number is not null && words.Length <= 3 => TaskCommandKind.Assign,
            _ => null,
        };
        if (kind is { } known) return new(known, number, "", known == TaskCommandKind.Assign && words.Length > 2 ? words[2] : null, Due: null);
        var (rest, due) = OptionText.Take(arguments, "due");
        var (text, person) = FindPerson.Trailing(rest);
        // "@ben look at the alert" is meant as well.
        if (person is null && text.StartsWith('@') && text.IndexOf(' ', StringComparison.Ordinal) is > 1 and var space) (person, text) = (text[..space], text[space..]);
        return new(TaskCommandKind.Add, Number: null, text.Trim(), person, due);
    }

    /// <summary>The task after the change, or why there is none.</summary>
    /// <param name="owner">Of <see cref="TaskCommandKind.Assign"/>; null: nobody.</param>
    public static (IncidentTask? Task, Refusal? Refusal) Apply(IncidentTask task, TaskCommandKind kind, string? owner, string by, DateTimeOffset now) => kind switch
    {
        TaskCommandKind.Done or TaskCommandKind.Drop when task.State != TaskState.Open =>
            (null, new("not-open", $"Task {task.Number} is {task.State.ToString().ToLowerInvariant()} already{(task.ClosedBy is { } who ? $", by <@{who}>" : "")}. `task open {task.Number}` takes that back.")),
        TaskCommandKind.Done => (task with { State = TaskState.Done, ClosedBy = by, ClosedAt = now }, null),
        TaskCommandKind.Drop => (task with { State = TaskState.Dropped, ClosedBy = by, ClosedAt = now }, null),
        TaskCommandKind.Reopen when task.State == TaskState.Open => (null, new("open", $"Task {task.Number} is open. Nothing to do.")),
        TaskCommandKind.Reopen => (task with { State = TaskState.Open, ClosedBy = null, ClosedAt = null }, null),
        TaskCommandKind.Assign when task.State != TaskState.Open => (null, new("not-open", $"Task {task.Number} is {task.State.ToString().ToLowerInvariant()}. `task open {task.Number}` opens it again.")),
        TaskCommandKind.Assign when task.Owner == owner => (null, new("same-owner", owner is null ? $"Task {task.Number} is nobody's. Nothing to do." : $"Task {task.Number} is <@{owner}>'s already. Nothing to do.")),
        TaskCommandKind.Assign => (task with { Owner = owner }, null),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "changes no task"),
    };
}
