namespace ChatOps.Slack.Interaction;

/// <summary>What a person typed after a slash. Slash commands cannot be used inside threads.</summary>
public sealed record SlashCommand
{
    /// <summary>With its slash: <c>/incident</c>.</summary>
    public string Command { get; init; } = "";

    /// <summary>What follows the command, as typed, unescaped by nobody.</summary>
    public string Text { get; init; } = "";

    /// <summary>Opens one modal within 3 seconds.</summary>
    public string TriggerId { get; init; } = "";

    /// <summary>Takes five answers within 30 minutes.</summary>
    public string ResponseUrl { get; init; } = "";

    public string UserId { get; init; } = "";

    public string? UserName { get; init; }

    public string ChannelId { get; init; } = "";

    public string? ChannelName { get; init; }

    public string TeamId { get; init; } = "";

    public string? TeamDomain { get; init; }

    public string? ApiAppId { get; init; }
}
