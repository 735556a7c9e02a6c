using System.Text.RegularExpressions;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>What a message of Slack says, as the record keeps it: names for ids, no secret.</summary>
internal sealed partial class MessageWords(SlackDirectory directory)
{
    /// <summary>The version of a message that Slack shows; its first words where it was never edited.</summary>
    public async Task<MessageVersion> ReadAsync(MessageEvent message, CancellationToken cancellationToken) => new(
        message.Edited?.Ts ?? "",
        Gone: false,
        await TextAsync(message.Text ?? "", cancellationToken),
        [.. (message.Files ?? []).Select(f => new SharedFile(Redactor.ForRecord(f.Title is { Length: > 0 } title ? title : f.Name ?? f.Id), f.Permalink ?? f.UrlPrivate))],
        message.Edited?.User ?? message.User ?? message.BotId);

    /// <summary>Text of Slack as a person reads it.</summary>
    public async Task<string> TextAsync(string text, CancellationToken cancellationToken)
    {
        var named = text;
        foreach (var id in Mention().Matches(text).Select(m => m.Groups["id"].Value).Distinct(StringComparer.Ordinal))
            named = named.Replace($"<@{id}>", $"<@{id}|{await directory.DisplayNameAsync(id, cancellationToken)}>", StringComparison.Ordinal);
        return Redactor.ForRecord(TypedText.Read(named));
    }

    [GeneratedRegex("<@(?<id>[UW][A-Z0-9]+)>")]
    private static partial Regex Mention();
}
