using System.Buffers;

namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>
/// Finds in a JSON or logfmt line the few fields that say what happened: level, message, error, server-error status. The rest (ids, times, hosts) varies from line to line.
/// Reads forward only and believes nothing: a line that is cut off or not quite JSON yields what was found before.
/// </summary>
internal ref struct StructuredLine
{
    private const int MostPieces = 4;
    private const int DeepestKey = 2;

    private static readonly SearchValues<char> JsonMarks = SearchValues.Create("\"{}[],");

    private PieceBuffer pieces;

    public int PieceCount { get; private set; }

    public LineLevel Level { get; private set; }

    public bool ServerError { get; private set; }

    public readonly Range Piece(int index) => pieces[index];

    /// <summary>False: read the line as plain text.</summary>
    public static bool TryRead(ReadOnlySpan<char> line, out StructuredLine found)
    {
        found = default;
        if (line.Length < 8) return false;
        if (line[0] == '{') found.ReadJson(line);
        else if (line.Contains("msg=", StringComparison.Ordinal) || line.Contains("message=", StringComparison.Ordinal)) found.ReadLogfmt(line);
        return found.PieceCount > 0;
    }

    private void ReadJson(ReadOnlySpan<char> line)
    {
        var depth = 0;
        var underError = false;
        var i = 0;
        var key = default(Range);
        var hasKey = false;
        while (i < line.Length)
        {
            var step = line[i..].IndexOfAny(JsonMarks);
            if (hasKey && step > 0) Field(line, key, (i + 1)..(i + step), isText: false, underError);
            if (step < 0) return;
            i += step;
            switch (line[i])
            {
                case '{' or '[':
                    if (hasKey) underError = IsError(line[key]);
                    depth++;
                    break;
                case '}' or ']':
                    depth--;
                    underError = false;
                    break;
                case '"':
                    var end = EndOfString(line, i + 1);
                    var text = (i + 1)..end;
                    i = Math.Min(end, line.Length - 1);
                    if (!hasKey && i + 1 < line.Length && line[(i + 1)..].TrimStart() is [':', ..])
                    {
                        key = text;
                        hasKey = depth <= DeepestKey;
                        i = i + 1 + line[(i + 1)..].IndexOf(':');
                        continue;
                    }

                    if (hasKey) Field(line, key, text, isText: true, underError);
                    break;
            }

            hasKey = false;
            i++;
        }
    }

    private static int EndOfString(ReadOnlySpan<char> line, int from)
    {
        while (from < line.Length)
        {
            var step = line[from..].IndexOfAny('"', '\\');
            if (step < 0) return line.Length;
            from += step;
            if (line[from] == '"') return from;
            from += 2;
        }

        return line.Length;
    }

    private void ReadLogfmt(ReadOnlySpan<char> line)
    {
        var i = 0;
        while (i < line.Length)
        {
            var equals = line[i..].IndexOf('=');
            if (equals < 0) return;
            equals += i;
            var start = equals;
            while (start > i && line[start - 1] is not (' ' or '\t' or ',')) start--;
            var from = equals + 1;
            int end;
            var quoted = from < line.Length && line[from] == '"';
            if (quoted)
            {
                from++;
                end = EndOfString(line, from);
            }
            else
            {
                var length = line[from..].IndexOfAny(' ', '\t');
                end = length < 0 ? line.Length : from + length;
            }

            if (start < equals) Field(line, start..equals, from..Math.Max(from, end), quoted, underError: false);
            i = Math.Max(end, equals) + 1;
        }
    }

    private void Field(ReadOnlySpan<char> line, Range keyRange, Range valueRange, bool isText, bool underError)
    {
        var key = line[keyRange];
        var value = line[valueRange];
        if (key.Length > 32) return;
        if (key.LastIndexOf('.') is var dot and > 0 && !key.SequenceEqual("error.stack_trace")) key = key[(dot + 1)..];
        if (key.StartsWith('@')) key = key[1..];
        switch (key)
        {
            case "level" or "lvl" or "severity" or "loglevel" or "log_level" or "l" or "Level" or "LogLevel" or "levelname" or "priority" or "SeverityText":
                if (Level == LineLevel.Unknown) Level = LevelWords.Named(value.Trim(" :"));
                break;
            case "status" or "status_code" or "statusCode" or "http_status" or "StatusCode":
                ServerError |= value.Trim(" :") is ['5', _, _];
                break;
            case "msg" or "message" or "Message" or "event" or "log" or "MESSAGE" or "textPayload" or "@mt" or "mt" or "@m" or "error" or "err" or "exception" or "Exception" or "error_message" or "err_msg" or "reason" or "cause" or "x" or "exc_info" or "stack_trace":
                if (isText || key is "msg" or "message" or "err" or "error" or "reason") Take(line, valueRange);
                break;
            case "code" or "type" or "name" or "class" when underError && isText:
                Take(line, valueRange);
                break;
        }
    }

    private void Take(ReadOnlySpan<char> line, Range range)
    {
        var (start, length) = range.GetOffsetAndLength(line.Length);
        var text = line.Slice(start, length);
        var firstLine = text.IndexOf("\\n", StringComparison.Ordinal);
        if (firstLine > 0) length = firstLine;
        if (length == 0 || PieceCount == MostPieces || line.Slice(start, length).Trim(" :") is "" or "null" or "true" or "false") return;
        pieces[PieceCount++] = start..(start + length);
    }

    private static bool IsError(ReadOnlySpan<char> key) => key is "error" or "err" or "exception" or "cause" or "Exception";

    [System.Runtime.CompilerServices.InlineArray(MostPieces)]
    private struct PieceBuffer
    {
        private Range first;
    }
}
