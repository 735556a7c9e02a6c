namespace ChatOps.Slack.Interaction;

/// <summary>What happened to a channel as a whole: who did it where Slack says so. The names of private channels' events begin with <c>group_</c>.</summary>
public abstract record ChannelChange : SlackEvent
{
    public string Channel { get; init; } = "";

    /// <summary>Null where Slack does not say.</summary>
    public string? User { get; init; }
}

public sealed record GroupArchive : ChannelChange
{
    public override string Type => "group_archive";
}

public sealed record ChannelUnarchive : ChannelChange
{
    public override string Type => "channel_unarchive";
}

public sealed record GroupUnarchive : ChannelChange
{
    public override string Type => "group_unarchive";
}

public sealed record ChannelDeleted : ChannelChange
{
    public override string Type => "channel_deleted";
}

public sealed record GroupDeleted : ChannelChange
{
    public override string Type => "group_deleted";
}

/// <summary>The bot itself is in the channel no longer. Slack says that it sometimes withholds this event.</summary>
public sealed record ChannelLeft : ChannelChange
{
    public override string Type => "channel_left";

    /// <summary>Who removed it.</summary>
    public string? ActorId { get; init; }
}

/// <summary>As <see cref="ChannelLeft"/>, of a private channel.</summary>
public sealed record GroupLeft : ChannelChange
{
    public override string Type => "group_left";

    public string? ActorId { get; init; }
}

public sealed record GroupRename : SlackEvent
{
    public override string Type => "group_rename";

    public RenamedChannel Channel { get; init; } = new();
}
