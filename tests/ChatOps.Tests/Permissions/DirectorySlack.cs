using System.Text.Json;
using ChatOps.Slack;
using ChatOps.Slack.WebApi;

namespace ChatOps.Tests.Permissions;

/// <summary>A Slack that knows people and groups and refuses every other call.</summary>
internal sealed class DirectorySlack : ISlackApiClient, IUsersApi, IUserGroupsApi
{
    public List<User> People { get; } = [];

    public Dictionary<string, (string Handle, string[] Members)> Groups { get; } = new(StringComparer.Ordinal);

    public bool Away { get; set; }

    public int Calls { get; private set; }

    /// <summary>What happens before a call of that method is answered.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    public IUsersApi Users => this;

    public IUserGroupsApi UserGroups => this;

    public IChatApi Chat => throw Unexpected();

    public IConversationsApi Conversations => throw Unexpected();

    public IPinsApi Pins => throw Unexpected();

    public IReactionsApi Reactions => throw Unexpected();

    public IViewsApi Views => throw Unexpected();

    public IFilesApi Files => throw Unexpected();

    public IAuthApi Auth => throw Unexpected();

    public IAppsConnectionsApi AppsConnections => throw Unexpected();

    public async Task<UserPage> List(string? cursor, CancellationToken cancellationToken)
    {
        await AskAsync("users.list");
        // One person a page, so that paging is seen.
        var at = cursor is null ? 0 : int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
        return new UserPage
        {
            Members = [.. People.Skip(at).Take(1)],
            ResponseMetadata = JsonSerializer.Deserialize<PageMetadata>(JsonSerializer.Serialize(new { next_cursor = at + 1 < People.Count ? $"{at + 1}" : "" }), SlackJson.Options),
        };
    }

    async Task<ValueList<UserGroup>> IUserGroupsApi.List(CancellationToken cancellationToken)
    {
        await AskAsync("usergroups.list");
        return [.. Groups.Select(g => new UserGroup { Id = g.Key, Handle = g.Value.Handle })];
    }

    public async Task<ValueList<string>> UsersList(string userGroupId, CancellationToken cancellationToken)
    {
        await AskAsync("usergroups.users.list");
        return [.. Groups[userGroupId].Members];
    }

    public async Task<User> Info(string userId, CancellationToken cancellationToken)
    {
        await AskAsync("users.info");
        return People.Find(p => p.Id == userId) ?? throw new SlackException("users.info", "user_not_found");
    }

    public async Task<User?> LookupByEmail(string email, CancellationToken cancellationToken)
    {
        await AskAsync("users.lookupByEmail");
        return People.Find(p => p.Profile?.Email == email);
    }

    Task<ConversationPage> IUsersApi.Conversations(string? userId, string types, string? cursor, CancellationToken cancellationToken) => throw Unexpected();

    public Task<JsonElement> CallAsync(string method, object? arguments, CancellationToken cancellationToken) => throw Unexpected();

    public Task<TResponse> CallAsync<TResponse>(string method, object? arguments, CancellationToken cancellationToken) where TResponse : class => throw Unexpected();

    public Task RespondAsync(string responseUrl, ResponseMessage message, CancellationToken cancellationToken) => throw Unexpected();

    private async Task AskAsync(string method)
    {
        Calls++;
        await Before(method);
        if (Away) throw new SlackUnreachableException(method, mayHaveHappened: false, "connection refused");
    }

    private static InvalidOperationException Unexpected() => new("Nobody said that this is called.");
}

/// <summary>A time of day that stands still until it is moved.</summary>
internal sealed class StandingClock : TimeProvider
{
    private DateTimeOffset now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan by) => now += by;
}
