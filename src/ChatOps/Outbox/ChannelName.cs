using System.Globalization;
using System.Text;

namespace ChatOps.Outbox;

/// <summary>
/// Names of incident channels. Slack takes at most 80 of lower-case letters, digits, <c>-</c> and <c>_</c>; of letters only a to z are used,
/// which every workspace takes.
/// </summary>
public static class ChannelName
{
    private const int MaxLength = 80;

    /// <summary><c>inc-7-login-down-4f2a9c1e</c>. A title with nothing that Slack takes in a name gives <c>inc-7-4f2a9c1e</c>.</summary>
    /// <param name="shortId">Lower-case letters and digits; proof that the channel is ours.</param>
    public static string For(int number, string title, string shortId)
    {
        var start = string.Create(CultureInfo.InvariantCulture, $"inc-{number}");
        var room = MaxLength - start.Length - shortId.Length - 2;
        var slug = Slug(title);
        if (slug.Length > room) slug = slug[..Math.Max(0, room)].TrimEnd('-');
        return slug.Length == 0 ? $"{start}-{shortId}" : $"{start}-{slug}-{shortId}";
    }

    /// <summary>The name to try when others have taken those before: the second is <c>…-2</c>.</summary>
    /// <param name="attempt">1 is the name itself.</param>
    public static string Attempt(string baseName, int attempt)
    {
        if (attempt <= 1) return baseName;
        var end = string.Create(CultureInfo.InvariantCulture, $"-{attempt}");
        if (baseName.Length + end.Length <= MaxLength) return baseName + end;
        // The short id stands at the end and must stay: the slug before it gives way.
        var lastDash = baseName.LastIndexOf('-');
        var tail = baseName[lastDash..] + end;
        return baseName[..(MaxLength - tail.Length)].TrimEnd('-') + tail;
    }

    private static string Slug(string title)
    {
        var slug = new StringBuilder(title.Length);
        // Decomposed, an accent is a character of its own and falls away: "café" becomes "cafe".
        foreach (var c in title.Normalize(NormalizationForm.FormKD).Select(char.ToLowerInvariant))
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) slug.Append(c);
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        return slug.ToString().Trim('-');
    }
}
