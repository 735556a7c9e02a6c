namespace ChatOps.Slack.WebApi;

public interface IAuthApi
{
    /// <summary>Who the bot's token belongs to.</summary>
    Task<AuthTestResponse> Test(CancellationToken cancellationToken);
}

public interface IAppsConnectionsApi
{
    /// <summary>A one-time address for a Socket Mode connection, by the app-level token.</summary>
    Task<Uri> Open(CancellationToken cancellationToken);
}

public sealed record AuthTestResponse
{
    public string Url { get; init; } = "";

    public string Team { get; init; } = "";

    public string TeamId { get; init; } = "";

    public string User { get; init; } = "";

    public string UserId { get; init; } = "";

    public string? BotId { get; init; }

    /// <summary>The scopes of the token, from the header <c>x-oauth-scopes</c>; empty where Slack did not tell.</summary>
    public ValueList<string> Scopes { get; init; } = [];
}
