namespace ChatOps.Slack.WebApi;

internal sealed class AuthApi(SlackApiClient client) : IAuthApi
{
    public async Task<AuthTestResponse> Test(CancellationToken cancellationToken)
    {
        var answer = await client.BotAnswerAsync("auth.test", cancellationToken);
        return SlackApiClient.Read<AuthTestResponse>("auth.test", answer) with
        {
            Scopes = answer.Scopes?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
        };
    }
}

internal sealed class AppsConnectionsApi(SlackApiClient client) : IAppsConnectionsApi
{
    private const string Method = "apps.connections.open";

    public async Task<Uri> Open(CancellationToken cancellationToken)
    {
        var response = SlackApiClient.Read<OpenResponse>(Method, await client.AppAnswerAsync(Method, cancellationToken));
        return Uri.TryCreate(response.Url, UriKind.Absolute, out var uri) && uri.Scheme is ("ws" or "wss") ? uri : throw new SlackException(Method, "invalid_url");
    }

    private sealed record OpenResponse(string? Url);
}
