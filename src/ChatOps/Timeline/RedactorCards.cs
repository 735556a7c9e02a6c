namespace ChatOps.Timeline;

/// <summary>Payment card numbers: 14 to 16 digits that begin as the card schemes' do, in one piece or in groups, with a valid check digit (ISO/IEC 7812).</summary>
internal static class RedactorCards
{
    public static void Find(ReadOnlySpan<char> text, ref List<Redaction>? found)
    {
        Span<char> digits = stackalloc char[16];
        for (var i = 0; i < text.Length;)
        {
            var step = text[i..].IndexOfAnyInRange('2', '6');
            if (step < 0) return;
            i += step;
            if (i > 0 && Touches(text[i - 1]))
            {
                i++;
                while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
                continue;
            }

            var start = i;
            var count = 0;
            var groups = 1;
            for (; i < text.Length; i++)
            {
                if (char.IsAsciiDigit(text[i]))
                {
                    if (count < 16) digits[count] = text[i];
                    count++;
                }
                else if (text[i] is ' ' or '-' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]) && i - start is 4 or 9 or 11 or 14 && text[i] == text[start + 4])
                {
                    groups++;
                }
                else
                {
                    break;
                }
            }

            if (count is < 14 or > 16 || groups is not (1 or 3 or 4)) continue;
            if (i < text.Length && Touches(text[i]) && !(text[i] is '.' && (i + 1 == text.Length || !char.IsAsciiDigit(text[i + 1])))) continue;
            if (Begins(digits, count) && HasCheckDigit(digits[..count])) (found ??= []).Add(new Redaction(start, i, "[redacted card number]"));
        }
    }

    private static bool Touches(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';

    private static bool Begins(ReadOnlySpan<char> d, int count) => count switch
    {
        14 => d[0] == '3' && d[1] is '0' or '6' or '8' or '9',
        15 => d[0] == '3' && d[1] is '4' or '7',
        _ => d[0] == '4' || (d[0] == '5' && d[1] is >= '1' and <= '5') || (d[0] == '2' && d[1] is >= '2' and <= '7') || (d[0] == '6' && d[1] is '0' or '4' or '5'),
    };

    private static bool HasCheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var d = digits[digits.Length - 1 - i] - '0';
            if (i % 2 == 1) d = d > 4 ? (2 * d) - 9 : 2 * d;
            sum += d;
        }

        return sum % 10 == 0;
    }
}
