using ChatOps.Slack;
using ChatOps.Timeline;

namespace ChatOps.Cli.Doctor;

/// <summary>A call of Slack that failed, as a finding.</summary>
internal static class SlackTrouble
{
    public const string InstallAgain = "add it to the app, install the app again, and set the new token; ./chatops manifest prints all of them.";

    /// <summary>The findings of a look at Slack, or the one that says why there are none.</summary>
    public static async Task<IReadOnlyList<Finding>> GuardAsync(string what, Func<Task<IReadOnlyList<Finding>>> look)
    {
        try
        {
            return await look();
        }
        catch (SlackDirectoryException e)
        {
            return [Of(what, e.InnerException!)];
        }
        catch (Exception e) when (e is SlackException or SlackRateLimitedException or SlackUnreachableException)
        {
            return [Of(what, e)];
        }
    }

    private static Finding Of(string what, Exception failure) => failure switch
    {
        SlackRateLimitedException => Finding.Warn(what, failure.Message, "Call doctor again after that."),
        SlackException e => Finding.Fail(what, e.Message, ToDo(e)),
        _ => Finding.Fail(what, failure.Message, "Look whether this machine may reach Slack: a proxy, a firewall, SLACK_API_URL."),
    };

    private static string ToDo(SlackException e) => e.ErrorCode switch
    {
        "missing_scope" => $"The scope {e.Needed} is missing: {InstallAgain}",
        "invalid_auth" or "not_authed" or "token_revoked" or "token_expired" => "The token is wrong or was taken back: copy the current one from the Slack app.",
        "account_inactive" => "The app was removed from the workspace: install it again and set the new token.",
        "not_allowed_token_type" => "The token is of another kind than this call needs: the bot token begins with xoxb-, the app-level token with xapp-.",
        "org_login_required" or "team_access_not_granted" or "access_denied" => "An administrator of the workspace must allow the app.",
        _ => $"What {e.ErrorCode} means stands at https://docs.slack.dev/reference/methods/{e.Method}.",
    };
}
