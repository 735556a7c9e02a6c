using ChatOps.Slack.WebApi;

namespace ChatOps.Cli.Doctor;

/// <summary>Whether a channel that the configuration names exists and the bot may post there. Posts nothing.</summary>
/// <param name="what">What it is for: "incidents channel".</param>
/// <param name="key">Where the configuration names it.</param>
internal sealed class SlackPlaces(string what, string name, string key, ISlackApiClient slack)
{
    public Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellationToken) => SlackTrouble.GuardAsync(what, async () =>
        [await FindAsync(cancellationToken) is not { } channel
            ? Finding.Fail(what, $"the bot sees no #{name}", $"Create it, or name another under {key}; into a private one the bot must be invited.")
            : channel.IsMember
                ? Finding.Ok(what, $"#{channel.Name} is there, and the bot is in it")
                : await NotMemberAsync(channel, cancellationToken)]);

    private async Task<Finding> NotMemberAsync(Conversation channel, CancellationToken cancellationToken)
    {
        var scopes = (await slack.Auth.Test(cancellationToken)).Scopes;
        if (scopes.Count == 0 || scopes.Contains("chat:write.public"))
            return Finding.Ok(what, $"#{channel.Name} is there; the bot is not in it and posts as public channels allow");
        return Finding.Fail(what, $"#{channel.Name} is there, the bot is not in it and may not post from outside", "Invite the bot into it, or add the scope chat:write.public.");
    }

    private async Task<Conversation?> FindAsync(CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await slack.Conversations.List("public_channel,private_channel", cursor, cancellationToken);
            if (page.Channels.FirstOrDefault(c => c.Name == name || c.Id == name) is { } found) return found;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return null;
    }
}
