using System.Buffers;

namespace ChatOps.Timeline;

/// <summary>Secrets that are known by their own shape, whatever stands around them.</summary>
internal static class RedactorTokens
{
    private const string Begin = "-----BEGIN ";
    private const string PrivateKey = "PRIVATE KEY";
    private const int LongestUserInfo = 512;
    private const int LongestJwtHeader = 4096;

    /// <summary>Prefix, fewest characters after it, what it is. As their makers document them for secret scanning.</summary>
    private static readonly (string Prefix, int Fewest, string Kind)[] Shapes =
    [
        ("AKIA", 12, "AWS key id"), ("ASIA", 12, "AWS key id"),
        ("ghp_", 20, "GitHub token"), ("gho_", 20, "GitHub token"), ("ghu_", 20, "GitHub token"), ("ghs_", 20, "GitHub token"), ("ghr_", 20, "GitHub token"), ("github_pat_", 20, "GitHub token"),
        ("glpat-", 16, "GitLab token"), ("gldt-", 16, "GitLab token"), ("glrt-", 16, "GitLab token"), ("glptt-", 16, "GitLab token"),
        ("xoxb-", 8, "Slack token"), ("xoxp-", 8, "Slack token"), ("xoxa-", 8, "Slack token"), ("xoxs-", 8, "Slack token"), ("xoxr-", 8, "Slack token"), ("xoxe-", 8, "Slack token"), ("xoxe.", 8, "Slack token"), ("xoxc-", 8, "Slack token"), ("xoxd-", 8, "Slack token"), ("xapp-", 8, "Slack token"),
        ("sk_live_", 10, "Stripe key"), ("sk_test_", 10, "Stripe key"), ("rk_live_", 10, "Stripe key"), ("rk_test_", 10, "Stripe key"), ("whsec_", 16, "webhook secret"),
        ("AIza", 30, "Google key"), ("ya29.", 20, "Google token"), ("npm_", 30, "npm token"), ("pypi-", 40, "PyPI token"),
        ("sk-ant-", 20, "API key"), ("sk-proj-", 20, "API key"), ("dop_v1_", 32, "DigitalOcean token"), ("hvs.", 20, "Vault token"), ("hf_", 30, "API key"), ("SG.", 40, "SendGrid key"), ("fm2_", 32, "Fly token"), ("fo1_", 32, "Fly token"),
        ("eyJ", 16, "JWT"),
    ];

    private static readonly SearchValues<string> AnyPrefix = SearchValues.Create(Prefixes.ToArray(), StringComparison.Ordinal);

    private static readonly SearchValues<string> Marks = SearchValues.Create(["://", "bearer ", "basic ", PrivateKey, "hooks.slack.com"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> TokenChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.~+/=%");

    private static readonly SearchValues<char> DotlessChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-~+/=%");

    private static readonly SearchValues<char> HardEnd = SearchValues.Create(" \t\r\n\"'`<>|");

    private static IEnumerable<string> Prefixes => Shapes.Select(s => s.Prefix);

    /// <summary>False: there is nothing here to find, as in most lines of most logs. A few short searches: one for all marks of all kinds at once stops at every third word.</summary>
    public static bool MayFind(ReadOnlySpan<char> text) => text.ContainsAny(AnyPrefix) || text.ContainsAny(Marks);

    public static void Find(ReadOnlySpan<char> text, List<Redaction> found)
    {
        FindShapes(text, found);
        FindPem(text, found);
        FindUserInfo(text, found);
        FindWebhooks(text, found);
        FindScheme(text, "bearer ", found);
        FindScheme(text, "basic ", found);
    }

    private static void FindShapes(ReadOnlySpan<char> text, List<Redaction> found)
    {
        var sawAws = false;
        for (var at = 0; at < text.Length;)
        {
            var step = text[at..].IndexOfAny(AnyPrefix);
            if (step < 0) break;
            at += step;
            var free = at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]);
            var end = at;
            if (free)
            {
                foreach (var (prefix, fewest, kind) in Shapes)
                {
                    if (!text[at..].StartsWith(prefix) || (kind == "JWT" && !text.Slice(at, Math.Min(LongestJwtHeader, text.Length - at)).Contains('.'))) continue;
                    var stop = EndOfToken(text, at, allowDot: kind is "JWT" or "Google token" or "SendGrid key" or "Slack token" or "Vault token");
                    if (stop - at - prefix.Length < fewest || (kind == "JWT" && !text[at..stop].Contains('.'))) continue;
                    found.Add(new Redaction(at, stop, $"[redacted {kind}]"));
                    sawAws |= kind == "AWS key id";
                    end = stop;
                    break;
                }
            }

            at = Math.Max(end, at + 1);
        }

        if (sawAws) FindAwsSecrets(text, found);
    }

    /// <summary>The secret half has no mark of its own: forty characters of base64 near a key id.</summary>
    private static void FindAwsSecrets(ReadOnlySpan<char> text, List<Redaction> found)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] is '/' or '+')) i++;
            var run = text[start..i];
            if (run.Length == 40 && run.IndexOfAnyInRange('A', 'Z') >= 0 && run.IndexOfAnyInRange('g', 'z') >= 0 && run.IndexOfAnyInRange('0', '9') >= 0) found.Add(new Redaction(start, i, "[redacted AWS secret key]"));
        }
    }

    /// <summary>From the first dash to the last; a key that is cut off goes to the end of the text.</summary>
    private static void FindPem(ReadOnlySpan<char> text, List<Redaction> found)
    {
        for (var at = 0; at < text.Length;)
        {
            var begin = text[at..].IndexOf(Begin);
            if (begin < 0) return;
            begin += at;
            var head = text.Slice(begin, Math.Min(80, text.Length - begin));
            if (head.IndexOf(PrivateKey) < 0)
            {
                at = begin + Begin.Length;
                continue;
            }

            var after = begin + head.IndexOf(PrivateKey) + PrivateKey.Length;
            var end = text[after..].IndexOf("-----END ");
            var stop = text.Length;
            if (end >= 0)
            {
                var tail = text[(after + end + 9)..];
                var dashes = tail.IndexOf("-----");
                if (dashes is >= 0 and < 80) stop = after + end + 9 + dashes + 5;
            }

            found.Add(new Redaction(begin, stop, "[redacted private key]"));
            at = stop;
        }
    }

    /// <summary><c>scheme://user:password@host</c>; also a long token in place of the user.</summary>
    private static void FindUserInfo(ReadOnlySpan<char> text, List<Redaction> found)
    {
        for (var at = 0; at < text.Length;)
        {
            var step = text[at..].IndexOf("://");
            if (step < 0) return;
            at += step + 3;
            var rest = text.Slice(at, Math.Min(LongestUserInfo, text.Length - at));
            if (rest.IndexOfAny(HardEnd) is var end and >= 0) rest = rest[..end];
            if (rest.IndexOf("://") is var next and >= 0) rest = rest[..next];
            var authority = rest.IndexOfAny("/?#") is var slash and >= 0 ? rest[..slash] : rest;
            var host = authority.LastIndexOf('@');
            var colon = authority.IndexOf(':');
            if (host < 0 && colon >= 0 && authority[(colon + 1)..].IndexOfAnyExceptInRange('0', '9') >= 0) host = rest.LastIndexOf('@');
            if (host <= 0) continue;
            if (colon >= 0 && colon < host - 1) found.Add(new Redaction(at + colon + 1, at + host, "[redacted password]"));
            else if (colon < 0 && host >= 20) found.Add(new Redaction(at, at + host, "[redacted token]"));
        }
    }

    private static void FindWebhooks(ReadOnlySpan<char> text, List<Redaction> found)
    {
        const string mark = "hooks.slack.com/";
        for (var at = 0; at < text.Length;)
        {
            var step = text[at..].IndexOf(mark, StringComparison.OrdinalIgnoreCase);
            if (step < 0) return;
            at += step + mark.Length;
            var end = EndOfToken(text, at, allowDot: false);
            if (end - at > 12) found.Add(new Redaction(at, end, "[redacted webhook]"));
            at = end;
        }
    }

    /// <summary>A credential after <c>Bearer</c> or <c>Basic</c>, if it looks like one and not like the next word of a sentence.</summary>
    private static void FindScheme(ReadOnlySpan<char> text, string scheme, List<Redaction> found)
    {
        for (var at = 0; at < text.Length;)
        {
            var step = text[at..].IndexOf(scheme, StringComparison.OrdinalIgnoreCase);
            if (step < 0) return;
            at += step + scheme.Length;
            while (at < text.Length && text[at] == ' ') at++;
            var end = EndOfToken(text, at, allowDot: true);
            if (end - at < 6) continue;
            var token = text[at..end];
            var random = token.IndexOfAnyInRange('0', '9') >= 0 || token.Contains('=') || token[1..].IndexOfAnyInRange('A', 'Z') >= 0 || token.Length > 24;
            if (random) found.Add(new Redaction(at, end, scheme[0] == 'b' && scheme[1] == 'e' ? "[redacted token]" : "[redacted credentials]"));
            at = end;
        }
    }

    private static int EndOfToken(ReadOnlySpan<char> text, int from, bool allowDot)
    {
        var length = text[from..].IndexOfAnyExcept(allowDot ? TokenChars : DotlessChars);
        var end = length < 0 ? text.Length : from + length;
        while (end > from && text[end - 1] == '.') end--;
        return end;
    }
}
