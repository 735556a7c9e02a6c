using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.PostMortems;

/// <summary>
/// The text of sections: Markdown in which a person is <c>&lt;@U…&gt;</c>. What people, logs and platforms wrote enters it through <see cref="Said"/>,
/// after which it is letters and nothing else: no table, heading, link, tag or mention. Pure.
/// </summary>
internal static partial class SectionText
{
    private const string Special = "\\`*[]<>|~";

    /// <summary>Foreign text as one line of Markdown that means nothing but itself. Redacted as for Slack, where the document goes.</summary>
    public static string Said(string text)
    {
        var plain = Mention().Replace(Redactor.ForSlack(text), m => "@" + (m.Groups[2].Length > 0 ? m.Groups[2].Value : m.Groups[1].Value));
        return Escape(Blanks().Replace(plain, " ").Trim());
    }

    /// <summary>As <see cref="Said"/>, without the full stop that the sentence around it brings.</summary>
    public static string SaidWithin(string text) => Said(text).TrimEnd('.');

    /// <summary>Who did it: a mention, or ChatOps itself.</summary>
    public static string Who(string actor) =>
        actor == TimelineEntry.Bot ? "ChatOps" : UserId().IsMatch(actor) ? $"<@{actor}>" : Said(actor);

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The same day is not said twice.</summary>
    public static string TimeAfter(DateTimeOffset at, DateTimeOffset before) =>
        at.UtcDateTime.Date == before.UtcDateTime.Date ? at.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture) : Time(at);

    /// <summary>To the second, and as the two times read: each is cut at its second before.</summary>
    public static string Between(DateTimeOffset start, DateTimeOffset end)
    {
        var span = TimeSpan.FromSeconds(end.ToUnixTimeSeconds() - start.ToUnixTimeSeconds());
        return span switch
        {
            { TotalMinutes: < 1 } => $"{span.Seconds} s",
            { TotalHours: < 1 } => $"{span.Minutes} min {span.Seconds:00} s",
            _ => $"{(int)span.TotalHours} h {span.Minutes:00} min {span.Seconds:00} s",
        };
    }

    /// <summary>What a person wrote as Markdown: theirs to shape, but no heading, tag or open fence reaches the sections around it, and no secret stays.</summary>
    public static string Edited(string text)
    {
        var lines = Redactor.ForSlack(text.Replace("\0", "", StringComparison.Ordinal)).ReplaceLineEndings("\n").Trim('\n').Split('\n');
        var fenced = false;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                // A fence that also closes on its line, and fences of other lengths, are the ways out of it: one length, alone on its line.
                lines[i] = "```";
                fenced = !fenced;
            }
            else if (!fenced)
            {
                lines[i] = Tag().Replace(Heading().Replace(lines[i], @"$1\$2"), @"\<");
            }
        }
        return string.Join('\n', lines).TrimEnd() + (fenced ? "\n```" : "");
    }

    /// <summary>For the file: names instead of ids; an id stays where the name is not known.</summary>
    public static string WithNames(string text, IReadOnlyDictionary<string, string> names) => MentionOrId().Replace(text, m =>
    {
        var id = m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value;
        return "@" + (names.TryGetValue(id, out var name) ? Escape(Blanks().Replace(name, " ")) : id);
    });

    /// <summary>For a Slack message: mrkdwn of at most <paramref name="max"/> characters and the sign that something is gone. Only people of the incident are mentioned so that they notice.</summary>
    public static string ToMrkdwn(string text, IReadOnlySet<string> people, int max)
    {
        var result = new StringBuilder();
        foreach (Match token in Token().Matches(text))
        {
            var piece = token.Value switch
            {
                ['\\', '`'] => "'",
                ['\\', var literal] => Mrkdwn.Escape(literal.ToString()),
                ['<', '@', .. var id, '>'] => people.Contains(id) ? Mrkdwn.User(id) : "@" + id,
                "**" => "*",
                ['`', '`', ..] => "'",
                var plain => Mrkdwn.Escape(plain),
            };
            if (result.Length + piece.Length > max)
            {
                // Only plain text may be cut in the middle; it ends with the sign that says so.
                return token.Value[0] is '\\' or '<' or '*' or '`' ? result.Append('…').ToString() : result.Append(Mrkdwn.Escape(token.Value, max + 1 - result.Length)).ToString();
            }
            result.Append(piece);
        }
        return result.ToString();
    }

    private static string Escape(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var special = Special.Contains(c, StringComparison.Ordinal)
                || (c == '_' && !(i > 0 && i + 1 < text.Length && char.IsLetterOrDigit(text[i - 1]) && char.IsLetterOrDigit(text[i + 1])))
                || (c == '#' && i == 0)
                || (c == '&' && Entity().IsMatch(text.AsSpan(i)));
            if (special) result.Append('\\');
            result.Append(c);
        }
        return result.ToString();
    }

    [GeneratedRegex(@"<@([UW][A-Z0-9]+)(?:\|([^<>|]*))?>")]
    private static partial Regex Mention();

    [GeneratedRegex(@"<@([UW][A-Z0-9]+)>|@([UW][A-Z0-9]{5,})\b")]
    private static partial Regex MentionOrId();

    [GeneratedRegex(@"\A[UW][A-Z0-9]+\z")]
    private static partial Regex UserId();

    // Line separators of Unicode break a table as well as a line feed does.
    [GeneratedRegex(@"[\s\p{Cc}\u2028\u2029]+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\A&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+);")]
    private static partial Regex Entity();

    // A heading, the underline that makes the line above one, another kind of fence.
    [GeneratedRegex(@"\A(\s*(?:[>+*-]\s+|[0-9]+[.)]\s+)*)(#|=|-{2,}\s*\z|~~~)")]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?<!\\)<(?!@[UW][A-Z0-9]+>)")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\\[!-/:-@\[-`{-~]|<@[UW][A-Z0-9]+>|\*\*|`{2,}|[^\\<*`]+|.", RegexOptions.Singleline)]
    private static partial Regex Token();
}
