using ChatOps.Slack.Interaction;

namespace ChatOps.Slack.WebApi;

public interface IConversationsApi
{
    /// <summary>At most 80 of a-z, 0-9, <c>-</c>, <c>_</c>; refused with <c>name_taken</c>, <c>invalid_name_maxlength</c>, <c>invalid_name_specials</c>.</summary>
    Task<Conversation> Create(string name, bool isPrivate, CancellationToken cancellationToken);

    /// <summary>At most 100 people a call.</summary>
    Task<Conversation> Invite(string channelId, IReadOnlyCollection<string> userIds, CancellationToken cancellationToken);

    /// <summary>At most 250 characters.</summary>
    Task SetTopic(string channelId, string topic, CancellationToken cancellationToken);

    Task<Conversation> Info(string channelId, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<MessagePage> History(HistoryQuery query, CancellationToken cancellationToken);

    /// <summary>A thread, oldest first, its first message included. Needs <see cref="HistoryQuery.Ts"/>.</summary>
    Task<MessagePage> Replies(HistoryQuery query, CancellationToken cancellationToken);

    Task<Conversation> Join(string channelId, CancellationToken cancellationToken);

    Task Archive(string channelId, CancellationToken cancellationToken);

    /// <summary>One page of up to 1,000 channels.</summary>
    /// <param name="types">Comma-separated: <c>public_channel</c>, <c>private_channel</c>, <c>mpim</c>, <c>im</c>.</param>
    /// <param name="cursor">Null for the first page.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<ConversationPage> List(string types, string? cursor, CancellationToken cancellationToken);

    /// <summary>One page of up to 1,000 people.</summary>
    Task<MemberPage> Members(string channelId, string? cursor, CancellationToken cancellationToken);
}

/// <summary>A channel, a private channel or a direct message.</summary>
public sealed record Conversation
{
    public string Id { get; init; } = "";

    public string? Name { get; init; }

    public string? Creator { get; init; }

    public bool IsPrivate { get; init; }

    public bool IsArchived { get; init; }

    public bool IsMember { get; init; }

    public bool IsIm { get; init; }

    /// <summary>The other person of a direct message.</summary>
    public string? User { get; init; }

    public ConversationText? Topic { get; init; }

    public ConversationText? Purpose { get; init; }

    public int? NumMembers { get; init; }
}

public sealed record ConversationText
{
    public string Value { get; init; } = "";
}

/// <summary>Which messages to read.</summary>
public sealed record HistoryQuery
{
    public required string Channel { get; init; }

    /// <summary>The thread's first message; for replies only.</summary>
    public string? Ts { get; init; }

    public string? Oldest { get; init; }

    public string? Latest { get; init; }

    public bool? Inclusive { get; init; }

    /// <summary>1 to 999; Slack's default is 100.</summary>
    public int? Limit { get; init; }

    public string? Cursor { get; init; }

    public bool? IncludeAllMetadata { get; init; }
}

public sealed record MessagePage
{
    public ValueList<MessageEvent> Messages { get; init; } = [];

    public bool HasMore { get; init; }

    public PageMetadata? ResponseMetadata { get; init; }

    public string? NextCursor => ResponseMetadata?.Next;
}

public sealed record ConversationPage
{
    public ValueList<Conversation> Channels { get; init; } = [];

    public PageMetadata? ResponseMetadata { get; init; }

    public string? NextCursor => ResponseMetadata?.Next;
}

public sealed record MemberPage
{
    public ValueList<string> Members { get; init; } = [];

    public PageMetadata? ResponseMetadata { get; init; }

    public string? NextCursor => ResponseMetadata?.Next;
}

/// <summary>Where the next page begins; Slack sends an empty text on the last one.</summary>
public sealed record PageMetadata
{
    public string? NextCursor { get; init; }

    internal string? Next => string.IsNullOrEmpty(NextCursor) ? null : NextCursor;
}
