using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.WebApi;

public interface IChatApi
{
    /// <summary>About one per second per channel; has no idempotency key, so look before repeating.</summary>
    Task<PostMessageResponse> PostMessage(Message message, CancellationToken cancellationToken);

    /// <summary>Replaces a message. Text without blocks drops the blocks.</summary>
    Task<PostMessageResponse> Update(MessageUpdate message, CancellationToken cancellationToken);

    Task Delete(string channelId, string ts, CancellationToken cancellationToken);

    /// <summary>For one person's eyes, gone on reload, without guarantee of delivery. Answers its <c>message_ts</c>, which nothing can edit.</summary>
    Task<string> PostEphemeral(string userId, Message message, CancellationToken cancellationToken);

    Task<string> GetPermalink(string channelId, string ts, CancellationToken cancellationToken);
}

public sealed record PostMessageResponse
{
    public string Channel { get; init; } = "";

    public string Ts { get; init; } = "";
}

/// <summary>What a message becomes.</summary>
public sealed record MessageUpdate
{
    public required string Channel { get; init; }

    public required string Ts { get; init; }

    public required string Text { get; init; }

    public ValueList<Block>? Blocks { get; init; }

    public MessageMetadata? Metadata { get; init; }
}

internal sealed class ChatApi(ISlackApiClient client) : IChatApi
{
    public Task<PostMessageResponse> PostMessage(Message message, CancellationToken cancellationToken) =>
        client.CallAsync<PostMessageResponse>("chat.postMessage", message, cancellationToken);

    public Task<PostMessageResponse> Update(MessageUpdate message, CancellationToken cancellationToken) =>
        client.CallAsync<PostMessageResponse>("chat.update", message, cancellationToken);

    public Task Delete(string channelId, string ts, CancellationToken cancellationToken) =>
        client.CallAsync("chat.delete", new { Channel = channelId, Ts = ts }, cancellationToken);

    public async Task<string> PostEphemeral(string userId, Message message, CancellationToken cancellationToken)
    {
        var arguments = new { message.Channel, User = userId, message.Text, message.Blocks, message.ThreadTs };
        return (await client.CallAsync<EphemeralResponse>("chat.postEphemeral", arguments, cancellationToken)).MessageTs;
    }

    public async Task<string> GetPermalink(string channelId, string ts, CancellationToken cancellationToken) =>
        (await client.CallAsync<PermalinkResponse>("chat.getPermalink", new { Channel = channelId, MessageTs = ts }, cancellationToken)).Permalink;

    private sealed record EphemeralResponse(string MessageTs);

    private sealed record PermalinkResponse(string Permalink);
}
