namespace ChatOps.Slack.Interaction;

/// <summary>Who did it.</summary>
public sealed record InteractionUser
{
    public string Id { get; init; } = "";

    public string? Name { get; init; }

    public string? Username { get; init; }

    public string? TeamId { get; init; }
}

/// <summary>Where it was done.</summary>
public sealed record InteractionChannel
{
    public string Id { get; init; } = "";

    public string? Name { get; init; }
}

/// <summary>The workspace it was done in.</summary>
public sealed record InteractionTeam
{
    public string Id { get; init; } = "";

    public string? Domain { get; init; }
}

/// <summary>What holds the element that was used: a message or a view.</summary>
public sealed record InteractionContainer
{
    /// <summary><c>message</c> or <c>view</c>.</summary>
    public string Type { get; init; } = "";

    public string? MessageTs { get; init; }

    public string? ChannelId { get; init; }

    public string? ThreadTs { get; init; }

    public string? ViewId { get; init; }

    public bool IsEphemeral { get; init; }
}
