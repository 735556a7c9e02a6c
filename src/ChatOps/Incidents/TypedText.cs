using System.Text.RegularExpressions;

namespace ChatOps.Incidents;

/// <summary>What a person typed, from what Slack sends of it: Slack escapes three characters and writes mentions, channels and links in angle brackets.</summary>
public static partial class TypedText
{
    /// <summary>"&lt;@U1|ana&gt; saw a &lt;https://x.example|link&gt; &amp;lt; 5 %" is read as "@ana saw a https://x.example &lt; 5 %".</summary>
    public static string Read(string text) => Brackets().Replace(text, static m => Shown(m.Groups["what"].Value, m.Groups["label"]))
        .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal);

    /// <summary>The people in it whom Slack has turned into references: handle, as <see cref="Read"/> shows it without '@', to id.</summary>
    public static IReadOnlyDictionary<string, string> Mentions(string text)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (what, label) in Brackets().Matches(text).Select(m => (m.Groups["what"].Value, m.Groups["label"])))
        {
            if (what[0] == '@') found.TryAdd(Shown(what, label).TrimStart('@'), what[1..]);
        }
        return found;
    }

    private static string Shown(string what, Group label) => what[0] switch
    {
        // A name of several words must stay one word, or the verb would not know where it ends.
        '@' => label.Success ? "@" + Blanks().Replace(label.Value.TrimStart('@'), "_") : what,
        '#' => label.Success ? "#" + label.Value.TrimStart('#') : what,
        '!' => label.Success ? label.Value : what,
        _ => what,
    };

    [GeneratedRegex("<(?<what>[@#!]?[^<>|]+)(\\|(?<label>[^<>]*))?>", RegexOptions.NonBacktracking)]
    private static partial Regex Brackets();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();
}
