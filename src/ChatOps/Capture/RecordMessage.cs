using ChatOps.Database;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>Adds to what is known of a message, and writes the timeline entries that have become due by it.</summary>
internal sealed class RecordMessage(TimelineStore timeline)
{
    /// <param name="tx">The transaction of whatever was heard.</param>
    /// <param name="heard">What was heard.</param>
    /// <param name="self">For the messages' addresses; null while Slack does not tell.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The message as it is known now, and whether its entry is in the timeline for the first time.</returns>
    public async Task<(ChannelMessage Message, bool IsNew)> RunAsync(Tx tx, Heard heard, BotSelf? self, CancellationToken cancellationToken)
    {
        var message = await MessageStore.LearnAsync(tx, heard, cancellationToken);
        var isNew = await WriteAsync(tx, message, self, lastCall: false, cancellationToken) && !message.Written;
        if (heard.WantedBy is not null)
        {
            foreach (var reply in await MessageStore.RepliesAsync(tx, heard.Channel, heard.Ts, cancellationToken)) await WriteAsync(tx, reply, self, lastCall: false, cancellationToken);
        }
        return (message, isNew);
    }

    /// <summary>Writes what is due. False: nothing was.</summary>
    public async Task<bool> WriteAsync(Tx tx, ChannelMessage message, BotSelf? self, bool lastCall, CancellationToken cancellationToken)
    {
        var due = message.ToWrite(self?.Permalink(message.Channel, message.Ts, message.ThreadTs), lastCall);
        foreach (var (_, entry) in due) await timeline.AppendAsync(tx, entry, cancellationToken);
        if (due.Count > 0) await MessageStore.MarkWrittenAsync(tx, message, [.. due.Select(d => d.Version)], cancellationToken);
        else if (message is { Wanted: true, Written: false, Incident: not null }) await MessageStore.LookLaterAsync(tx, message, cancellationToken);
        return due.Count > 0;
    }
}
