namespace ChatOps.Slack.Interaction;

/// <summary>A person chose the bot's entry in a message's menu.</summary>
public sealed record MessageShortcut
{
    public string CallbackId { get; init; } = "";

    public string TriggerId { get; init; } = "";

    public string ResponseUrl { get; init; } = "";

    /// <summary>The message's own time: when the thing happened.</summary>
    public string MessageTs { get; init; } = "";

    public InteractionUser User { get; init; } = new();

    public InteractionChannel Channel { get; init; } = new();

    public InteractionTeam? Team { get; init; }

    public MessageEvent Message { get; init; } = new();
}

/// <summary>A person chose the bot's entry in Slack's shortcuts menu; there is no channel and no message.</summary>
public sealed record GlobalShortcut
{
    public string CallbackId { get; init; } = "";

    public string TriggerId { get; init; } = "";

    public InteractionUser User { get; init; } = new();

    public InteractionTeam? Team { get; init; }
}
