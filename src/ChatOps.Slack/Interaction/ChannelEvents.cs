namespace ChatOps.Slack.Interaction;

public sealed record ReactionAdded : SlackEvent
{
    public override string Type => "reaction_added";

    public string User { get; init; } = "";

    /// <summary>The emoji's name without colons.</summary>
    public string Reaction { get; init; } = "";

    public ReactionItem Item { get; init; } = new();

    /// <summary>Who wrote the message.</summary>
    public string? ItemUser { get; init; }
}

public sealed record ReactionRemoved : SlackEvent
{
    public override string Type => "reaction_removed";

    public string User { get; init; } = "";

    public string Reaction { get; init; } = "";

    public ReactionItem Item { get; init; } = new();

    public string? ItemUser { get; init; }
}

/// <summary>The message a reaction stands under.</summary>
public sealed record ReactionItem
{
    public string? Type { get; init; }

    public string? Channel { get; init; }

    /// <summary>The message's own time: when the thing happened.</summary>
    public string? Ts { get; init; }
}

public sealed record PinAdded : SlackEvent
{
    public override string Type => "pin_added";

    public string User { get; init; } = "";

    public string ChannelId { get; init; } = "";

    public PinnedItem Item { get; init; } = new();
}

public sealed record PinRemoved : SlackEvent
{
    public override string Type => "pin_removed";

    public string User { get; init; } = "";

    public string ChannelId { get; init; } = "";

    public PinnedItem Item { get; init; } = new();

    public bool HasPins { get; init; }
}

public sealed record PinnedItem
{
    public string? Type { get; init; }

    public string? Channel { get; init; }

    public string? CreatedBy { get; init; }

    /// <summary>The message with its own time: when the thing happened.</summary>
    public MessageEvent? Message { get; init; }
}

public sealed record MemberJoinedChannel : SlackEvent
{
    public override string Type => "member_joined_channel";

    public string User { get; init; } = "";

    public string Channel { get; init; } = "";

    public string? ChannelType { get; init; }

    public string? Team { get; init; }

    public string? Inviter { get; init; }
}

public sealed record MemberLeftChannel : SlackEvent
{
    public override string Type => "member_left_channel";

    public string User { get; init; } = "";

    public string Channel { get; init; } = "";

    public string? ChannelType { get; init; }

    public string? Team { get; init; }
}

public sealed record ChannelArchive : ChannelChange
{
    public override string Type => "channel_archive";
}

public sealed record ChannelRename : SlackEvent
{
    public override string Type => "channel_rename";

    public RenamedChannel Channel { get; init; } = new();
}

public sealed record RenamedChannel
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";
}
