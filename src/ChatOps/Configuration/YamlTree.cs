using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ChatOps.Configuration;

/// <summary>A piece of a YAML file that remembers its line.</summary>
internal abstract record YamlNode(int Line);

/// <param name="Plain">Written without quotes, so that <c>1</c> is a number and <c>null</c> is nothing.</param>
internal sealed record YamlScalar(int Line, string Text, bool Plain) : YamlNode(Line)
{
    public bool IsNull => Plain && Text is "" or "~" or "null";
}

internal sealed record YamlList(int Line, IReadOnlyList<YamlNode> Items) : YamlNode(Line);

internal sealed record YamlMap(int Line, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line);

internal sealed record YamlEntry(int Line, string Key, YamlNode Value);

/// <summary>
/// Reads a file into <see cref="YamlNode"/>s. It refuses what a configuration has no use for and an attacker has:
/// aliases (a few lines that unfold into gigabytes), deep nesting, several documents.
/// </summary>
internal sealed class YamlTree
{
    private const int DeepestLevel = 16;

    private readonly IParser parser;
    private readonly Action<int, string, string> mistake;

    private YamlTree(IParser parser, Action<int, string, string> mistake) => (this.parser, this.mistake) = (parser, mistake);

    /// <summary>The root, or null after a mistake was reported.</summary>
    /// <param name="mistake">Line, what is wrong, what would be right.</param>
    public static YamlNode? Read(string text, Action<int, string, string> mistake)
    {
        // The parser takes a NUL for the end and would read half of the file.
        var odd = text.AsSpan().IndexOfAnyInRange('\0', '\u0008');
        if (odd >= 0)
        {
            mistake(text.AsSpan(0, odd).Count('\n') + 1, "a control character stands here", "write plain text");
            return null;
        }
        var events = new Parser(new StringReader(text));
        try
        {
            return new YamlTree(events, mistake).Document();
        }
        catch (YamlException e)
        {
            // The scanner notices some mistakes where the next token begins; a tab before it is the cause people can see.
            var line = Math.Max(1, (int)e.Start.Line);
            var tab = TabIndented(text, line, e.Message.Contains("tab", StringComparison.Ordinal));
            if (tab > 0) mistake(tab, "a tab indents this line", "indent with spaces");
            else mistake(line, $"not readable as YAML: {FirstSentence(e.Message)}", "check indentation, colons and quotes here and in the line before");
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // The parser itself stumbles over some broken input ("[/var/*x") instead of refusing it.
            mistake(Math.Max(1, (int)(events.Current?.End.Line ?? 1)), "not readable as YAML", "check indentation, brackets and quotes here and in the lines after");
            return null;
        }
        catch (RefusedException e)
        {
            mistake(e.Line, e.Message, e.WouldBeRight);
            return null;
        }
    }

    private YamlNode? Document()
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            mistake(1, "the file is empty", "start from chatops.example.yaml");
            return null;
        }
        var root = Node(1);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
            throw new RefusedException(Line(second), "a second document begins here", "keep everything in one document, without '---'");
        parser.Consume<StreamEnd>();
        return root;
    }

    private YamlNode Node(int level)
    {
        if (parser.TryConsume<Scalar>(out var scalar))
            return new YamlScalar(Line(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain);
        if (parser.Accept<AnchorAlias>(out var alias))
            throw new RefusedException(Line(alias), $"the alias '*{alias.Value}' is not supported", "write the value out");

        var start = parser.Current ?? throw new YamlException("The file ends too early.");
        if (level > DeepestLevel) throw new RefusedException(Line(start), $"nested deeper than {DeepestLevel} levels", "see chatops.example.yaml for the layout");
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<YamlNode>();
            while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(level + 1));
            return new YamlList(Line(start), items);
        }
        parser.Consume<MappingStart>();
        return Map(Line(start), level);
    }

    private YamlMap Map(int line, int level)
    {
        var entries = new List<YamlEntry>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
                throw new RefusedException(Line(parser.Current!), "a key must be a single word", "write 'name: value'");
            var value = Node(level + 1);
            if (lines.TryGetValue(key.Value, out var earlier))
            {
                mistake(Line(key), $"'{key.Value}' is already defined on line {earlier}", "keep one of the two");
                continue;
            }
            lines.Add(key.Value, Line(key));
            entries.Add(new(Line(key), key.Value, value));
        }
        return new(line, entries);
    }

    private static int Line(ParsingEvent e) => Math.Max(1, (int)e.Start.Line);

    /// <summary>The line of a tab in the indentation near that line (or anywhere below it, where the parser speaks of a tab); 0 where there is none.</summary>
    private static int TabIndented(string text, int line, bool below)
    {
        var lines = text.Split('\n');
        var last = below ? lines.Length : Math.Min(line + 1, lines.Length);
        for (var i = Math.Max(1, line - 1); i <= last; i++)
        {
            if (lines[i - 1].TakeWhile(char.IsWhiteSpace).Contains('\t') && lines[i - 1].Trim().Length > 0) return i;
        }
        return 0;
    }

    private static string FirstSentence(string message)
    {
        // Some messages begin with the position, which we show our own way.
        var text = message.StartsWith('(') && message.IndexOf("): ", StringComparison.Ordinal) is > 0 and var end ? message[(end + 3)..] : message;
        return text.TrimEnd('.', ' ');
    }

    private sealed class RefusedException(int line, string what, string wouldBeRight) : Exception(what)
    {
        public int Line => line;
        public string WouldBeRight => wouldBeRight;
    }
}
