using ChatOps.Slack;
using ChatOps.Slack.WebApi;

namespace ChatOps.Timeline;

/// <summary>
/// Who is who in the workspace: people by id or name, user groups with their members. Read from Slack at most once a minute.
/// While Slack does not answer, the last answer counts for ten minutes; after that nothing is known.
/// </summary>
public sealed class SlackDirectory(ISlackApiClient slack, TimeProvider time) : IDisposable
{
    private const int MostPages = 50;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastKnown = TimeSpan.FromMinutes(10);

    private readonly Cached<IReadOnlyList<User>> people = new();
    private readonly Dictionary<string, Cached<IReadOnlySet<string>>> members = new(StringComparer.Ordinal);
    private readonly Cached<IReadOnlyList<UserGroup>> groups = new();
    private readonly Dictionary<string, Cached<Lookup>> addresses = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>One question at a time: a burst of clicks asks Slack once.</summary>
    private readonly SemaphoreSlim asking = new(1, 1);

    /// <summary>The person of that id, handle or display name (without '@', whatever the case). Null: there is none, or several share the name.</summary>
    /// <exception cref="SlackDirectoryException">Slack does not answer and what was known is too old.</exception>
    public async Task<User?> FindUserAsync(string idOrName, CancellationToken cancellationToken)
    {
        var all = await GuardedAsync(PeopleAsync, cancellationToken);
        if (all.FirstOrDefault(u => u.Id == idOrName) is { } byId) return byId;
        // The handle is unique in a workspace, a display name is not: an ambiguous one names nobody.
        if (all.FirstOrDefault(u => !u.Deleted && Same(u.Name, idOrName)) is { } byHandle) return byHandle;
        var byDisplay = all.Where(u => !u.Deleted && (Same(u.Profile?.DisplayName, idOrName) || Same(u.RealName, idOrName))).Take(2).ToList();
        return byDisplay.Count == 1 ? byDisplay[0] : null;
    }

    /// <summary>As <see cref="FindUserAsync"/>, by id or handle alone: anybody may take any display name, so it must not decide what somebody may.</summary>
    /// <exception cref="SlackDirectoryException">Slack does not answer and what was known is too old.</exception>
    public async Task<User?> FindAccountAsync(string idOrHandle, CancellationToken cancellationToken)
    {
        var all = await GuardedAsync(PeopleAsync, cancellationToken);
        return all.FirstOrDefault(u => u.Id == idOrHandle) ?? all.FirstOrDefault(u => !u.Deleted && Same(u.Name, idOrHandle));
    }

    /// <summary>What people call that person; the id where nobody of that id is known or Slack does not answer.</summary>
    public async Task<string> DisplayNameAsync(string userId, CancellationToken cancellationToken)
    {
        try
        {
            var user = await FindUserAsync(userId, cancellationToken);
            return user is null ? userId
                : user.Profile?.DisplayName is { Length: > 0 } display ? display
                : user.RealName is { Length: > 0 } real ? real : user.Name;
        }
        catch (SlackDirectoryException)
        {
            return userId;
        }
    }

    /// <summary>The user group of that id or handle (without '@'); null: there is none.</summary>
    /// <exception cref="SlackDirectoryException">Slack does not answer and what was known is too old.</exception>
    public Task<UserGroup?> FindGroupAsync(string idOrHandle, CancellationToken cancellationToken) =>
        GuardedAsync(async token => (await GroupsAsync(token)).FirstOrDefault(g => g.Id == idOrHandle || Same(g.Handle, idOrHandle)), cancellationToken);

    /// <summary>Ids of the people in the group of that id or handle; null: there is no such group.</summary>
    /// <exception cref="SlackDirectoryException">Slack does not answer and what was known is too old.</exception>
    public Task<IReadOnlySet<string>?> MembersOfAsync(string idOrHandle, CancellationToken cancellationToken) =>
        GuardedAsync<IReadOnlySet<string>?>(async token =>
        {
            var group = (await GroupsAsync(token)).FirstOrDefault(g => g.Id == idOrHandle || Same(g.Handle, idOrHandle));
            if (group is null) return null;
            if (!members.TryGetValue(group.Id, out var cached)) members.Add(group.Id, cached = new());
            return await CurrentAsync<IReadOnlySet<string>>(cached, async t => new HashSet<string>(await slack.UserGroups.UsersList(group.Id, t), StringComparer.Ordinal), token);
        }, cancellationToken);

    /// <summary>The person with that e-mail address; null: there is none.</summary>
    /// <exception cref="SlackDirectoryException">Slack does not answer and what was known is too old.</exception>
    public Task<User?> FindByEmailAsync(string email, CancellationToken cancellationToken) =>
        GuardedAsync(async token =>
        {
            if (!addresses.TryGetValue(email, out var cached)) addresses.Add(email, cached = new());
            return (await CurrentAsync(cached, async t => new Lookup(await slack.Users.LookupByEmail(email, t)), token)).User;
        }, cancellationToken);

    public void Dispose() => asking.Dispose();

    private Task<IReadOnlyList<User>> PeopleAsync(CancellationToken cancellationToken) => CurrentAsync<IReadOnlyList<User>>(people, async token =>
    {
        var all = new List<User>();
        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            var found = await slack.Users.List(cursor, token);
            all.AddRange(found.Members);
            if (string.IsNullOrEmpty(cursor = found.NextCursor)) break;
        }
        return all;
    }, cancellationToken);

    private Task<IReadOnlyList<UserGroup>> GroupsAsync(CancellationToken cancellationToken) =>
        CurrentAsync<IReadOnlyList<UserGroup>>(groups, async token => [.. await slack.UserGroups.List(token)], cancellationToken);

    private async Task<T> CurrentAsync<T>(Cached<T> cached, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken) where T : class
    {
        var now = time.GetUtcNow();
        if (cached.Value is { } known && now - cached.At < Fresh) return known;
        // While Slack is away, not every click waits for its time-out again.
        if (cached.Failure is { } failure && now - cached.FailedAt < AfterFailure) return LastOf(cached, now, failure);
        try
        {
            cached.Value = await ask(cancellationToken);
            cached.At = now;
            cached.Failure = null;
            return cached.Value;
        }
        catch (Exception e) when (e is SlackException or SlackRateLimitedException or SlackUnreachableException)
        {
            (cached.Failure, cached.FailedAt) = (e, now);
            return LastOf(cached, now, e);
        }
    }

    private static T LastOf<T>(Cached<T> cached, DateTimeOffset now, Exception failure) where T : class =>
        cached.Value is { } last && now - cached.At <= LastKnown ? last
        : throw new SlackDirectoryException(cached.Value is null
            ? "Slack did not tell who is in which group"
            : "Slack has not told for over 10 minutes who is in which group", failure);

    private async Task<T> GuardedAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        await asking.WaitAsync(cancellationToken);
        try
        {
            return await ask(cancellationToken);
        }
        finally
        {
            asking.Release();
        }
    }

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private sealed record Lookup(User? User);

    private sealed class Cached<T> where T : class
    {
        public T? Value { get; set; }
        public DateTimeOffset At { get; set; }
        public Exception? Failure { get; set; }
        public DateTimeOffset FailedAt { get; set; }
    }
}

/// <summary>Slack does not tell who people are, and what was known is too old to act on. The message is a clause for people.</summary>
public sealed class SlackDirectoryException(string message, Exception innerException) : Exception(message, innerException);
