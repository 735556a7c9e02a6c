using ChatOps.Configuration;

namespace ChatOps.Cli.Doctor;

/// <summary>Whether the tokens of Slack are set and of the right kind, as far as their text tells. Shows nothing of them.</summary>
internal static class SlackTokens
{
    private const string Bot = "It begins with xoxb- and stands under \"OAuth & Permissions\" of the Slack app.";
    private const string App = "It begins with xapp-, has the scope connections:write, and is made under \"Basic Information\" of the Slack app.";
    private const string Secret = "It stands under \"Basic Information\" of the Slack app.";

    public static IEnumerable<Finding> Look(SlackConfig slack)
    {
        yield return Token("bot token", slack.BotToken, SlackConfig.BotTokenVariable, "xoxb-", Bot);
        yield return slack.Transport == SlackTransport.Socket
            ? Token("app-level token", slack.AppToken, SlackConfig.AppTokenVariable, "xapp-", App)
            : slack.SigningSecret is null
                ? Finding.Fail("signing secret", $"{SlackConfig.SigningSecretVariable} is not set, and Slack's requests over HTTP cannot be told from anybody's", $"Set it. {Secret}")
                : Finding.Ok("signing secret", $"{SlackConfig.SigningSecretVariable} is set");
    }

    private static Finding Token(string what, string? value, string variable, string prefix, string where) =>
        value is null ? Finding.Fail(what, $"{variable} is not set", $"Set it. {where}")
        : value.StartsWith(prefix, StringComparison.Ordinal) ? Finding.Ok(what, $"{variable} is set and of the right kind")
        : Finding.Fail(what, $"{variable} holds {Kind(value)}", $"Set it to the {what}. {where}");

    private static string Kind(string value) => value.Length < 5 ? "no token" : value[..5] switch
    {
        "xoxb-" => "a bot token",
        "xapp-" => "an app-level token",
        "xoxp-" => "a user's token",
        "xoxe-" or "xoxe." => "a token that expires, which ChatOps does not renew",
        _ => "no token of Slack",
    };
}
