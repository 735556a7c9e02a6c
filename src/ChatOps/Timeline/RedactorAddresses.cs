using System.Buffers;
using System.Globalization;
using System.Net;

namespace ChatOps.Timeline;

/// <summary>Masks what leads to a person: e-mail addresses and IP addresses. Enough is left to see that two lines speak of the same network or company.</summary>
internal static class RedactorAddresses
{
    private const int LongestLocalPart = 64;

    private static readonly SearchValues<char> Local = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-'");
    private static readonly SearchValues<char> Domain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");
    private static readonly SearchValues<char> V6 = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static void Find(ReadOnlySpan<char> text, ref List<Redaction>? found)
    {
        FindEmail(text, ref found);
        FindV4(text, ref found);
        FindV6(text, ref found);
    }

    private static void FindEmail(ReadOnlySpan<char> text, ref List<Redaction>? found)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var step = text[i..].IndexOf('@');
            if (step < 0) return;
            i += step;
            var reach = Math.Max(0, i - LongestLocalPart);
            var start = text[reach..i].LastIndexOfAnyExcept(Local) + 1 + reach;
            while (start < i && !char.IsAsciiLetterOrDigit(text[start])) start++;
            if (start >= i) continue;
            var length = text[(i + 1)..].IndexOfAnyExcept(Domain);
            var domain = (length < 0 ? text[(i + 1)..] : text.Slice(i + 1, length)).TrimEnd(".-");
            var dot = domain.LastIndexOf('.');
            if (dot <= 0 || domain.Length - dot < 3 || domain[(dot + 1)..].IndexOfAnyInRange('0', '9') >= 0) continue;
            (found ??= []).Add(new Redaction(start + 1, i, "…"));
        }
    }

    private static void FindV4(ReadOnlySpan<char> text, ref List<Redaction>? found)
    {
        for (var i = 0; i < text.Length;)
        {
            var step = text[i..].IndexOfAnyInRange('0', '9');
            if (step < 0) return;
            i += step;
            var start = i;
            var second = 0;
            var parts = 0;
            var bad = i > 0 && (char.IsAsciiLetterOrDigit(text[i - 1]) || text[i - 1] is '.' or '_');
            while (true)
            {
                var partStart = i;
                while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
                if (i - partStart is 0 or > 3 || int.Parse(text[partStart..i], CultureInfo.InvariantCulture) > 255) bad = true;
                parts++;
                if (parts == 2) second = i;
                if (i + 1 >= text.Length || text[i] != '.' || !char.IsAsciiDigit(text[i + 1])) break;
                i++;
            }

            if (bad || parts != 4 || (i < text.Length && (char.IsAsciiLetter(text[i]) || text[i] == '_')) || IsHarmless(text[start..i]) || IsVersion(text[..start])) continue;
            (found ??= []).Add(new Redaction(second, i, ".x.x"));
        }
    }

    private static bool IsHarmless(ReadOnlySpan<char> address) => address.StartsWith("127.") || address is "0.0.0.0" or "255.255.255.255";

    private static bool IsVersion(ReadOnlySpan<char> before) => before.EndsWith("version ", StringComparison.OrdinalIgnoreCase) || before.EndsWith("version=", StringComparison.OrdinalIgnoreCase) || before.EndsWith("version: ", StringComparison.OrdinalIgnoreCase);

    private static void FindV6(ReadOnlySpan<char> text, ref List<Redaction>? found)
    {
        for (var i = 0; i < text.Length;)
        {
            var step = text[i..].IndexOf(':');
            if (step < 0) return;
            var colon = i + step;
            var start = colon;
            while (start > i && V6.Contains(text[start - 1])) start--;
            var length = text[colon..].IndexOfAnyExcept(V6);
            var end = length < 0 ? text.Length : colon + length;
            i = end;
            if (end - start is < 3 or > 45 || (start > 0 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] == '_')) || (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))) continue;
            while (end > start && text[end - 1] is '.' || (end - start > 2 && text[end - 1] == ':' && text[end - 2] != ':')) end--;
            var run = text[start..end];
            if (run.Count(':') < 2 || run.IndexOfAnyInRange('0', '9') < 0 || !IPAddress.TryParse(run, out var address) || IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any)) continue;
            if (address.IsIPv4MappedToIPv6) continue;
            var keep = run.IndexOf(':');
            if (keep + 1 < run.Length && run[(keep + 1)..].IndexOf(':') is var more and > 0) keep += 1 + more;
            (found ??= []).Add(new Redaction(start + Math.Max(keep, 0), end, ":x:x"));
        }
    }
}
