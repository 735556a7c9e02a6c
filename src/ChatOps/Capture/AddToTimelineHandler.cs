using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>"Add to timeline" in a message's menu. In a channel that is no incident's it asks which incident is meant.</summary>
internal sealed class AddToTimelineHandler(
    CurrentRequest request, IncidentStore incidents, MessageWords words, RecordMessage record, BotIdentity identity, Outbox.Outbox outbox) : IMessageShortcutHandler
{
    public const string CallbackId = "timeline.add";

    public async Task Handle(MessageShortcut shortcut, CancellationToken cancellationToken)
    {
        var (channel, message) = (shortcut.Channel.Id, shortcut.Message);
        var ts = message.Ts ?? shortcut.MessageTs;
        var self = await identity.ReadAsync(cancellationToken);
        if (self is not null && (message.User == self.UserId || (message.BotId is { } bot && bot == self.BotId)))
        {
            await AnswerAsync(CaptureMessages.OwnMessage);
            return;
        }
        if (Timestamps.ToTime(ts) is null)
        {
            await AnswerAsync(CaptureMessages.NoMessage);
            return;
        }
        var here = await incidents.OfChannelAsync(channel, cancellationToken);
        var open = here is null ? await incidents.OpenAsync(shortcut.User.Id, cancellationToken) : [];
        var heard = new Heard(channel, ts, here?.Number)
        {
            Author = MessageHandler.AuthorOf(message), ThreadTs = message.ThreadTs, Versions = [await words.ReadAsync(message, cancellationToken)],
            // Elsewhere it is kept with its words until somebody says for which incident.
            WantedBy = here is null ? null : shortcut.User.Id, WantedHow = here is null ? null : "shortcut",
        };
        await request.CommitAsync(async tx =>
        {
            var (known, isNew) = await record.RunAsync(tx, heard, self, cancellationToken);
            var answer = known.Incident is { } number ? CaptureMessages.Added(number, isNew, waits: !isNew && !known.Written) : CaptureMessages.WhichIncident(open, channel, ts);
            await outbox.RespondAsync(tx, shortcut.ResponseUrl, answer, replaceOriginal: false, cancellationToken);
        }, cancellationToken);

        Task AnswerAsync(Slack.Blocks.Message answer) => request.CommitAsync(tx => outbox.RespondAsync(tx, shortcut.ResponseUrl, answer, replaceOriginal: false, cancellationToken), cancellationToken);
    }
}
