using System.Text.RegularExpressions;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary>A person of the workspace who is there and is no app.</summary>
/// <param name="Name">The handle, without '@'.</param>
public sealed record Colleague(string Id, string Name);

/// <summary>Whom a typed word or a form means. Only people who exist, are active and are no apps can be given anything to do.</summary>
public sealed partial class FindPerson(SlackDirectory directory)
{
    private const string Slackbot = "USLACKBOT";

    /// <summary>Asks Slack's directory, so never within a transaction.</summary>
    /// <param name="word"><c>@handle</c>, a handle, <c>&lt;@U…&gt;</c>, an id, or "me".</param>
    public async Task<(Colleague? Person, Refusal? Refusal)> RunAsync(IncidentCall call, string word, CancellationToken cancellationToken)
    {
        var name = Reference().Match(word.Trim()) is { Success: true } reference ? reference.Groups["id"].Value : word.Trim().TrimStart('@');
        if (name.Equals("me", StringComparison.OrdinalIgnoreCase)) name = call.UserId;
        // Whom Slack's own list named is meant by id, whatever they or others are called now.
        if (call.Mentions.TryGetValue(name, out var id)) name = id;
        var shown = Mrkdwn.Code("@" + Mrkdwn.Cut(name, 60));
        try
        {
            return await directory.FindAccountAsync(name, cancellationToken) switch
            {
                null => (null, new("no-such-person", $"I know nobody called {shown} here. Write @ and choose the person from Slack's list.")),
                { Deleted: true } gone => (null, new("deactivated", $"The account of {Mrkdwn.Code("@" + gone.Name)} is deactivated. Choose somebody who is there.")),
                { IsBot: true } or { Id: Slackbot } => (null, new("app", $"{shown} is an app, and this needs a person. Write @ and choose one from Slack's list.")),
                var found => (new(found.Id, found.Name), null),
            };
        }
        catch (SlackDirectoryException e)
        {
            return (null, new("slack-away", $"{e.Message}, so I cannot make sure whom you mean. Try again in a minute."));
        }
    }

    /// <summary>Takes the last word away if it is a person's: "fix the alert @ben". Null: it is none.</summary>
    public static (string Text, string? Person) Trailing(string text)
    {
        var trimmed = text.TrimEnd();
        var last = trimmed[(trimmed.LastIndexOfAny([' ', '\n', '\t']) + 1)..];
        return (last.Length > 1 && last[0] == '@') || Reference().IsMatch(last) ? (trimmed[..^last.Length].TrimEnd(), last) : (trimmed, null);
    }

    [GeneratedRegex(@"\A<@(?<id>[UW][A-Z0-9]+)(\|[^>]*)?>\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();
}
