using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>
/// Reads a line once and leaves its skeleton: one number per constant word, 0 for a value. Punctuation does not count, neighbouring values count as one
/// (so that lists, dates and addresses of any length look alike), a unit belongs to its number. Nothing is allocated per line.
/// </summary>
internal sealed class LineScanner
{
    /// <summary>Words beyond this are left out of the skeleton.</summary>
    public const int MaxTokens = 96;

    /// <summary>Token of a value.</summary>
    public const uint Value = 0;

    /// <summary>Token of a status from 500 to 599.</summary>
    public const uint ServerError = 0x5005_0055;

    private readonly uint[] tokens = new uint[MaxTokens];
    private readonly int[] starts = new int[MaxTokens];
    private readonly int[] ends = new int[MaxTokens];
    private int count;

    public ReadOnlySpan<uint> Tokens => tokens.AsSpan(0, count);

    /// <summary>Where in the line each token stands; -1 for one that was added.</summary>
    public ReadOnlySpan<int> Starts => starts.AsSpan(0, count);

    public ReadOnlySpan<int> Ends => ends.AsSpan(0, count);

    public void Reset() => count = 0;

    /// <summary>A token that has no place in the text.</summary>
    public void Add(uint token)
    {
        if (count < MaxTokens) Put(token, -1, -1);
    }

    public ulong Hash()
    {
        var h = 0x9E37_79B9_7F4A_7C15UL;
        foreach (var token in Tokens)
        {
            h = (h ^ token) * 0xD6E8_FEB8_6659_FD93UL;
            h ^= h >> 32;
        }

        return h;
    }

    /// <summary>Adds the words of <paramref name="text"/>, which stands at <paramref name="offset"/> of the line.</summary>
    public void Scan(ReadOnlySpan<char> text, int offset)
    {
        ref var table = ref MemoryMarshal.GetReference(CharKinds.Ascii);
        var beforeStart = 0;
        var beforeEnd = 0;
        var first = count;
        var i = 0;
        while (i < text.Length && count < MaxTokens)
        {
            var start = i;
            var kinds = 0;
            for (; i < text.Length; i++)
            {
                var c = text[i];
                int kind = c < 128 ? Unsafe.Add(ref table, c) : CharKinds.Lower;
                if (kind >= CharKinds.Separator) break;
                kinds |= kind;
            }

            if (i > start)
            {
                if ((kinds & CharKinds.Slash) != 0 && i < text.Length && text[i] == '?') i = EndOfQuery(text, i);
                Word(text, start, i, kinds, offset, beforeStart, beforeEnd, first);
                beforeStart = start;
                beforeEnd = i;
            }

            if (i >= text.Length) break;
            if (text[i] > ' ') Absent(text, i, offset, first);
            i++;
        }
    }

    private void Word(ReadOnlySpan<char> text, int start, int end, int kinds, int offset, int beforeStart, int beforeEnd, int first)
    {
        var word = text[start..end];
        if ((kinds & (CharKinds.Lower | CharKinds.Upper | CharKinds.Digit)) == 0 && word[0] != '/') return;

        if (Words.IsValue(word, kinds))
        {
            if (word.Length == 3 && word[0] == '5' && beforeEnd > beforeStart && Words.IsServerError(word, text[beforeStart..beforeEnd]))
                Put(ServerError, offset + start, offset + end);
            else
                PutValue(offset + start, offset + end, first);
            return;
        }

        var afterValue = count > first && tokens[count - 1] == Value;
        if (word.Length <= 12)
        {
            var glue = start > 0 ? text[start - 1] : '\0';
            if (glue == ' ' && start > 1) glue = text[start - 2];
            if (glue is '=' or ':' or '"' && Words.IsLiteral(word))
            {
                PutValue(offset + start, offset + end, first);
                return;
            }

            if (afterValue && start > 0 && text[start - 1] == ' ' && beforeEnd == start - 1 && Words.IsUnit(word))
            {
                ends[count - 1] = offset + end;
                return;
            }

            if (word.Length <= 4 && kinds == CharKinds.Lower && Words.IsShortHex(word))
            {
                var inAddress = (afterValue && start > 0 && text[start - 1] == ':' && beforeEnd >= start - 2)
                    || (end + 1 < text.Length && text[end] == ':' && (text[end + 1] == ':' || (word.Length == 2 && char.IsAsciiHexDigit(text[end + 1]))));
                if (inAddress)
                {
                    PutValue(offset + start, offset + end, first);
                    return;
                }
            }
        }

        Put(HashOf(word), offset + start, offset + end);
    }

    /// <summary><c>()</c> alone and <c>key=</c> with nothing behind it are values that are absent.</summary>
    private void Absent(ReadOnlySpan<char> text, int i, int offset, int first)
    {
        var next = i + 1 < text.Length ? text[i + 1] : ' ';
        switch (text[i])
        {
            case '=' when i > 0 && text[i - 1] is not (' ' or '=' or '!' or '<' or '>') && next is ' ' or ',' or ';' or '&' or ')' or ']' or '}':
                PutValue(offset + i + 1, offset + i + 1, first);
                break;
            case '(' when next == ')':
            case '[' when next == ']':
            case '"' when next == '"':
            case '\'' when next == '\'':
                if (i == 0 || text[i - 1] is ' ' or '=' or ':') PutValue(offset + i, offset + i + 2, first);
                break;
        }
    }

    private static int EndOfQuery(ReadOnlySpan<char> text, int from)
    {
        var length = text[from..].IndexOfAny(" \t\"'>");
        return length < 0 ? text.Length : from + length;
    }

    private void PutValue(int start, int end, int first)
    {
        if (count > first && tokens[count - 1] == Value) ends[count - 1] = end;
        else if (count < MaxTokens) Put(Value, start, end);
    }

    private void Put(uint token, int start, int end)
    {
        tokens[count] = token;
        starts[count] = start;
        ends[count] = end;
        count++;
    }

    /// <summary>Never <see cref="Value"/>. The same in every process, so that results can be compared.</summary>
    public static uint HashOf(ReadOnlySpan<char> word)
    {
        var bytes = MemoryMarshal.AsBytes(word);
        var h = 0xCBF2_9CE4_8422_2325UL ^ (uint)bytes.Length;
        while (bytes.Length >= 8)
        {
            h = (h ^ MemoryMarshal.Read<ulong>(bytes)) * 0xD6E8_FEB8_6659_FD93UL;
            h ^= h >> 29;
            bytes = bytes[8..];
        }

        var rest = 0UL;
        foreach (var b in bytes) rest = (rest << 8) | b;
        h = (h ^ rest) * 0xD6E8_FEB8_6659_FD93UL;
        h ^= h >> 32;
        return (uint)h == Value ? 1 : (uint)h;
    }
}
