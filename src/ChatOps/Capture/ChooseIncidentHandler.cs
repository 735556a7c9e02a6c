using System.Globalization;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>The answer to "which incident?" for a message of another channel.</summary>
internal sealed class ChooseIncidentHandler(CurrentRequest request, IncidentStore incidents, RecordMessage record, BotIdentity identity, Outbox.Outbox outbox) : IBlockActionHandler<ButtonAction>
{
    public const string ActionId = "timeline.choose";

    public static string ValueOf(int incident, string channel, string ts) => string.Create(CultureInfo.InvariantCulture, $"{incident}|{channel}|{ts}");

    public async Task Handle(ButtonAction action, BlockActionRequest press, CancellationToken cancellationToken)
    {
        var parts = (action.Value ?? "").Split('|', 3);
        var number = parts.Length == 3 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        var open = await incidents.OpenAsync(press.User.Id, cancellationToken);
        var self = await identity.ReadAsync(cancellationToken);
        await request.CommitAsync(async tx =>
        {
            if (!open.Any(i => i.Number == number))
            {
                await TellAsync(CaptureMessages.NotOpen(number));
                return;
            }
            var (known, _) = await record.RunAsync(tx, new Heard(parts[1], parts[2], number) { WantedBy = press.User.Id, WantedHow = "shortcut" }, self, cancellationToken);
            // Nobody tells the bot of that channel what was there before: what is known counts.
            var isNew = !known.Written && await record.WriteAsync(tx, await MessageStore.ReadAsync(tx, parts[1], parts[2], cancellationToken), self, lastCall: true, cancellationToken);
            var after = await MessageStore.ReadAsync(tx, parts[1], parts[2], cancellationToken);
            await TellAsync(after.Written ? CaptureMessages.Added(known.Incident!.Value, isNew || !known.Written, waits: false) : CaptureMessages.Forgotten);

            Task TellAsync(Slack.Blocks.Message answer) => press.ResponseUrl is { Length: > 0 } url
                ? outbox.RespondAsync(tx, url, answer, replaceOriginal: true, cancellationToken)
                : outbox.EphemeralAsync(tx, press.Channel?.Id ?? press.User.Id, press.User.Id, answer, cancellationToken);
        }, cancellationToken);
    }
}
