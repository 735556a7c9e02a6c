using System.Globalization;
using System.Text;

namespace ChatOps.Slack.Blocks;

/// <summary>
/// Writes Slack's mrkdwn so that nothing people or logs wrote can notify anyone or break the layout.
/// Source: https://docs.slack.dev/messaging/formatting-message-text.
/// </summary>
public static class Mrkdwn
{
    /// <summary>A day and a time with seconds, "yesterday" and "today" where they fit.</summary>
    public const string DateAndTime = "{date_short_pretty} {time_secs}";

    /// <summary>The time of day with seconds.</summary>
    public const string TimeOfDay = "{time_secs}";

    /// <summary>Escapes the three characters that mean something: <c>&amp;</c>, <c>&lt;</c>, <c>&gt;</c>.</summary>
    public static string Escape(string text) =>
        text.AsSpan().IndexOfAny('&', '<', '>') < 0
            ? text
            : text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>Escapes, and cuts so that the result is at most <paramref name="max"/> characters and no escape is torn apart.</summary>
    public static string Escape(string text, int max)
    {
        var whole = Escape(text);
        if (whole.Length <= max)
            return whole;
        var result = new StringBuilder(Math.Max(0, max));
        foreach (var grapheme in Graphemes(text))
        {
            var escaped = Escape(grapheme);
            if (result.Length + escaped.Length > max - 1)
                break;
            result.Append(escaped);
        }
        return max < 1 ? "" : result.Append('…').ToString();
    }

    /// <summary>At most <paramref name="max"/> UTF-16 characters, ending with <c>…</c> where something is gone; what a reader sees as one character is never split. Cut before escaping, or use <see cref="Escape(string, int)"/>.</summary>
    public static string Cut(string text, int max)
    {
        if (text.Length <= max)
            return text;
        if (max < 1)
            return "";
        var length = 0;
        foreach (var grapheme in Graphemes(text))
        {
            if (length + grapheme.Length > max - 1)
                break;
            length += grapheme.Length;
        }
        return string.Concat(text.AsSpan(0, length), "…");
    }

    /// <summary>A time in each reader's own zone, with UTC for those who cannot draw it.</summary>
    /// <param name="time">When.</param>
    /// <param name="format">Slack's date tokens, such as <see cref="DateAndTime"/>.</param>
    public static string Date(DateTimeOffset time, string format = DateAndTime) =>
        string.Create(CultureInfo.InvariantCulture, $"<!date^{time.ToUnixTimeSeconds()}^{format}|{time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC>");

    /// <summary>A mention, which notifies.</summary>
    public static string User(string userId) => $"<@{Id(userId)}>";

    /// <summary>A mention of a user group, which notifies its people.</summary>
    public static string UserGroup(string userGroupId) => $"<!subteam^{Id(userGroupId)}>";

    public static string Channel(string channelId) => $"<#{Id(channelId)}>";

    /// <summary>A link; the text alone where <paramref name="url"/> is no http or https address.</summary>
    public static string Link(string url, string text)
    {
        var label = Escape(OneLine(text));
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return label;
        return $"<{Escape(uri.AbsoluteUri).Replace("|", "%7C", StringComparison.Ordinal)}|{(label.Length == 0 ? "link" : label)}>";
    }

    /// <summary>Code within a line. A backtick cannot be escaped there, so it becomes an apostrophe.</summary>
    public static string Code(string text)
    {
        var line = Escape(OneLine(text).Replace('`', '\''));
        return $"`{(string.IsNullOrWhiteSpace(line) ? " " : line)}`";
    }

    /// <summary>Code on lines of its own. Three backticks in a row are parted by characters of no width, so that the text cannot end the block.</summary>
    public static string CodeBlock(string text) => $"```\n{Escape(text).Replace("``", "`\u200b`\u200b", StringComparison.Ordinal).ReplaceLineEndings("\n")}\n```";

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static string Id(string id) => string.Concat(id.Where(char.IsAsciiLetterOrDigit));

    private static IEnumerable<string> Graphemes(string text)
    {
        var graphemes = StringInfo.GetTextElementEnumerator(text);
        while (graphemes.MoveNext())
            yield return graphemes.GetTextElement();
    }
}
