namespace ChatOps.Outbox;

/// <summary>What became of an attempt to send a row.</summary>
internal abstract record SendResult;

/// <summary>It is in Slack.</summary>
internal sealed record Sent : SendResult
{
    /// <summary>Where the message stands.</summary>
    public string? Channel { get; init; }
    public string? Ts { get; init; }

    /// <summary>What was changed so that Slack took it, or null.</summary>
    public string? Note { get; init; }

    /// <summary>The destination's channel, where this row made it or found it.</summary>
    public string? DestinationChannel { get; init; }
    public string? ChannelName { get; init; }
}

/// <summary>Not yet: to be tried, or looked for, after a pause.</summary>
internal sealed record Again(TimeSpan Wait, string Error) : SendResult
{
    /// <summary>It may be in Slack: look before repeating.</summary>
    public bool MayHaveHappened { get; init; }

    /// <summary>No post to this destination before the pause is over.</summary>
    public bool PostsBlocked { get; init; }

    /// <summary>The message that was to be edited is gone: post it anew.</summary>
    public bool MessageGone { get; init; }

    /// <summary>Slack asks for a pause of this method everywhere in the workspace.</summary>
    public string? BlockedMethod { get; init; }
}

/// <summary>Never.</summary>
internal sealed record Dead(string Error) : SendResult;
