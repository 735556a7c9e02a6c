namespace ChatOps.Slack.WebApi;

public interface IPinsApi
{
    /// <summary>Refused with <c>already_pinned</c> where it is.</summary>
    Task Add(string channelId, string ts, CancellationToken cancellationToken);

    /// <summary>Refused with <c>no_pin</c> where it is not.</summary>
    Task Remove(string channelId, string ts, CancellationToken cancellationToken);
}

public interface IReactionsApi
{
    /// <summary>Refused with <c>already_reacted</c> where it is.</summary>
    Task Add(string channelId, string ts, string emojiName, CancellationToken cancellationToken);

    Task Remove(string channelId, string ts, string emojiName, CancellationToken cancellationToken);
}

internal sealed class PinsApi(ISlackApiClient client) : IPinsApi
{
    public Task Add(string channelId, string ts, CancellationToken cancellationToken) =>
        client.CallAsync("pins.add", new { Channel = channelId, Timestamp = ts }, cancellationToken);

    public Task Remove(string channelId, string ts, CancellationToken cancellationToken) =>
        client.CallAsync("pins.remove", new { Channel = channelId, Timestamp = ts }, cancellationToken);
}

internal sealed class ReactionsApi(ISlackApiClient client) : IReactionsApi
{
    public Task Add(string channelId, string ts, string emojiName, CancellationToken cancellationToken) =>
        client.CallAsync("reactions.add", new { Channel = channelId, Timestamp = ts, Name = emojiName }, cancellationToken);

    public Task Remove(string channelId, string ts, string emojiName, CancellationToken cancellationToken) =>
        client.CallAsync("reactions.remove", new { Channel = channelId, Timestamp = ts, Name = emojiName }, cancellationToken);
}
