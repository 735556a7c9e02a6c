namespace ChatOps.Slack.WebApi;

public interface IUsersApi
{
    Task<User> Info(string userId, CancellationToken cancellationToken);

    /// <summary>One page of up to 1,000 people. Slack gives 20 a minute.</summary>
    Task<UserPage> List(string? cursor, CancellationToken cancellationToken);

    /// <summary>One page of up to 200 conversations that the person (null: the bot) is in.</summary>
    Task<ConversationPage> Conversations(string? userId, string types, string? cursor, CancellationToken cancellationToken);

    /// <summary>Null where nobody has that address.</summary>
    Task<User?> LookupByEmail(string email, CancellationToken cancellationToken);
}

public interface IUserGroupsApi
{
    Task<ValueList<UserGroup>> List(CancellationToken cancellationToken);

    /// <summary>The ids of the people in a group.</summary>
    Task<ValueList<string>> UsersList(string userGroupId, CancellationToken cancellationToken);
}

public sealed record User
{
    public string Id { get; init; } = "";

    /// <summary>The handle, without @.</summary>
    public string Name { get; init; } = "";

    public string? RealName { get; init; }

    public bool Deleted { get; init; }

    public bool IsBot { get; init; }

    /// <summary>IANA name of the person's zone, such as <c>Europe/Vienna</c>.</summary>
    public string? Tz { get; init; }

    /// <summary>Seconds ahead of UTC.</summary>
    public int? TzOffset { get; init; }

    public UserProfile? Profile { get; init; }
}

public sealed record UserProfile
{
    public string? DisplayName { get; init; }

    public string? RealName { get; init; }

    public string? Email { get; init; }
}

public sealed record UserPage
{
    public ValueList<User> Members { get; init; } = [];

    public PageMetadata? ResponseMetadata { get; init; }

    public string? NextCursor => ResponseMetadata?.Next;
}

public sealed record UserGroup
{
    public string Id { get; init; } = "";

    /// <summary>The handle, without @.</summary>
    public string Handle { get; init; } = "";

    public string? Name { get; init; }

    public ValueList<string>? Users { get; init; }
}

internal sealed class UsersApi(ISlackApiClient client) : IUsersApi
{
    /// <summary>Slack recommends 100 to 200 and takes 1,000 (https://docs.slack.dev/apis/web-api/pagination): at 20 pages a minute, 200 would be 4,000 people a minute.</summary>
    private const int PeoplePageSize = 1000;

    private const int PageSize = 200;

    public async Task<User> Info(string userId, CancellationToken cancellationToken) =>
        (await client.CallAsync<UserResponse>("users.info", new { User = userId }, cancellationToken)).User;

    public Task<UserPage> List(string? cursor, CancellationToken cancellationToken) =>
        client.CallAsync<UserPage>("users.list", new { Limit = PeoplePageSize, Cursor = cursor }, cancellationToken);

    public Task<ConversationPage> Conversations(string? userId, string types, string? cursor, CancellationToken cancellationToken) =>
        client.CallAsync<ConversationPage>("users.conversations", new { User = userId, Types = types, ExcludeArchived = true, Limit = PageSize, Cursor = cursor }, cancellationToken);

    public async Task<User?> LookupByEmail(string email, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.CallAsync<UserResponse>("users.lookupByEmail", new { Email = email }, cancellationToken)).User;
        }
        catch (SlackException refused) when (refused.ErrorCode == "users_not_found")
        {
            return null;
        }
    }

    private sealed record UserResponse(User User);
}

internal sealed class UserGroupsApi(ISlackApiClient client) : IUserGroupsApi
{
    public async Task<ValueList<UserGroup>> List(CancellationToken cancellationToken) =>
        (await client.CallAsync<GroupsResponse>("usergroups.list", new { IncludeUsers = true }, cancellationToken)).Usergroups;

    public async Task<ValueList<string>> UsersList(string userGroupId, CancellationToken cancellationToken) =>
        (await client.CallAsync<GroupUsersResponse>("usergroups.users.list", new { Usergroup = userGroupId }, cancellationToken)).Users;

    private sealed record GroupsResponse(ValueList<UserGroup> Usergroups);

    private sealed record GroupUsersResponse(ValueList<string> Users);
}
