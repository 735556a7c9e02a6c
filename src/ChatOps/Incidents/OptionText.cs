using System.Text.RegularExpressions;

namespace ChatOps.Incidents;

/// <summary>Options within a free text, which keeps its lines and its quotes: "the cache is cold --next 30m".</summary>
public static class OptionText
{
    /// <summary>Takes <c>--name value</c> out of the text, wherever it stands; a phone's dash counts as two. Null: it is not there.</summary>
    public static (string Text, string? Value) Take(string text, string name)
    {
        var match = Regex.Match(text, $@"(?:^|\s)(?:--|—|–){Regex.Escape(name)}(?:=|\s+)(?<value>\S+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        return match.Success ? ((text[..match.Index].TrimEnd() + text[(match.Index + match.Length)..]).Trim(), match.Groups["value"].Value) : (text.Trim(), null);
    }
}
