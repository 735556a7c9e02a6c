using System.Collections.Concurrent;
using ChatOps.Slack.WebApi;

namespace ChatOps.Timeline;

/// <summary>
/// Who is who in the workspace: people by id or name, user groups with their members. Each is asked of Slack at most once a minute.
/// While Slack does not answer, the last answer counts for ten minutes, and no press waits for a newer one longer than two seconds; after that nothing is known.
/// </summary>
public sealed class SlackDirectory : IDisposable
{
    private readonly ISlackApiClient slack;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource closing = new();
    private readonly SlackAccounts accounts;
    private readonly Remembered<IReadOnlyList<UserGroup>> groups;
    private readonly ConcurrentDictionary<string, Remembered<IReadOnlySet<string>>> members = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Remembered<Lookup>> addresses = new(StringComparer.OrdinalIgnoreCase);
    private readonly MethodTrouble membersTrouble = new();
    private readonly MethodTrouble addressesTrouble = new();

    public SlackDirectory(ISlackApiClient slack, TimeProvider time)
    {
        (this.slack, this.time) = (slack, time);
        accounts = new(slack, time, closing.Token);
        groups = Remember<IReadOnlyList<UserGroup>>(async token => [.. await slack.UserGroups.List(token)], new());
    }

    /// <summary>The person of that id, handle or display name (without '@', whatever the case). Null: there is none, or several share the name.</summary>
    /// <exception cref="SlackDirectoryException">Slack does not answer and what was known is too old.</exception>
    public async Task<User?> FindUserAsync(string idOrName, CancellationToken cancellationToken)
    {
        // The handle is unique in a workspace, a display name is not: an ambiguous one names nobody.
        if (await accounts.FindAsync(idOrName, cancellationToken) is { } account) return account;
        var byDisplay = (await accounts.AllAsync(cancellationToken))
            .Where(u => !u.Deleted && (Same(u.Profile?.DisplayName, idOrName) || Same(u.RealName, idOrName))).Take(2).ToList();
        return byDisplay.Count == 1 ? byDisplay[0] : null;
    }

    /// <summary>As <see cref="FindUserAsync"/>, by id or handle alone: anybody may take any display name, so it must not decide what somebody may.</summary>
    /// <exception cref="SlackDirectoryException">Slack does not answer and what was known is too old.</exception>
    public Task<User?> FindAccountAsync(string idOrHandle, CancellationToken cancellationToken) => accounts.FindAsync(idOrHandle, cancellationToken);

    /// <summary>What people call that person; the id where nobody of that id is known or Slack does not answer.</summary>
    public async Task<string> DisplayNameAsync(string userId, CancellationToken cancellationToken)
    {
        try
        {
            var user = SlackAccounts.IsId(userId) ? await accounts.FindByIdAsync(userId, cancellationToken) : await FindUserAsync(userId, cancellationToken);
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
    public async Task<UserGroup?> FindGroupAsync(string idOrHandle, CancellationToken cancellationToken) =>
        (await groups.GetAsync(cancellationToken)).FirstOrDefault(g => g.Id == idOrHandle || Same(g.Handle, idOrHandle));

    /// <summary>Ids of the people in the group of that id or handle; null: there is no such group.</summary>
    /// <exception cref="SlackDirectoryException">Slack does not answer and what was known is too old.</exception>
    public async Task<IReadOnlySet<string>?> MembersOfAsync(string idOrHandle, CancellationToken cancellationToken)
    {
        if (await FindGroupAsync(idOrHandle, cancellationToken) is not { Id: var id }) return null;
        return await members.GetOrAdd(id, _ => Remember<IReadOnlySet<string>>(
            async token => new HashSet<string>(await slack.UserGroups.UsersList(id, token), StringComparer.Ordinal), membersTrouble)).GetAsync(cancellationToken);
    }

    /// <summary>The person with that e-mail address; null: there is none.</summary>
    /// <exception cref="SlackDirectoryException">Slack does not answer and what was known is too old.</exception>
    public async Task<User?> FindByEmailAsync(string email, CancellationToken cancellationToken) =>
        (await addresses.GetOrAdd(email, _ => Remember(
            async token => new Lookup(await slack.Users.LookupByEmail(email, token)), addressesTrouble)).GetAsync(cancellationToken)).User;

    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    private Remembered<T> Remember<T>(Func<CancellationToken, Task<T>> ask, MethodTrouble trouble) where T : class => new(ask, trouble, time, closing.Token);

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Slack does not tell who people are, and what was known is too old to act on, or there are more than can be read. The message is a clause for people.</summary>
public sealed class SlackDirectoryException(string message, Exception? innerException = null) : Exception(message, innerException);
