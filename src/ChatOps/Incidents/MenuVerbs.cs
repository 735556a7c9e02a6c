using System.Globalization;
using ChatOps.Configuration;
using ChatOps.Inbox;

namespace ChatOps.Incidents;

/// <summary><c>/incident</c> alone: what fits here. It takes a number, and needs none.</summary>
public sealed class MenuVerb(CurrentRequest request, IncidentStore incidents, ChatOpsConfig config, Outbox.Outbox outbox) : IIncidentVerb
{
    public const string Word = "menu";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["more"];

    public (string Arguments, string Does) Usage => ("[number]", "what fits here and now, as buttons");

    public bool NeedsIncident => false;

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var isNumber = int.TryParse(call.Arguments.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var here = call.Incident ?? (isNumber ? await incidents.FindAsync(number, call.UserId, cancellationToken) : await incidents.OfChannelAsync(call.ChannelId, cancellationToken));
        var message = here is not null ? MenuMessages.Here(here)
            : isNumber ? IncidentMessages.NoSuchIncident(number)
            : MenuMessages.Elsewhere(await incidents.OpenAsync(call.UserId, cancellationToken), config.Slack.IncidentCommand);
        await request.CommitAsync(tx => outbox.TellAsync(tx, call, message, cancellationToken), cancellationToken);
    }
}

/// <summary><c>/incident help</c>: every verb.</summary>
public sealed class HelpVerb(CurrentRequest request, IncidentStore incidents, Func<IncidentVerbs> verbs, ChatOpsConfig config, Outbox.Outbox outbox) : IIncidentVerb
{
    public const string Word = "help";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["?", "commands", "verbs"];

    public (string Arguments, string Does) Usage => ("", "this");

    public bool NeedsIncident => false;

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var here = await incidents.OfChannelAsync(call.ChannelId, cancellationToken);
        await request.CommitAsync(tx => outbox.TellAsync(tx, call, MenuMessages.Help(verbs().All, config.Slack.IncidentCommand, here), cancellationToken), cancellationToken);
    }
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
        await request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentPicker.List(open, recent), cancellationToken), cancellationToken);
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
