namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>What a character may be part of: the one table that the line scanner looks into.</summary>
internal static class CharKinds
{
    public const byte Lower = 1;
    public const byte Upper = 2;
    public const byte Digit = 4;
    public const byte Slash = 8;
    public const byte Dot = 16;
    public const byte Joint = 32;
    public const byte At = 64;

    /// <summary>Ends a word. <see cref="Space"/> has no other bit, punctuation has.</summary>
    public const byte Separator = 128;
    public const byte Space = Separator;
    public const byte Punctuation = Separator | 1;

    /// <summary>For U+0000 to U+007F; everything above is a letter (<see cref="Lower"/>).</summary>
    public static ReadOnlySpan<byte> Ascii => Table;

    private static readonly byte[] Table = Build();

    private static byte[] Build()
    {
        var table = new byte[128];
        for (var c = 0; c < 128; c++)
        {
            table[c] = (char)c switch
            {
                >= 'a' and <= 'z' => Lower,
                >= 'A' and <= 'Z' => Upper,
                >= '0' and <= '9' => Digit,
                '/' or '\\' => Slash,
                '.' => Dot,
                '_' or '-' or '+' or '~' or '$' or '%' or '*' or '#' or '^' => Joint,
                '@' => At,
                <= ' ' or (char)127 => Space,
                _ => Punctuation,
            };
        }

        return table;
    }
}
