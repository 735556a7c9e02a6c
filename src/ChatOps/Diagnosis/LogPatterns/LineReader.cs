namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>From a line to its skeleton: structured where it is, plain text otherwise. Reused from line to line; not safe for two threads.</summary>
internal sealed class LineReader
{
    private const uint PieceMark = 0x0101_0107;
    private const uint LevelMark = 0x0101_0200;

    public LineScanner Scanner { get; } = new();

    /// <summary>The level that a structured line states in a field of its own.</summary>
    public LineLevel FieldLevel { get; private set; }

    public void Read(ReadOnlySpan<char> line)
    {
        Scanner.Reset();
        FieldLevel = LineLevel.Unknown;
        if (StructuredLine.TryRead(line, out var fields))
        {
            FieldLevel = fields.Level;
            if (fields.Level != LineLevel.Unknown) Scanner.Add(LevelMark + (uint)fields.Level);
            for (var i = 0; i < fields.PieceCount; i++)
            {
                if (i > 0) Scanner.Add(PieceMark);
                var (start, length) = fields.Piece(i).GetOffsetAndLength(line.Length);
                Scanner.Scan(line.Slice(start, length), start);
            }

            if (fields.ServerError) Scanner.Add(LineScanner.ServerError);
        }
        else
        {
            Scanner.Scan(line, 0);
        }
    }

    /// <summary>The level of the line that was read last.</summary>
    public LineLevel LevelOf(ReadOnlySpan<char> line)
    {
        if (FieldLevel != LineLevel.Unknown) return FieldLevel;
        var level = LevelWords.Detect(line);
        return level == LineLevel.Unknown && Scanner.Tokens.Contains(LineScanner.ServerError) ? LineLevel.Error : level;
    }
}
