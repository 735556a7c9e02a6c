using System.Text;
using ChatOps.Database;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary>What a person wrote, as a message of its own: as much of it as Slack takes, and the whole as a file below where that is not all.</summary>
internal static class LongText
{
    private const int Shown = 2_500;

    /// <param name="key">The message's key in the outbox.</param>
    /// <param name="start">What stands before it: drawn already.</param>
    /// <param name="fileName">Of the whole text.</param>
    public static async Task PostAsync(Outbox.Outbox outbox, Tx tx, string key, string destination, string start, string text, string fileName, CancellationToken cancellationToken)
    {
        var clean = Redactor.ForSlack(text);
        var shown = Mrkdwn.Escape(clean, Shown);
        var cut = shown.Length < Mrkdwn.Escape(clean).Length;
        var said = $"{start}{shown}{(cut ? $"\nThe whole text is {Mrkdwn.Code(fileName)} in the thread." : "")}";
        await outbox.ShowAsync(tx, key, destination, new Message { Text = said, Blocks = [new SectionBlock { Text = new Markdown(said) }] }, cancellationToken);
        if (cut) await outbox.UploadAsync(tx, destination, fileName, fileName, Encoding.UTF8.GetBytes(clean), cancellationToken, key);
    }
}
