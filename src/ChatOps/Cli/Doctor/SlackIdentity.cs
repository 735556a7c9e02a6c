using ChatOps.Configuration;
using ChatOps.Slack;
using ChatOps.Slack.WebApi;

namespace ChatOps.Cli.Doctor;

/// <summary>Who the bot is in the workspace, what it may do there, and whether Slack can reach it.</summary>
internal sealed class SlackIdentity(ChatOpsConfig config, ISlackApiClient slack, IReadOnlyList<string> neededScopes)
{
    public Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellationToken) => SlackTrouble.GuardAsync("workspace", async () =>
    {
        var bot = await slack.Auth.Test(cancellationToken);
        return [Finding.Ok("workspace", $"{bot.Team}, as @{bot.User}"), Scopes(bot.Scopes)];
    });

    public Task<IReadOnlyList<Finding>> TransportAsync(CancellationToken cancellationToken) => SlackTrouble.GuardAsync("transport", async () =>
    {
        if (config.Slack.Transport == Configuration.SlackTransport.Http) return [Http()];
        // An address that nobody connects to expires by itself.
        await slack.AppsConnections.Open(cancellationToken);
        return [Finding.Ok("transport", "Socket Mode, and Slack offers a socket")];
    });

    private Finding Scopes(ValueList<string> granted)
    {
        if (granted.Count == 0)
            return Finding.Warn("scopes", "Slack did not tell which the token has", "Compare those of the app with ./chatops manifest.");
        var missing = neededScopes.Except(granted, StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
            return Finding.Fail("scopes", $"missing: {string.Join(", ", missing)}", $"Under \"OAuth & Permissions\": {SlackTrouble.InstallAgain}");
        var unused = granted.Except(neededScopes, StringComparer.Ordinal).ToList();
        return Finding.Ok("scopes", $"all {neededScopes.Count} that are used{(unused.Count == 0 ? "" : $"; not used, and may be taken away: {string.Join(", ", unused)}")}");
    }

    // Whether Slack reaches the bot from outside cannot be seen from inside.
    private Finding Http() => config.ListenUrl.IsLoopback
        ? Finding.Warn("transport", $"signed HTTP, and the bot listens on this machine alone ({config.ListenUrl})", "Something that is reached from outside, such as a reverse proxy on this machine, must pass /slack/commands, /slack/interactions and /slack/events on to it.")
        : Finding.Ok("transport", $"signed HTTP; the bot listens on {config.ListenUrl}, where the request URLs of the app must lead");
}
