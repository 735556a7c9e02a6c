using System.Text;

namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>A line that cannot be counted before the lines below it are seen: a Python trace, whose exception stands last, or a logger's head whose message stands on the next line.</summary>
internal sealed class PendingLine(LogGrouperOptions options)
{
    private readonly StringBuilder text = new();
    private DateTimeOffset at;
    private LogPeriod period;
    private int held;

    public bool IsOpen { get; private set; }

    public bool IsTrace { get; private set; }

    public void Open(DateTimeOffset when, ReadOnlySpan<char> line, LogPeriod from, bool isTrace)
    {
        text.Clear().Append(line);
        (at, period, held, IsOpen, IsTrace) = (when, from, 1, true, isTrace);
    }

    public void Append(ReadOnlySpan<char> line)
    {
        held++;
        var room = options.MaxDetailLength - text.Length;
        if (room > 1) text.Append('\n').Append(line[..Math.Min(room - 1, line.Length)]);
    }

    /// <param name="line">The line that completes it; empty where none came.</param>
    /// <param name="when">Time of its first line.</param>
    /// <param name="whole">What counts as the line.</param>
    /// <param name="detail">What belongs to the sample besides.</param>
    /// <param name="lines">Lines held, without <paramref name="line"/>.</param>
    /// <param name="from">Period of its first line.</param>
    public void Close(ReadOnlySpan<char> line, out DateTimeOffset when, out string whole, out string detail, out int lines, out LogPeriod from)
    {
        (when, lines, from, IsOpen) = (at, held, period, false);
        var before = text.ToString();
        var firstLine = before.AsSpan();
        if (firstLine.IndexOf('\n') is var end and >= 0) firstLine = firstLine[..end];
        if (IsTrace)
        {
            whole = line.IsEmpty ? firstLine.ToString() : line.ToString();
            detail = line.IsEmpty ? before[firstLine.Length..].TrimStart('\n') : before;
        }
        else
        {
            whole = line.IsEmpty ? before : string.Concat(before, " ", line.Trim());
            detail = string.Empty;
        }

        if (whole.Length > options.MaxLineLength) whole = whole[..options.MaxLineLength];
    }
}
