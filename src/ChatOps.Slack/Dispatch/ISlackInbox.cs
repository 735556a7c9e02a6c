namespace ChatOps.Slack.Dispatch;

/// <summary>What became of a request that the bot was offered.</summary>
public enum SlackAcceptance
{
    /// <summary>Durable: it will be handled.</summary>
    Accepted,

    /// <summary>The same act was accepted before: acknowledged, and nothing else.</summary>
    Duplicate,

    /// <summary>Certainly not stored: the store is away.</summary>
    Unavailable,

    /// <summary>Whether it was stored is not known: the answer to the commit was lost.</summary>
    Unknown,
}

/// <summary>Makes requests durable; implemented by the bot. Slack is answered only after it returned.</summary>
public interface ISlackInbox
{
    ValueTask<SlackAcceptance> AcceptAsync(SlackRequest request, CancellationToken cancellationToken);
}

/// <summary>
/// Does what is possible without the store, when a command or an interaction could not be accepted. Runs after Slack got its 200, at most once.
/// Without a registered implementation such a request is not acknowledged.
/// </summary>
public interface ISlackUnavailableHandler
{
    /// <summary>
    /// Whether the request only looks: then it is answered as well when nobody knows whether it was stored, since looking twice does no harm. Pure.
    /// </summary>
    bool OnlyLooks(SlackRequest request) => false;

    /// <summary>The answer for the person, sent to the request's <c>response_url</c>; null when there is none to send.</summary>
    Task<WebApi.ResponseMessage?> HandleWithoutStorage(SlackRequest request, CancellationToken cancellationToken);
}
