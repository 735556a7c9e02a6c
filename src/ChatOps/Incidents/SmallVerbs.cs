using ChatOps.Inbox;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary><c>/incident note text</c></summary>
public sealed class NoteVerb(CurrentRequest request, TimelineStore timeline, Outbox.Outbox outbox) : IIncidentVerb
{
    public string Name => "note";

    public IReadOnlyList<string> Synonyms => ["log-note", "remember", "say"];

    public (string Arguments, string Does) Usage => ("text", "put a sentence into the timeline");

    public bool NeedsIncident => true;

    public ModalViewDefinition? Form(IncidentCall call) => call.Arguments.Trim().Length > 0
        ? null
        : IncidentForms.TextForm(call with { Verb = Name }, "Add a note", "Add", "Note", "It goes into the timeline with your name and the time.");

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken) => request.CommitAsync(async tx =>
    {
        var text = call.Arguments.Trim();
        if (text.Length == 0)
        {
            await outbox.TellAsync(tx, call, IncidentMessages.Plain("Write the note behind the verb: `/incident note text`."), cancellationToken);
            return;
        }
        var number = call.Incident!.Number;
        await timeline.AppendAsync(tx, new TimelineEntry { Incident = number, Kind = TimelineKinds.Note, At = tx.Now, Actor = call.UserId, Text = text }, cancellationToken);
        await LongText.PostAsync(outbox, tx, $"note {tx.RequestId}", call.Incident.Destination, $":memo: {Mrkdwn.User(call.UserId)}: ", text, $"note-incident-{number}.txt", cancellationToken);
    }, cancellationToken);
}

/// <summary><c>/incident status</c></summary>
public sealed class StatusVerb(CurrentRequest request, TaskStore tasks, Outbox.Outbox outbox) : IIncidentVerb
{
    private const int TasksShown = 5;

    public string Name => "status";

    public IReadOnlyList<string> Synonyms => ["show", "info"];

    public (string Arguments, string Does) Usage => ("", "where it stands and what fits now");

    public bool NeedsIncident => true;

    public bool OnlyLooks => true;

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var open = (await tasks.OfIncidentAsync(call.Incident!.Number, cancellationToken)).Where(t => t.State == TaskState.Open).ToList();
        await request.CommitAsync(async tx =>
        {
            var summary = SummaryMessages.Summary(call.Incident, await IncidentFacts.ReadAsync(tx, call.Incident.Number, cancellationToken));
            await outbox.TellAsync(tx, call, open.Count == 0 ? summary : summary with { Blocks = [.. summary.Blocks!, .. TasksOf(call.Incident.Number, open)] }, cancellationToken);
        }, cancellationToken);
    }

    private static IEnumerable<Block> TasksOf(int incident, List<IncidentTask> open)
    {
        var lines = open.Take(TasksShown).Select(t => TaskMessages.Line(t, 200)).Prepend($"*{open.Count} open {(open.Count == 1 ? "task" : "tasks")}*");
        return [.. IncidentMessages.Sections(lines), new ActionsBlock { Elements = [IncidentButtonHandler.For("All tasks", TaskVerb.Word, incident, "list")] }];
    }
}
