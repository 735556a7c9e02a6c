using System.Text;

namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>Writes a pattern's template from its sample: constants as they stand, values as placeholders that say what kind of value it is.</summary>
internal static class TemplateText
{
    private const int Longest = 400;
    private const string Other = "<*>";

    /// <remarks>A place that is a value in <paramref name="tokens"/>, the merged skeleton, and a word in the sample becomes <c>&lt;*&gt;</c>.</remarks>
    public static string Write(string sample, LineReader reader, ReadOnlySpan<uint> tokens, bool isPrefix)
    {
        reader.Read(sample);
        var scanner = reader.Scanner;
        var line = sample.AsSpan();
        var text = new StringBuilder(Math.Min(sample.Length, Longest));
        var at = reader.FieldLevel == LineLevel.Unknown ? 0 : -1;
        var merged = 0;
        for (var i = 0; i < scanner.Tokens.Length && text.Length < Longest; i++)
        {
            var own = scanner.Tokens[i];
            if (isPrefix && i >= tokens.Length) break;
            if (merged < tokens.Length && tokens[merged] == own) merged++;
            else if (merged < tokens.Length && tokens[merged] == LineScanner.Value) (own, merged) = (LineScanner.Value, merged + 1);
            // A value of the merged skeleton may stand for several words of the sample.
            else if (merged > 0 && tokens[merged - 1] == LineScanner.Value) own = LineScanner.Value;

            var start = scanner.Starts[i];
            if (start < 0)
            {
                if (text.Length > 0 && i < scanner.Tokens.Length - 1) text.Append(" | ");
                if (own == LineScanner.ServerError) text.Append(" <5xx>");
                at = -1;
                continue;
            }

            if (at >= 0 && start > at) Glue(text, line[at..start]);
            var end = scanner.Ends[i];
            if (own == LineScanner.ServerError) text.Append("<5xx>");
            else if (own != LineScanner.Value) text.Append(line[start..end]);
            else if (scanner.Tokens[i] != LineScanner.Value) text.Append(Other);
            else Place(text, ValueKinds.Placeholder(line[start..end]));
            at = Balance(line, start, end);
        }

        if (isPrefix || text.Length >= Longest) text.Append(" …");
        else if (at >= 0 && reader.FieldLevel == LineLevel.Unknown && at < line.Length && line.Length - at < 40) Glue(text, line[at..]);
        return text.Length == 0 ? Other : text.ToString().TrimEnd();
    }

    private static void Place(StringBuilder text, string placeholder)
    {
        if (placeholder == "<url>" && text.Length > 5 && text[^1] == ':')
        {
            // The scheme was read as a word of its own.
            var scheme = text.Length - 1;
            while (scheme > 0 && char.IsAsciiLetter(text[scheme - 1])) scheme--;
            text.Length = scheme;
        }

        text.Append(placeholder);
    }

    /// <summary>What stands between two words, without what would break a line apart.</summary>
    private static void Glue(StringBuilder text, ReadOnlySpan<char> between)
    {
        foreach (var c in between)
        {
            if (!char.IsControl(c) && (c != ' ' || text.Length == 0 || text[^1] != ' ')) text.Append(c);
            else if (char.IsWhiteSpace(c) && text.Length > 0 && text[^1] != ' ') text.Append(' ');
        }
    }

    /// <summary>Several values in a row may have swallowed an opening bracket; then the closing one goes too.</summary>
    private static int Balance(ReadOnlySpan<char> line, int start, int end)
    {
        if (end >= line.Length || line[end] is not (')' or ']' or '"' or '}' or '>')) return end;
        var opening = line[end] switch { ')' => '(', ']' => '[', '}' => '{', '>' => '<', var same => same };
        return line[start..end].Count(opening) > line[start..end].Count(line[end] == opening ? '\0' : line[end]) ? end + 1 : end;
    }
}
