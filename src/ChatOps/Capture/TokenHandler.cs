using ChatOps.Observability;
using ChatOps.Slack.Interaction;

namespace ChatOps.Capture;

/// <summary>Slack says that the bot's token is worth nothing any more. Messages wait; the health page and the log say why.</summary>
internal sealed class TokenHandler(SlackStanding standing) : IEventHandler<TokensRevoked>, IEventHandler<AppUninstalled>
{
    public Task Handle(TokensRevoked slackEvent, EventCallback callback, CancellationToken cancellationToken)
    {
        if (slackEvent.Tokens.Bot is { Count: > 0 }) standing.Refused("token_revoked");
        return Task.CompletedTask;
    }

    public Task Handle(AppUninstalled slackEvent, EventCallback callback, CancellationToken cancellationToken)
    {
        standing.Refused("account_inactive");
        return Task.CompletedTask;
    }
}
