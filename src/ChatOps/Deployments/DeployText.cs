using System.Globalization;
using System.Text.RegularExpressions;
using ChatOps.Platforms;
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
        $"{version}{Change(commit, author, message, longest)}";

    /// <summary>The first of them, a line each, and how many more there are.</summary>
    public static string Releases(IReadOnlyList<UndoneRelease> releases) =>
        string.Join('\n', releases.Take(8).Select(u => $"• {Release(Escape(u.Version, 60), u.Commit, u.Author, u.Message)}")) + (releases.Count > 8 ? $"\nand {releases.Count - 8} more" : "");

    /// <summary>"12 commits by tom, ana (3 releases) · compare", then the newest, a line each, and how many more there are.</summary>
    /// <param name="authors">Each once.</param>
    public static string Commits(CommitRange range, IReadOnlyList<string> authors, int releases)
    {
        var by = authors.Count == 0 ? "" : $" by {string.Join(", ", authors.Take(5).Select(a => Escape(a, 40)))}{(authors.Count > 5 || range.Total > range.Commits.Count ? " and others" : "")}";
        var link = range.Page is { Length: <= 250 } page ? $" · {Mrkdwn.Link(page, "compare")}" : "";
        var lines = range.Commits.Take(8).Select(c => $"\n•{Change(c.Sha, c.Author, c.Message, 120)}");
        return $"{Count(range.Total, "commit")}{by}{(releases > 0 ? $" ({Count(releases, "release")})" : "")}{link}{string.Concat(lines)}{(range.Total > 8 ? $"\nand {range.Total - 8} more" : "")}";
    }

    /// <summary>"no commits", "1 commit", "12 commits".</summary>
    internal static string Count(int number, string what) => $"{(number == 0 ? "no" : number.ToString(CultureInfo.InvariantCulture))} {what}{(number == 1 ? "" : "s")}";

    private static string Change(string? commit, string? author, string? message, int longest) =>
        $"{(commit is { } c ? $" {Mrkdwn.Code(Mrkdwn.Cut(c, 10))}" : "")}{(author is { } a ? $" by {Escape(a, 60)}" : "")}{(message is { } m ? $": {Escape(m, longest)}" : "")}";

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
