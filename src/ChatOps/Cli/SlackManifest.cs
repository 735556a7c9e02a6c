using System.Text;
using ChatOps.Configuration;

namespace ChatOps.Cli;

/// <summary>
/// The Slack app manifest that the program carries (<c>manifest/slack-app.yaml</c>), for one configuration. It is changed line by line, so that
/// what stands beside a scope in the file stands in the output too.
/// </summary>
internal static class SlackManifest
{
    private const string Resource = "slack-app.yaml";
    private const string ScopesBegin = "    bot:";
    private const string Placeholder = "https://chatops.example.com";

    /// <summary>The manifest as the program carries it.</summary>
    public static string Text { get; } = Load();

    /// <summary>The bot scopes that the code uses.</summary>
    public static IReadOnlyList<string> BotScopes { get; } =
    [
        .. Text.Split('\n')
            .SkipWhile(line => line != ScopesBegin).Skip(1)
            .TakeWhile(line => line.StartsWith("      ", StringComparison.Ordinal))
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("- ", StringComparison.Ordinal))
            .Select(line => line[2..]),
    ];

    /// <param name="slack">Command name and transport.</param>
    /// <param name="url">Where Slack reaches the bot, without a slash at its end; null leaves the request URLs out, as Socket Mode allows.</param>
    public static string For(SlackConfig slack, string? url)
    {
        var result = new StringBuilder(Text.Length);
        foreach (var line in Text.TrimEnd('\n').Split('\n'))
        {
            // The comments at the top are for whoever opens the file, not for the output.
            if (line.StartsWith('#')) continue;
            if (url is null && line.Contains(Placeholder, StringComparison.Ordinal)) continue;
            result.Append(line
                .Replace("- command: /incident", $"- command: {slack.IncidentCommand}", StringComparison.Ordinal)
                .Replace("- command: /deploy", $"- command: {slack.DeployCommand}", StringComparison.Ordinal)
                .Replace("- command: /rollback", $"- command: {slack.RollbackCommand}", StringComparison.Ordinal)
                .Replace("socket_mode_enabled: true", $"socket_mode_enabled: {(slack.Transport == SlackTransport.Socket ? "true" : "false")}", StringComparison.Ordinal)
                .Replace(Placeholder, url, StringComparison.Ordinal)).Append('\n');
        }
        return result.ToString();
    }

    private static string Load()
    {
        using var stream = typeof(SlackManifest).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
