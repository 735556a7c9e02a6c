using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Inbox;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.Alerts;

/// <summary><c>/incident silence [alert] [--for 1h]</c></summary>
internal sealed class SilenceVerb(ProposeSilence propose, CurrentRequest request, Outbox.Outbox outbox) : IIncidentVerb
{
    public string Name => "silence";

    public IReadOnlyList<string> Synonyms => ["mute", "quiet"];

    public (string Arguments, string Does) Usage => ("[alert] [--for 1h]", "silence an alert where it comes from; a card asks first");

    public bool NeedsIncident => true;

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var text = CommandText.Parse(call.Arguments);
        var length = ProposeSilence.Usual;
        if (text.Options.TryGetValue("for", out var said) && !Durations.TryParse(said, out length))
        {
            return request.CommitAsync(
                tx => outbox.TellAsync(tx, call, IncidentMessages.Plain($"{Mrkdwn.Code(Mrkdwn.Cut(said, 40))} is no duration: say `--for 30m`, `--for 1h` or `--for 2d`."), cancellationToken), cancellationToken);
        }
        return propose.RunAsync(
            new SilenceScope(call.Incident!.Number, null), source: null, text.Text.Length > 0 ? text.Text : null, length, call.UserId, call.Incident.Destination,
            (tx, message) => outbox.TellAsync(tx, call, message, cancellationToken), cancellationToken);
    }
}

/// <summary>A button that asks for a silence, below an incident's alerts, a question or the choice among several.</summary>
internal sealed class SilenceHandler(ProposeSilence propose, CurrentRequest request, Outbox.Outbox outbox, ChatOpsConfig config) : IBlockActionHandler<ButtonAction>
{
    public Task Handle(ButtonAction action, BlockActionRequest press, CancellationToken cancellationToken)
    {
        var user = press.User.Id;
        var channel = press.Channel?.Id ?? press.Container.ChannelId ?? user;
        var parts = (action.Value ?? "").Split('|', 3);
        if (SilenceScope.Parse(parts[0]) is not { } scope)
            return request.CommitAsync(tx => outbox.EphemeralAsync(tx, channel, user, IncidentMessages.Plain("I do not know this button any more. Type `/incident silence` in the incident's channel."), cancellationToken), cancellationToken);
        var destination = scope.Incident is { } number ? Incident.DestinationOf(number) : Places.Of(config.Slack.IncidentsChannel);
        return propose.RunAsync(
            scope, parts.Length == 3 ? parts[1] : null, parts.Length == 3 ? parts[2] : null, ProposeSilence.Usual, user, destination,
            (tx, message) => outbox.EphemeralAsync(tx, channel, user, message, cancellationToken), cancellationToken);
    }
}
