using System.Globalization;
using System.Text.RegularExpressions;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>Sentences of gates and plans as Slack draws them: redacted and escaped, people as mentions, times in each reader's own zone. Pure.</summary>
public static partial class DeployText
{
    /// <param name="sentence">As a gate says it: "locked by @U0BOB since 2026-11-03 13:00 UTC".</param>
    public static string Draw(string sentence, int max = 1_000)
    {
        var text = Escape(sentence, max);
        text = Person().Replace(text, m => Mrkdwn.User(m.Groups["id"].Value));
        return Time().Replace(text, m => DateTimeOffset.TryParseExact(m.Value, "yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? Mrkdwn.Date(at, "{date_short_pretty} {time}") : m.Value);
    }

    /// <summary>What people and platforms wrote.</summary>
    public static string Escape(string text, int max) => Mrkdwn.Escape(Redactor.ForSlack(text).ReplaceLineEndings(" "), max);

    public static string PersonOf(string id) => id == TimelineEntry.Bot ? "ChatOps" : Mrkdwn.User(id);

    public static string At(DateTimeOffset at) => Mrkdwn.Date(at, "{date_short_pretty} {time}");

    /// <summary>"v42 `c41e7d0` by tom: Login: remember the country".</summary>
    /// <param name="version">As it is to be drawn.</param>
    /// <param name="longest">Of the message.</param>
    public static string Release(string version, string? commit, string? author, string? message, int longest = 120) =>
        $"{version}{(commit is { } c ? $" {Mrkdwn.Code(Mrkdwn.Cut(c, 10))}" : "")}{(author is { } a ? $" by {Escape(a, 60)}" : "")}{(message is { } m ? $": {Escape(m, longest)}" : "")}";

    /// <summary>The first of them, a line each, and how many more there are.</summary>
    public static string Releases(IReadOnlyList<UndoneRelease> releases) =>
        string.Join('\n', releases.Take(8).Select(u => $"• {Release(Escape(u.Version, 60), u.Commit, u.Author, u.Message)}")) + (releases.Count > 8 ? $"\nand {releases.Count - 8} more" : "");

    internal static Message Plain(string text) => new() { Text = text, Blocks = [Section(text)] };

    internal static Message Plain(string text, params Button[] buttons) => new() { Text = text, Blocks = [Section(text), new ActionsBlock { Elements = [.. buttons] }] };

    internal static SectionBlock Section(string text) => new() { Text = new Markdown(Mrkdwn.Cut(text, BlockLimits.SectionText)), Expand = true };

    internal static ContextBlock Context(string text) => new() { Elements = [new Markdown(Mrkdwn.Cut(text, BlockLimits.SectionText))] };

    // As gates write it, after a blank: what is part of something else was written by people, who mention nobody here.
    [GeneratedRegex(@"(?<=^|[\s(])@(?<id>[UW][A-Z0-9]{4,20})(?![A-Za-z0-9])", RegexOptions.ExplicitCapture)]
    private static partial Regex Person();

    [GeneratedRegex(@"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC")]
    private static partial Regex Time();
}
