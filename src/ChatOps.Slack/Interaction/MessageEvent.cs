using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Interaction;

/// <summary>
/// A message: as an event, inside another payload, or from a channel's history. Which of the properties at the end are set depends on <see cref="Subtype"/>.
/// </summary>
public sealed record MessageEvent : SlackEvent
{
    public override string Type => "message";

    /// <summary>One of <see cref="MessageSubtype"/>, another word, or null for what a person simply wrote.</summary>
    public string? Subtype { get; init; }

    public string? Channel { get; init; }

    /// <summary><c>channel</c>, <c>group</c>, <c>im</c> or <c>mpim</c>.</summary>
    public string? ChannelType { get; init; }

    /// <summary>The author; null for some bots.</summary>
    public string? User { get; init; }

    public string? BotId { get; init; }

    public string? AppId { get; init; }

    public string? Username { get; init; }

    public string? Text { get; init; }

    /// <summary>The message's id within its channel, and when it was written.</summary>
    public string? Ts { get; init; }

    public string? ThreadTs { get; init; }

    public ValueList<Block>? Blocks { get; init; }

    public MessageMetadata? Metadata { get; init; }

    public MessageEdit? Edited { get; init; }

    public ValueList<MessageFile>? Files { get; init; }

    public ValueList<MessageReaction>? Reactions { get; init; }

    public int? ReplyCount { get; init; }

    public string? Permalink { get; init; }

    /// <summary>Slack shows nothing for it.</summary>
    public bool? Hidden { get; init; }

    /// <summary>The message as it is now (<see cref="MessageSubtype.Changed"/>).</summary>
    public MessageEvent? Message { get; init; }

    /// <summary>The message as it was (<see cref="MessageSubtype.Changed"/>, <see cref="MessageSubtype.Deleted"/>).</summary>
    public MessageEvent? PreviousMessage { get; init; }

    /// <summary>The <c>ts</c> of what is gone (<see cref="MessageSubtype.Deleted"/>).</summary>
    public string? DeletedTs { get; init; }

    /// <summary>The thread's first message (<see cref="MessageSubtype.ThreadBroadcast"/>).</summary>
    public MessageEvent? Root { get; init; }

    /// <summary>The new topic (<see cref="MessageSubtype.Topic"/>).</summary>
    public string? Topic { get; init; }

    /// <summary>The channel's new name (<see cref="MessageSubtype.Name"/>).</summary>
    public string? Name { get; init; }

    public string? OldName { get; init; }
}

/// <summary>The kinds of message that behave differently.</summary>
public static class MessageSubtype
{
    public const string Bot = "bot_message";
    public const string Changed = "message_changed";
    public const string Deleted = "message_deleted";
    public const string FileShare = "file_share";
    public const string ThreadBroadcast = "thread_broadcast";
    public const string Me = "me_message";

    /// <summary>What stands where the first message of a thread was, once it is deleted.</summary>
    public const string Tombstone = "tombstone";
    public const string Topic = "channel_topic";
    public const string GroupTopic = "group_topic";
    public const string Name = "channel_name";
    public const string GroupName = "group_name";
}

public sealed record MessageEdit
{
    public string? User { get; init; }

    public string? Ts { get; init; }
}

public sealed record MessageFile
{
    public string Id { get; init; } = "";

    public string? Name { get; init; }

    public string? Title { get; init; }

    public string? Mimetype { get; init; }

    /// <summary>Bytes.</summary>
    public long? Size { get; init; }

    public string? Permalink { get; init; }

    public string? UrlPrivate { get; init; }
}

public sealed record MessageReaction
{
    public string Name { get; init; } = "";

    public int Count { get; init; }

    public ValueList<string>? Users { get; init; }
}
