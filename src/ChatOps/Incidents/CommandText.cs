using System.Text;

namespace ChatOps.Incidents;

/// <summary>
/// What was typed after a verb: words and options. Phones turn <c>--</c> into a dash and straight quotes into curly ones;
/// both are read as what was meant.
/// </summary>
public sealed record CommandText
{
    /// <summary>Everything that is no option, in order; a quoted text is one word.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary><c>--name value</c> and <c>--name=value</c>; a switch has the value "".</summary>
    public required IReadOnlyDictionary<string, string> Options { get; init; }

    /// <summary>The words as one text.</summary>
    public string Text => string.Join(' ', Words);

    /// <param name="text">As typed.</param>
    /// <param name="switches">Options that take no value.</param>
    public static CommandText Parse(string text, params string[] switches) => Parse(text, switches, sentences: []);

    /// <param name="text">As typed.</param>
    /// <param name="switches">Options that take no value.</param>
    /// <param name="sentences">Options that take all words up to the next option, so that nobody needs quotation marks at night.</param>
    public static CommandText Parse(string text, IReadOnlyCollection<string> switches, IReadOnlyCollection<string> sentences)
    {
        var words = new List<string>();
        var options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var tokens = Split(text);
        for (var i = 0; i < tokens.Count; i++)
        {
            var (token, quoted) = tokens[i];
            if (quoted || OptionName(token) is not { } name)
            {
                words.Add(token);
                continue;
            }
            var equals = name.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) options[name[..equals]] = name[(equals + 1)..];
            else if (sentences.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                var said = tokens.Skip(i + 1).TakeWhile(t => t.Quoted || OptionName(t.Text) is null).Select(t => t.Text).ToList();
                options[name] = string.Join(' ', said);
                i += said.Count;
            }
            else if (switches.Contains(name, StringComparer.OrdinalIgnoreCase) || i + 1 >= tokens.Count) options[name] = "";
            else options[name] = tokens[++i].Text;
        }
        return new CommandText { Words = words, Options = options };
    }

    private static string? OptionName(string token) => token switch
    {
        ['-', '-', _, ..] => token[2..],
        ['—' or '–', _, ..] => token[1..],
        _ => null,
    };

    private static List<(string Text, bool Quoted)> Split(string text)
    {
        var tokens = new List<(string, bool)>();
        var current = new StringBuilder();
        char? quote = null;
        var quoted = false;
        foreach (var character in text)
        {
            if (quote is { } open)
            {
                if (Closes(open, character)) quote = null;
                else current.Append(character);
            }
            else if (current.Length == 0 && character is '"' or '“' or '„' or '«')
            {
                (quote, quoted) = (character, true);
            }
            else if (char.IsWhiteSpace(character))
            {
                End();
            }
            else
            {
                current.Append(character);
            }
        }
        End();
        return tokens;

        void End()
        {
            if (current.Length > 0 || quoted) tokens.Add((current.ToString(), quoted));
            current.Clear();
            quoted = false;
        }
    }

    private static bool Closes(char open, char character) => open switch
    {
        '"' => character is '"' or '”',
        '«' => character == '»',
        _ => character is '”' or '“' or '"',
    };
}
