namespace ChatOps.Sandbox.Control;

/// <summary>How Slack reaches the app.</summary>
public enum SlackTransport
{
    SocketMode,
    SignedHttp,
}

/// <summary>What a sandbox is started with.</summary>
public sealed record SandboxOptions
{
    /// <summary>Port on loopback; 0 takes any that is free.</summary>
    public int Port { get; init; }

    /// <summary>The app's manifest as YAML; Slack's rules are applied according to it.</summary>
    public required string ManifestText { get; init; }

    /// <summary>The file behind the clock that workspace, shop and bot share; null makes one for this sandbox and removes it at the end.</summary>
    public string? ClockFile { get; init; }

    /// <summary>Overrides <c>settings.socket_mode_enabled</c> of the manifest.</summary>
    public SlackTransport? Transport { get; init; }

    /// <summary>Where the bot listens, for signed HTTP; can be set later by <see cref="SandboxHost.BotBaseUrl"/>.</summary>
    public string? BotBaseUrl { get; init; }

    /// <summary>Static files of the page, served at <c>/</c>; a folder that is not there means no page.</summary>
    public string? PageFolder { get; init; }

    /// <summary>Adds routes of others, such as the shop's.</summary>
    public Action<WebApplication>? Map { get; init; }

    /// <summary>Answer 429 as Slack does. Switched off only where something else is measured.</summary>
    public bool LimitRates { get; init; } = true;

    /// <summary>How long Slack waits for an acknowledgement.</summary>
    public TimeSpan AcknowledgeWithin { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Given secrets, so that a bot finds the ones it was configured with; null makes new ones.</summary>
    public string? BotToken { get; init; }
    public string? AppToken { get; init; }
    public string? SigningSecret { get; init; }
}
