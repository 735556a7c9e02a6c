using System.Text.RegularExpressions;

namespace ChatOps.Configuration;

/// <summary>What names in the configuration may look like. Each returns the name, or null.</summary>
internal static partial class Names
{
    public const string Rule = "letters, digits, '.', '_' and '-', up to 63, beginning with a letter or digit";

    public static string? Thing(string text) => ThingForm().IsMatch(text) ? text : null;

    /// <summary>A channel's name (the '#' may be written) or its id.</summary>
    public static string? Channel(string text) => ChannelForm().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    public static string? Command(string text) => CommandForm().IsMatch(text) ? text : null;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z")]
    private static partial Regex ThingForm();

    // Slack's rule: lower case, no space or full stop, at most 80; letters of other alphabets are allowed. Ids are C or G and capitals.
    [GeneratedRegex(@"\A#?([\p{Ll}\p{Lo}\p{Nd}_-]{1,80}|[CG][A-Z0-9]{6,20})\z")]
    private static partial Regex ChannelForm();

    [GeneratedRegex(@"\A/[a-z0-9_-]{1,31}\z")]
    private static partial Regex CommandForm();
}
