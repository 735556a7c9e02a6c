using System.Collections.Concurrent;
using ChatOps.Slack;
using ChatOps.Slack.WebApi;

namespace ChatOps.Timeline;

/// <summary>
/// The accounts of a workspace of any size. Slack gives 20 pages of the list a minute, so reading it goes on where it was stopped, and it is read only for a
/// handle that is not known. Who had a handle when its page was read is asked about alone: what counts is who they are now.
/// </summary>
internal sealed class SlackAccounts
{
    private const int MostPages = 100;

    /// <summary>After so long without a page, what was read of the list is too old to go on from.</summary>
    private static readonly TimeSpan LongestBreak = TimeSpan.FromMinutes(10);

    private readonly ISlackApiClient slack;
    private readonly TimeProvider time;
    private readonly CancellationToken closing;
    private readonly Remembered<IReadOnlyList<User>> list;
    private readonly ConcurrentDictionary<string, Remembered<Lookup>> accounts = new(StringComparer.Ordinal);
    private readonly MethodTrouble infoTrouble = new();
    private readonly ConcurrentDictionary<string, (User User, DateTimeOffset At)> byHandle = new(StringComparer.OrdinalIgnoreCase);
    private Reading reading = new();

    public SlackAccounts(ISlackApiClient slack, TimeProvider time, CancellationToken closing)
    {
        (this.slack, this.time, this.closing) = (slack, time, closing);
        list = new(ReadAsync, new(), time, closing);
    }

    /// <summary>Slack's ids of people (U, W).</summary>
    public static bool IsId(string text) => text.Length > 1 && text[0] is 'U' or 'W' && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));

    /// <summary>Everybody, the deactivated too.</summary>
    public Task<IReadOnlyList<User>> AllAsync(CancellationToken cancellationToken) => list.GetAsync(cancellationToken);

    public async Task<User?> FindAsync(string idOrHandle, CancellationToken cancellationToken)
    {
        if (IsId(idOrHandle) && await FindByIdAsync(idOrHandle, cancellationToken) is { } byId) return byId;
        if (await WithHandleAsync(idOrHandle, cancellationToken) is { } known) return known;
        try
        {
            await list.GetAsync(cancellationToken);
        }
        catch (SlackDirectoryException)
        {
            // The page that they stand on may have been read.
            if (await WithHandleAsync(idOrHandle, cancellationToken) is { } found) return found;
            throw;
        }
        return await WithHandleAsync(idOrHandle, cancellationToken);
    }

    public async Task<User?> FindByIdAsync(string id, CancellationToken cancellationToken) => (await Account(id).GetAsync(cancellationToken)).User;

    private async Task<User?> WithHandleAsync(string handle, CancellationToken cancellationToken)
    {
        if (!byHandle.TryGetValue(handle, out var seen)) return null;
        var account = Account(seen.User.Id);
        account.Learn(new(seen.User), seen.At);
        return (await account.GetAsync(cancellationToken)).User is { Deleted: false } user && string.Equals(user.Name, handle, StringComparison.OrdinalIgnoreCase) ? user : null;
    }

    private Remembered<Lookup> Account(string id) => accounts.GetOrAdd(id, _ => new(async token =>
    {
        try
        {
            return new(await slack.Users.Info(id, token));
        }
        catch (SlackException e) when (e.ErrorCode is "user_not_found" or "user_not_visible")
        {
            return new(null);
        }
    }, infoTrouble, time, closing));

    private async Task<IReadOnlyList<User>> ReadAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - reading.At > LongestBreak) reading = new();
        try
        {
            do
            {
                if (reading.Pages == MostPages) throw new SlackDirectoryException($"The workspace has more accounts than I read, which is {MostPages} pages of Slack's list");
                var page = await slack.Users.List(reading.Cursor, cancellationToken);
                reading = reading with { Pages = reading.Pages + 1, Cursor = page.NextCursor, At = time.GetUtcNow() };
                reading.People.AddRange(page.Members);
                foreach (var user in page.Members.Where(u => !u.Deleted)) byHandle[user.Name] = (user, reading.At);
            }
            while (reading.Cursor is not null);
        }
        catch (SlackException e) when (e.ErrorCode == "invalid_cursor")
        {
            reading = new();
            throw;
        }
        var all = reading.People;
        reading = new();
        return all;
    }

    /// <summary>How far the list is read.</summary>
    private sealed record Reading
    {
        public List<User> People { get; } = [];
        public int Pages { get; init; }
        public string? Cursor { get; init; }
        public DateTimeOffset At { get; init; }
    }
}

/// <summary>What Slack said about one person; null: there is none.</summary>
internal sealed record Lookup(User? User);
