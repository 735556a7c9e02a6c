using System.Text;

namespace ChatOps.Timeline;

/// <summary>
/// Takes secrets out of text before it leaves: to Slack, to Postgres, to a log. Each is replaced by what it was: <c>[redacted password]</c>.
/// Linear in the length of the text, whatever is in it; redacting twice is redacting once. Where a word after a secret's name might be harmless it goes all the same,
/// unless it is one that states say ("token: expired").
/// </summary>
public static class Redactor
{
    /// <summary>A replacement may bring two halves of something together; by experience the second look finds the last.</summary>
    private const int MostPasses = 4;

    /// <summary>For the record and for logs: secrets are gone, addresses stay.</summary>
    public static string ForRecord(string text) => UntilStable(text, maskAddresses: false);

    /// <summary>For Slack: secrets are gone, e-mail and IP addresses are masked (<c>a…@example.com</c>, <c>10.1.x.x</c>); loopback and ports stay.</summary>
    public static string ForSlack(string text) => UntilStable(text, maskAddresses: true);

    private static string UntilStable(string text, bool maskAddresses)
    {
        for (var pass = 0; pass < MostPasses; pass++)
        {
            List<Redaction>? found = null;
            if (RedactorTokens.MayFind(text) || RedactorKeys.MayFind(text))
            {
                found = [];
                RedactorTokens.Find(text, found);
                RedactorKeys.Find(text, found);
            }

            RedactorCards.Find(text, ref found);
            if (maskAddresses) RedactorAddresses.Find(text, ref found);
            if (found is null or { Count: 0 }) return text;
            // What was beside one address may look like another now; a mask that stays as it is ends it.
            var next = Replace(text, found);
            if (next == text) return text;
            text = next;
        }

        return text;
    }

    /// <summary>Where findings overlap, all that any of them covers goes, under the name of the first.</summary>
    private static string Replace(string text, List<Redaction> found)
    {
        found.Sort();
        var result = new StringBuilder(text.Length);
        var at = 0;
        for (var i = 0; i < found.Count; i++)
        {
            var (start, end, replacement) = found[i];
            while (i + 1 < found.Count && found[i + 1].Start < end)
            {
                i++;
                end = Math.Max(end, found[i].End);
            }

            result.Append(text, at, start - at).Append(replacement);
            at = end;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }
}

/// <summary>A stretch of text and what stands there afterwards.</summary>
internal readonly record struct Redaction(int Start, int End, string Replacement) : IComparable<Redaction>
{
    /// <summary>By start; of those with one start a secret before an address, the longer first.</summary>
    public int CompareTo(Redaction other)
    {
        var order = Start.CompareTo(other.Start);
        if (order == 0) order = other.Replacement.StartsWith('[').CompareTo(Replacement.StartsWith('['));
        if (order == 0) order = other.End.CompareTo(End);
        return order == 0 ? string.CompareOrdinal(Replacement, other.Replacement) : order;
    }

    public static bool operator <(Redaction left, Redaction right) => left.CompareTo(right) < 0;

    public static bool operator >(Redaction left, Redaction right) => left.CompareTo(right) > 0;

    public static bool operator <=(Redaction left, Redaction right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Redaction left, Redaction right) => left.CompareTo(right) >= 0;
}
