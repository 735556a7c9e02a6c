namespace ChatOps.Slack.WebApi;

internal sealed class ConversationsApi(ISlackApiClient client) : IConversationsApi
{
    private const int PageSize = 1000;

    public Task<Conversation> Create(string name, bool isPrivate, CancellationToken cancellationToken) =>
        Channel("conversations.create", new { Name = name, IsPrivate = isPrivate }, cancellationToken);

    public Task<Conversation> Invite(string channelId, IReadOnlyCollection<string> userIds, CancellationToken cancellationToken) =>
        Channel("conversations.invite", new { Channel = channelId, Users = string.Join(',', userIds) }, cancellationToken);

    public Task SetTopic(string channelId, string topic, CancellationToken cancellationToken) =>
        client.CallAsync("conversations.setTopic", new { Channel = channelId, Topic = topic }, cancellationToken);

    public Task<Conversation> Info(string channelId, CancellationToken cancellationToken) =>
        Channel("conversations.info", new { Channel = channelId, IncludeNumMembers = true }, cancellationToken);

    public Task<MessagePage> History(HistoryQuery query, CancellationToken cancellationToken) =>
        client.CallAsync<MessagePage>("conversations.history", query, cancellationToken);

    public Task<MessagePage> Replies(HistoryQuery query, CancellationToken cancellationToken) =>
        client.CallAsync<MessagePage>("conversations.replies", query, cancellationToken);

    public Task<Conversation> Join(string channelId, CancellationToken cancellationToken) =>
        Channel("conversations.join", new { Channel = channelId }, cancellationToken);

    public Task Archive(string channelId, CancellationToken cancellationToken) =>
        client.CallAsync("conversations.archive", new { Channel = channelId }, cancellationToken);

    public Task<ConversationPage> List(string types, string? cursor, CancellationToken cancellationToken) =>
        client.CallAsync<ConversationPage>("conversations.list", new { Types = types, ExcludeArchived = true, Limit = PageSize, Cursor = cursor }, cancellationToken);

    public Task<MemberPage> Members(string channelId, string? cursor, CancellationToken cancellationToken) =>
        client.CallAsync<MemberPage>("conversations.members", new { Channel = channelId, Limit = PageSize, Cursor = cursor }, cancellationToken);

    private async Task<Conversation> Channel(string method, object arguments, CancellationToken cancellationToken) =>
        (await client.CallAsync<ChannelResponse>(method, arguments, cancellationToken)).Channel;

    private sealed record ChannelResponse(Conversation Channel);
}
