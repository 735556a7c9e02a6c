using ChatOps.Slack;
using ChatOps.Slack.WebApi;

namespace ChatOps.Timeline;

/// <summary>Who the bot is in its workspace and where the workspace is; asked once, for it never changes while the process lives.</summary>
public sealed class BotIdentity(ISlackApiClient slack)
{
    private volatile BotSelf? known;

    /// <summary>Null while Slack does not tell.</summary>
    public async Task<BotSelf?> ReadAsync(CancellationToken cancellationToken)
    {
        if (known is { } before) return before;
        try
        {
            var self = await slack.Auth.Test(cancellationToken);
            return known = new BotSelf(self.UserId, self.BotId, self.Url.TrimEnd('/'));
        }
        catch (Exception e) when (e is SlackException or SlackRateLimitedException or SlackUnreachableException)
        {
            return null;
        }
    }
}

/// <param name="Url">The workspace's address, without a slash at the end.</param>
public sealed record BotSelf(string UserId, string? BotId, string Url)
{
    /// <summary>The address of a message, as <c>chat.getPermalink</c> gives it. Source: https://docs.slack.dev/reference/methods/chat.getPermalink.</summary>
    /// <param name="threadTs">The thread's first message, of a reply; else null.</param>
    public string Permalink(string channel, string ts, string? threadTs)
    {
        var link = $"{Url}/archives/{channel}/p{ts.Replace(".", "", StringComparison.Ordinal)}";
        return threadTs is null || threadTs == ts ? link : $"{link}?thread_ts={threadTs}&cid={channel}";
    }
}
