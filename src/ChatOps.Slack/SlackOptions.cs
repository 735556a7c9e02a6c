namespace ChatOps.Slack;

/// <summary>How Slack's requests reach the bot.</summary>
public enum SlackTransport
{
    /// <summary>The bot opens web sockets to Slack; no public address needed.</summary>
    Socket,

    /// <summary>Slack posts signed requests to the bot.</summary>
    Http,
}

/// <summary>What the Slack layer needs to know. Its text never shows a token.</summary>
public sealed record SlackOptions
{
    /// <summary>The bot's token, <c>xoxb-…</c>.</summary>
    public string BotToken { get; init; } = "";

    /// <summary>The app-level token for Socket Mode, <c>xapp-…</c>, with the scope <c>connections:write</c>.</summary>
    public string AppToken { get; init; } = "";

    /// <summary>Proves that a request comes from Slack.</summary>
    public string SigningSecret { get; init; } = "";

    public SlackTransport Transport { get; init; } = SlackTransport.Socket;

    /// <summary>Ends with a slash.</summary>
    public Uri ApiBaseUrl { get; init; } = new("https://slack.com/api/");

    /// <summary>How long one call of the Web API may take. Default 10 s.</summary>
    public TimeSpan CallDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Sockets held open at once, 1 to 10. Default 2, so that one may be refreshed while the other listens.</summary>
    public int Sockets { get; init; } = 2;

    /// <summary>A signed request further off than this, either way, is refused. Default 5 minutes.</summary>
    public TimeSpan SignatureTolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What is wrong, one sentence each; nothing when it can start.</summary>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        if (!BotToken.StartsWith("xoxb-", StringComparison.Ordinal))
            problems.Add("The Slack bot token is missing or of the wrong kind: it begins with xoxb- and stands under \"OAuth & Permissions\" of the Slack app.");
        if (Transport == SlackTransport.Socket && !AppToken.StartsWith("xapp-", StringComparison.Ordinal))
            problems.Add("Socket Mode needs an app-level token: it begins with xapp-, has the scope connections:write, and is made under \"Basic Information\" of the Slack app.");
        if (Transport == SlackTransport.Http && string.IsNullOrWhiteSpace(SigningSecret))
            problems.Add("The Slack signing secret is empty, so anybody could pose as Slack: set it to the one under \"Basic Information\" of the Slack app.");
        if (!ApiBaseUrl.IsAbsoluteUri || ApiBaseUrl.Scheme is not ("http" or "https") || !ApiBaseUrl.AbsolutePath.EndsWith('/'))
            problems.Add("The address of Slack's Web API must be an http or https address that ends with a slash, such as https://slack.com/api/.");
        if (CallDeadline <= TimeSpan.Zero || CallDeadline > TimeSpan.FromMinutes(2))
            problems.Add("The deadline of a Slack call must be between 0 and 120 seconds.");
        if (Sockets is < 1 or > 10)
            problems.Add("Slack allows 1 to 10 sockets for an app.");
        if (SignatureTolerance <= TimeSpan.Zero || SignatureTolerance > TimeSpan.FromMinutes(5))
            problems.Add("The tolerance for the age of a signed request must be above 0 and at most 5 minutes.");
        return problems;
    }

    /// <summary>No token and no secret, whoever logs it.</summary>
    public override string ToString() => $"{nameof(SlackOptions)} {{ Transport = {Transport}, ApiBaseUrl = {ApiBaseUrl}, CallDeadline = {CallDeadline}, Sockets = {Sockets} }}";
}
