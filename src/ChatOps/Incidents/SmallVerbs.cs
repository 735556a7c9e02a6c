using ChatOps.Configuration;
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
        await outbox.ShowAsync(tx, $"note {tx.RequestId}", call.Incident.Destination,
            IncidentMessages.Plain($":memo: {Mrkdwn.User(call.UserId)}: {Mrkdwn.Escape(Redactor.ForSlack(text), 2_800)}"), cancellationToken);
    }, cancellationToken);
}

/// <summary><c>/incident status</c></summary>
public sealed class StatusVerb(CurrentRequest request, Outbox.Outbox outbox) : IIncidentVerb
{
    public string Name => "status";

    public IReadOnlyList<string> Synonyms => ["show", "info"];

    public (string Arguments, string Does) Usage => ("", "where it stands and what fits now");

    public bool NeedsIncident => true;

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.Summary(call.Incident!), cancellationToken), cancellationToken);
}

/// <summary><c>/incident list</c></summary>
public sealed class ListVerb(CurrentRequest request, IncidentStore incidents, Outbox.Outbox outbox) : IIncidentVerb
{
    public string Name => "list";

    public IReadOnlyList<string> Synonyms => ["ls", "all"];

    public (string Arguments, string Does) Usage => ("", "what is open, and what was lately");

    public bool NeedsIncident => false;

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var open = await incidents.OpenAsync(call.UserId, cancellationToken);
        var recent = await incidents.RecentAsync(call.UserId, 8, cancellationToken);
        await request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.List(open, recent), cancellationToken), cancellationToken);
    }
}

/// <summary><c>/incident join</c>: into the channel. That somebody came is recorded when Slack tells it, whichever way they came.</summary>
public sealed class JoinVerb(CurrentRequest request, Outbox.Outbox outbox) : IIncidentVerb
{
    public string Name => "join";

    public IReadOnlyList<string> Synonyms => [];

    public (string Arguments, string Does) Usage => ("[number]", "come into the incident's channel");

    public bool NeedsIncident => true;

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken) => request.CommitAsync(async tx =>
    {
        await outbox.InviteAsync(tx, call.Incident!.Destination, [call.UserId], cancellationToken);
        await IncidentMembers.AddAsync(tx, call.Incident.Number, [call.UserId], cancellationToken);
        await outbox.TellAsync(tx, call, IncidentMessages.Plain($"You are in {IncidentDrawing.Place(call.Incident)} now. The pinned message says where it stands."), cancellationToken);
    }, cancellationToken);
}

/// <summary><c>/incident help</c>, and <c>/incident</c> alone: what fits here.</summary>
public sealed class HelpVerb(CurrentRequest request, IncidentStore incidents, Func<IncidentVerbs> verbs, ChatOpsConfig config, Outbox.Outbox outbox) : IIncidentVerb
{
    public const string Word = "help";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["?", "menu", "commands"];

    public (string Arguments, string Does) Usage => ("", "this");

    public bool NeedsIncident => false;

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var here = await incidents.OfChannelAsync(call.ChannelId, cancellationToken);
        await request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.Help(verbs().All, config.Slack.IncidentCommand, here), cancellationToken), cancellationToken);
    }
}
