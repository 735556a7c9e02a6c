using System.Text.Json;

namespace ChatOps.Slack.WebApi;

/// <summary>
/// Slack's Web API. Every call throws <see cref="SlackException"/> when Slack refuses, <see cref="SlackRateLimitedException"/> on 429 and
/// <see cref="SlackUnreachableException"/> when no clear answer came. Calls that only read are tried up to three times; calls that change something once.
/// </summary>
public interface ISlackApiClient
{
    IChatApi Chat { get; }

    IConversationsApi Conversations { get; }

    IPinsApi Pins { get; }

    IReactionsApi Reactions { get; }

    IViewsApi Views { get; }

    IUsersApi Users { get; }

    IUserGroupsApi UserGroups { get; }

    IFilesApi Files { get; }

    IAuthApi Auth { get; }

    IAppsConnectionsApi AppsConnections { get; }

    /// <summary>Any method by its name; <paramref name="arguments"/> is written with <see cref="SlackJson.Options"/>. Answers the whole object, with <c>ok</c> true.</summary>
    Task<JsonElement> CallAsync(string method, object? arguments, CancellationToken cancellationToken);

    /// <summary>As <see cref="CallAsync(string, object?, CancellationToken)"/>, read as <typeparamref name="TResponse"/>.</summary>
    Task<TResponse> CallAsync<TResponse>(string method, object? arguments, CancellationToken cancellationToken)
        where TResponse : class;

    /// <summary>Answers at a <c>response_url</c>: five times within 30 minutes, at most once each, never the only carrier of a fact.</summary>
    Task RespondAsync(string responseUrl, ResponseMessage message, CancellationToken cancellationToken);
}
