using System.Globalization;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary>
/// <c>/incident task text [@owner] [--due 3d|2026-12-01]</c> adds one; <c>task</c> alone lists; <c>task done|drop|open 12</c> and <c>task assign 12 @user</c> change one.
/// </summary>
public sealed class TaskVerb(CurrentRequest request, FindPerson people, TaskStore tasks, TimelineStore timeline, IncidentDrawing drawing, Outbox.Outbox outbox, TimeProvider time) : IIncidentVerb
{
    public const string Word = "task";

    private const string TextBlock = "text";
    private const string DueBlock = "due";
    private const int MostText = 3_000;

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["tasks", "todo", "action-item"];

    public (string Arguments, string Does) Usage => ("[text] [@owner] [--due 3d] | done|drop|assign number", "what is to be done, by whom, until when; alone: the list");

    public bool NeedsIncident => true;

    public ModalViewDefinition? Form(IncidentCall call) => TaskCommand.Read(call.Arguments) switch
    {
        { Kind: TaskCommandKind.List } when call.Pressed && call.Arguments.Trim().Length == 0 => VerbForms.Modal(call with { Verb = Word, Arguments = "add" }, "Add a task", "Add",
            VerbForms.Text(TextBlock, "What is to be done?", "It stands in the post-mortem under its action items.", multiline: false),
            VerbForms.PersonInput("Owner", "Nobody yet? Leave it.", optional: true),
            VerbForms.Choice(DueBlock, "Until when?", "You can leave it open.", [("tomorrow", "1d"), ("in 3 days", "3d"), ("in a week", "1w"), ("in two weeks", "2w"), ("in a month", "30d")], initial: null, optional: true)),
        { Kind: TaskCommandKind.Assign, Person: null, Number: { } } => VerbForms.Person(call with { Verb = Word }, "Assign a task", "Assign", "To whom?", "They are told in the channel. Leave it empty: nobody.", optional: true),
        _ => null,
    };

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var command = call.Fields.TryGetValue(TextBlock, out var typed) ? new TaskCommand(TaskCommandKind.Add, Number: null, typed, Person: null, call.Fields.GetValueOrDefault(DueBlock)) : TaskCommand.Read(call.Arguments);
        var word = call.Fields.GetValueOrDefault(VerbForms.PersonBlock) ?? command.Person;
        if (command.Kind == TaskCommandKind.List)
        {
            var all = await tasks.OfIncidentAsync(call.Incident!.Number, cancellationToken);
            await TellAsync(call, TaskMessages.List(call.Incident, all, command.Number ?? 0), cancellationToken);
            return;
        }
        DateTimeOffset? due = null;
        if (command.Due is { } until && (due = Spans.ParseDue(until, time.GetUtcNow())) is null)
        {
            await TellAsync(call, IncidentMessages.Plain($"{Mrkdwn.Code("--due " + Mrkdwn.Cut(until, 40))} is no time to come. Write it as `--due 3d`, `2w`, `tomorrow` or `2026-12-01`."), cancellationToken);
            return;
        }
        Colleague? person = null;
        if (word is not null)
        {
            (person, var refusal) = await people.RunAsync(call, word, cancellationToken);
            if (person is null)
            {
                await TellAsync(call, IncidentMessages.Plain(refusal!.Sentence), cancellationToken);
                return;
            }
        }
        if (command.Kind == TaskCommandKind.Add) await AddAsync(call, command.Text, person, due, cancellationToken);
        else await request.CommitAsync(tx => ChangeAsync(tx, call, command, person, cancellationToken), cancellationToken);
    }

    private async Task AddAsync(IncidentCall call, string text, Colleague? owner, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        var clean = Redactor.ForSlack(text.ReplaceLineEndings(" ").Trim());
        if (clean.Length is 0 or > MostText)
        {
            await TellAsync(call, IncidentMessages.Plain(clean.Length == 0
                ? "What is to be done? `task text @owner --due 3d`."
                : $"A task has at most {MostText:N0} characters; this one has {clean.Length:N0}. Put the details into a `note`, and the task into a sentence."), cancellationToken);
            return;
        }
        await request.CommitAsync(async tx =>
        {
            var incident = await IncidentStore.LockAsync(tx, call.Incident!.Number, cancellationToken) ?? throw new InvalidOperationException($"Incident {call.Incident.Number} has no row.");
            var task = await TaskStore.AddAsync(tx, incident.Number, clean, owner?.Id, due, call.UserId, cancellationToken);
            if (owner is not null)
            {
                await outbox.InviteAsync(tx, incident.Destination, [owner.Id], cancellationToken);
                await IncidentMembers.AddAsync(tx, incident.Number, [owner.Id], cancellationToken);
            }
            await RecordAsync(tx, call, $"Task {task.Number}: {clean}{(owner is null ? "" : $" (for <@{owner.Id}>)")}", cancellationToken);
            await ShowAsync(tx, incident, task, cancellationToken);
        }, cancellationToken);
    }

    private async Task ChangeAsync(Tx tx, IncidentCall call, TaskCommand command, Colleague? person, CancellationToken cancellationToken)
    {
        var incident = await IncidentStore.LockAsync(tx, call.Incident!.Number, cancellationToken) ?? throw new InvalidOperationException($"Incident {call.Incident.Number} has no row.");
        if (command.Number is not { } number || await TaskStore.LockAsync(tx, incident.Number, number, cancellationToken) is not { } before)
        {
            await outbox.TellAsync(tx, call, IncidentMessages.WithButton($"Incident {incident.Number} has no task {command.Number?.ToString(CultureInfo.InvariantCulture) ?? "of that number"}.", IncidentButtonHandler.For("Its tasks", Word, incident.Number, "list", ButtonStyle.Primary)), cancellationToken);
            return;
        }
        var (after, refusal) = TaskCommand.Apply(before, command.Kind, person?.Id, call.UserId, tx.Now);
        if (after is null)
        {
            await outbox.TellAsync(tx, call, IncidentMessages.Plain(refusal!.Sentence), cancellationToken);
            return;
        }
        await TaskStore.SaveAsync(tx, after, cancellationToken);
        if (after.Owner is { } owner && owner != before.Owner)
        {
            await outbox.InviteAsync(tx, incident.Destination, [owner], cancellationToken);
            await IncidentMembers.AddAsync(tx, incident.Number, [owner], cancellationToken);
        }
        await RecordAsync(tx, call, TaskMessages.Changed(before, after), cancellationToken);
        await ShowAsync(tx, incident, after, cancellationToken);
        // The line above is edited in place; whoever gets a task is told by a message of its own.
        if (after.Owner is { } told && told != before.Owner && told != call.UserId)
            await outbox.ShowAsync(tx, $"task {after.Number} assigned {tx.RequestId}", incident.Destination, IncidentMessages.Plain($"Incident {incident.Number}: {Mrkdwn.User(told)}, task {after.Number} is yours now: {Mrkdwn.Escape(after.Text, 1_000)}"), cancellationToken);
    }

    private async Task ShowAsync(Tx tx, Incident incident, IncidentTask task, CancellationToken cancellationToken)
    {
        await outbox.ShowAsync(tx, $"task {task.Number}", incident.Destination, TaskMessages.One(incident, task), cancellationToken);
        await drawing.ShowAsync(tx, incident, cancellationToken);
    }

    private Task RecordAsync(Tx tx, IncidentCall call, string text, CancellationToken cancellationToken) => timeline.AppendAsync(
        tx, new TimelineEntry { Incident = call.Incident!.Number, Kind = TimelineKinds.Task, At = tx.Now, Actor = call.UserId, Text = text }, cancellationToken);

    private Task TellAsync(IncidentCall call, Message message, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => outbox.TellAsync(tx, call, message, cancellationToken), cancellationToken);
}
