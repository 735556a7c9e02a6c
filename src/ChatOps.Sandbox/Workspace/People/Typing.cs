using System.Text.RegularExpressions;

namespace ChatOps.Sandbox.Workspace.People;

/// <summary>What Slack's client makes of typed text: control characters escaped, names turned into references.</summary>
internal static partial class Typing
{
    /// <summary>References that are already written out, as the page sends them, stay as they are.</summary>
    /// <param name="withNames"><c>&lt;@U…|ana&gt;</c> as slash commands get it, or <c>&lt;@U…&gt;</c> as messages do.</param>
    public static string Encode(SlackWorkspace workspace, string text, bool withNames)
    {
        // Control characters mark references while the rest is escaped; a person cannot type them.
        var typed = text.Replace("\u0001", "", StringComparison.Ordinal).Replace("\u0002", "", StringComparison.Ordinal);
        var kept = Reference().Replace(typed, m => $"\u0001{m.Value[1..^1]}\u0002");
        var escaped = kept.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        var named = Name().Replace(escaped, m => Refer(workspace, m.Groups["sign"].Value, m.Groups["name"].Value, withNames) ?? m.Value);
        return named.Replace('\u0001', '<').Replace('\u0002', '>');
    }

    private static string? Refer(SlackWorkspace workspace, string sign, string name, bool withNames)
    {
        if (sign == "#")
            return workspace.FindChannel(name) is { IsPrivate: false } channel ? $"\u0001#{channel.Id}|{channel.Name}\u0002" : null;
        if (name is "channel" or "here" or "everyone")
            return $"\u0001!{name}\u0002";
        if (workspace.FindPerson(name) is { } person)
            return withNames ? $"\u0001@{person.Id}|{person.Name}\u0002" : $"\u0001@{person.Id}\u0002";
        return workspace.FindGroup(name) is { } group ? $"\u0001!subteam^{group.Id}|@{group.Handle}\u0002" : null;
    }

    [GeneratedRegex(@"<[@#!][^<>\s]+>", RegexOptions.NonBacktracking)]
    private static partial Regex Reference();

    [GeneratedRegex(@"(?<![\w@#\u0001])(?<sign>[@#])(?<name>[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]|[A-Za-z0-9])", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
