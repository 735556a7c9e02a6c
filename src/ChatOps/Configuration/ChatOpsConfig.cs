using ChatOps.Catalog;
using ChatOps.Permissions;

namespace ChatOps.Configuration;

/// <summary>What <c>chatops.yaml</c> and the environment say, complete and checked. Immutable for the life of the process.</summary>
public sealed record ChatOpsConfig
{
    /// <summary>The file it came from.</summary>
    public required string File { get; init; }
    public required ServiceCatalog Catalog { get; init; }
    public required SlackConfig Slack { get; init; }
    public required PermissionRules Permissions { get; init; }
    public required IncidentConfig Incident { get; init; }
    public TimelineConfig Timeline { get; init; } = new();
    public AlertConfig Alerts { get; init; } = new();
    public RemindersConfig Reminders { get; init; } = new();
    public ReportsConfig Reports { get; init; } = new();

    /// <summary>Freezes and Fridays; what a service says of itself is in the catalog.</summary>
    public DeployConfig Deploy { get; init; } = new();

    /// <summary>Rotations, and the pager that rings.</summary>
    public OnCallConfig OnCall { get; init; } = new();

    /// <summary>Absolute.</summary>
    public required string RunbooksFolder { get; init; }

    /// <summary>Absolute. The private cluster and whatever else the bot keeps on disk.</summary>
    public required string StateFolder { get; init; }

    /// <summary>From the environment variable DATABASE_URL; null: a private cluster below <see cref="StateFolder"/>. A secret.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>From DATABASE_OWNER_URL: the role that owns the tables; null: the one of <see cref="DatabaseUrl"/>. A secret.</summary>
    public string? DatabaseOwnerUrl { get; init; }

    /// <summary>Where the bot listens: Slack over HTTP, alerts, pages, health.</summary>
    public required Uri ListenUrl { get; init; }

    public override string ToString() => File;
}

public enum SlackTransport
{
    /// <summary>Socket Mode: the bot connects to Slack; nothing needs to reach the bot.</summary>
    Socket,

    /// <summary>Slack posts signed requests to the bot.</summary>
    Http,
}

/// <summary>The Slack part. Names come from the file; tokens only from the environment.</summary>
public sealed record SlackConfig
{
    public const string BotTokenVariable = "SLACK_BOT_TOKEN";
    public const string AppTokenVariable = "SLACK_APP_TOKEN";
    public const string SigningSecretVariable = "SLACK_SIGNING_SECRET";
    public const string ApiUrlVariable = "SLACK_API_URL";

    public SlackTransport Transport { get; init; } = SlackTransport.Socket;

    /// <summary>Where incidents are announced: a channel's name without '#', or its id.</summary>
    public string IncidentsChannel { get; init; } = "incidents";

    /// <summary>With its slash; another bot may own the usual name.</summary>
    public string IncidentCommand { get; init; } = "/incident";

    /// <summary>As <see cref="IncidentCommand"/>.</summary>
    public string DeployCommand { get; init; } = "/deploy";

    /// <summary>As <see cref="IncidentCommand"/>.</summary>
    public string RollbackCommand { get; init; } = "/rollback";

    public string? BotToken { get; init; }
    public string? AppToken { get; init; }
    public string? SigningSecret { get; init; }

    /// <summary>Ends with a slash. Something else than Slack's own for practice and tests.</summary>
    public Uri ApiUrl { get; init; } = new("https://slack.com/api/");

    /// <summary>The variables that this transport needs and that are not set: without them <c>run</c> cannot start, other verbs can.</summary>
    public IReadOnlyList<string> MissingVariables =>
    [
        .. BotToken is null ? [BotTokenVariable] : Array.Empty<string>(),
        .. Transport == SlackTransport.Socket && AppToken is null ? [AppTokenVariable] : Array.Empty<string>(),
        .. Transport == SlackTransport.Http && SigningSecret is null ? [SigningSecretVariable] : Array.Empty<string>(),
    ];

    public override string ToString() => $"{Transport}, {IncidentCommand}, #{IncidentsChannel}";
}

/// <summary>How incidents begin and are rated.</summary>
public sealed record IncidentConfig
{
    /// <summary>A schedule of <c>oncall</c>, or the Slack user group (handle without '@', or id) in which everyone is on call; null: nobody beyond the one who starts.</summary>
    public string? OncallGroup { get; init; }

    /// <summary>Where updates are told besides the incident's channel: a channel's name without '#', or its id; null: nowhere else.</summary>
    public string? StakeholdersChannel { get; init; }

    /// <summary>Whether incidents are private unless someone says otherwise.</summary>
    public bool PrivateByDefault { get; init; }

    /// <summary>Rules that come before the general ones, first match first.</summary>
    public IReadOnlyList<SeverityRule> SeverityRules { get; init; } = [];
}

/// <summary>A severity for what is broken in a service of a tier.</summary>
/// <param name="Tier">1 to 4; null: any.</param>
/// <param name="Service">A service of the catalog; null: any.</param>
/// <param name="When">What is broken.</param>
/// <param name="Severity">1 to 4.</param>
public sealed record SeverityRule(int? Tier, string? Service, Breakage When, int Severity);

public enum Breakage
{
    /// <summary>It does not answer at all.</summary>
    Down,

    /// <summary>It answers, and does not do its work (a login, a query).</summary>
    Failing,

    /// <summary>It works, slowly or in part.</summary>
    Degraded,
}
