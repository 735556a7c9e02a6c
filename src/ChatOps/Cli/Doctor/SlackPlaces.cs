using ChatOps.Configuration;
using ChatOps.Slack.WebApi;

namespace ChatOps.Cli.Doctor;

/// <summary>Whether the incidents channel exists and the bot may post there. Posts nothing.</summary>
internal sealed class SlackPlaces(SlackConfig config, ISlackApiClient slack)
{
    private const string What = "incidents channel";

    public Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellationToken) => SlackTrouble.GuardAsync(What, async () =>
        [await FindAsync(cancellationToken) is not { } channel
            ? Finding.Fail(What, $"the bot sees no #{config.IncidentsChannel}", "Create it, or name another under slack.incidents_channel; into a private one the bot must be invited.")
            : channel.IsMember
                ? Finding.Ok(What, $"#{channel.Name} is there, and the bot is in it")
                : await NotMemberAsync(channel, cancellationToken)]);

    private async Task<Finding> NotMemberAsync(Conversation channel, CancellationToken cancellationToken)
    {
        var scopes = (await slack.Auth.Test(cancellationToken)).Scopes;
        if (scopes.Count == 0 || scopes.Contains("chat:write.public"))
            return Finding.Ok(What, $"#{channel.Name} is there; the bot is not in it and posts as public channels allow");
        return Finding.Fail(What, $"#{channel.Name} is there, the bot is not in it and may not post from outside", "Invite the bot into it, or add the scope chat:write.public.");
    }

    private async Task<Conversation?> FindAsync(CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await slack.Conversations.List("public_channel,private_channel", cursor, cancellationToken);
            if (page.Channels.FirstOrDefault(c => c.Name == config.IncidentsChannel || c.Id == config.IncidentsChannel) is { } found) return found;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return null;
    }
}
