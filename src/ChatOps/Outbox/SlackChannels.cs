using System.Collections.Concurrent;
using ChatOps.Slack;
using ChatOps.Slack.WebApi;

namespace ChatOps.Outbox;

/// <summary>Finds, makes and furnishes channels.</summary>
internal sealed class SlackChannels(ISlackApiClient slack, OutboxQueue queue, OutboxOptions options)
{
    private const int PeopleInOneCall = 100;
    private const int NamesToTry = 20;
    private const int LooksForOurOwn = 5;

    /// <summary>
    /// Where a row's look through the channels was cut off: its next attempt goes on from there, since a large workspace has more pages than one attempt can read.
    /// Never another row's look, which must not miss a channel that was made since.
    /// </summary>
    private readonly ConcurrentDictionary<(long Row, string Looked), string> readTo = new();

    private string? botUser;

    /// <summary>What to put into <c>channel</c>; null where the destination has no channel and will have none.</summary>
    public async Task<string?> ResolveAsync(Attempt attempt)
    {
        var destination = attempt.Destination;
        if (destination.ChannelId is { } known) return known;
        if (Destination.IsUserId(destination.Key)) return destination.Key;
        if (!Destination.IsName(destination.Key)) return null;
        var found = await FindAsync(attempt, "public_channel,private_channel", destination.Key[1..], c => c.Name);
        if (found is not null) await queue.LearnChannelAsync(destination.Key, found.Id, attempt.Deadline);
        return found?.Id;
    }

    /// <summary>The channel of a direct message, which its history needs; null where nobody ever wrote there.</summary>
    public async Task<string?> DirectMessageAsync(Attempt attempt, string userId) => (await FindAsync(attempt, "im", userId, c => c.User))?.Id;

    /// <summary>
    /// Makes the channel. A name that is taken by a channel which carries our short id and was created by the bot is the one that a lost attempt made.
    /// </summary>
    public async Task<SendResult> CreateAsync(Attempt attempt)
    {
        var wanted = OutboxJson.Read<ChannelToCreate>(attempt.Content);
        for (var i = 1; i <= NamesToTry; i++)
        {
            var name = ChannelName.Attempt(wanted.BaseName, i);
            try
            {
                var made = await slack.Conversations.Create(name, wanted.IsPrivate, attempt.Deadline);
                return new Sent { DestinationChannel = made.Id, ChannelName = made.Name ?? name };
            }
            catch (SlackException e) when (e.ErrorCode == "name_taken")
            {
                var taken = await attempt.ReadAsync(FindAsync(attempt, wanted.IsPrivate ? "private_channel" : "public_channel", name, c => c.Name));
                if (taken is not null && name.Contains(wanted.ShortId, StringComparison.Ordinal) && taken.Creator == await attempt.ReadAsync(BotUserAsync(attempt.Deadline)))
                    return new Sent { DestinationChannel = taken.Id, ChannelName = name, Note = "found after a lost answer" };
                // Slack's list may be behind what a lost attempt made: look again before a second channel is made.
                if (taken is null && attempt.MayBeThere && attempt.Row.Attempts < LooksForOurOwn)
                    return new Again(options.RetryAfter(attempt.Row.Attempts + 1), $"{name} is taken and not listed yet") { MayHaveHappened = true };
            }
        }
        return new Dead($"name_taken: {NamesToTry} names from {wanted.BaseName} on are taken");
    }

    /// <summary>Invites everybody who can be invited.</summary>
    public async Task<SendResult> InviteAsync(Attempt attempt, string channel)
    {
        var left = new List<string>();
        foreach (var users in OutboxJson.Read<Invitation>(attempt.Content).Users.Chunk(PeopleInOneCall))
        {
            try
            {
                await slack.Conversations.Invite(channel, users, attempt.Deadline);
            }
            catch (SlackException e) when (IsAboutPeople(e.ErrorCode))
            {
                // Slack invites nobody when one of them cannot be: the others are invited one by one.
                if (users.Length == 1) Leave(users[0], e);
                else foreach (var user in users) await InviteOneAsync(user);
            }
        }
        return new Sent { Note = left.Count == 0 ? null : $"not invited: {string.Join(", ", left)}" };

        async Task InviteOneAsync(string user)
        {
            try
            {
                await slack.Conversations.Invite(channel, [user], attempt.Deadline);
            }
            catch (SlackException e) when (IsAboutPeople(e.ErrorCode))
            {
                Leave(user, e);
            }
        }

        void Leave(string user, SlackException e)
        {
            if (SlackRefusals.Of(OutboxKind.Invite, e.ErrorCode) != SlackRefusal.AlreadySo) left.Add($"{user} ({e.ErrorCode})");
        }
    }

    public async Task<SendResult> SetTopicAsync(Attempt attempt, string channel)
    {
        await slack.Conversations.SetTopic(channel, OutboxJson.Read<ChannelTopic>(attempt.Content).Text, attempt.Deadline);
        return new Sent();
    }

    public async Task<SendResult> JoinAsync(Attempt attempt, string channel)
    {
        await slack.Conversations.Join(channel, attempt.Deadline);
        return new Sent();
    }

    public async Task<SendResult> ArchiveAsync(Attempt attempt, string channel)
    {
        await slack.Conversations.Archive(channel, attempt.Deadline);
        return new Sent();
    }

    public async Task<SendResult> PinAsync(Attempt attempt)
    {
        if (attempt.Row is not { MessageChannel: { } channel, MessageTs: { } ts }) return new Dead("the message to pin was never posted");
        await slack.Pins.Add(channel, ts, attempt.Deadline);
        return new Sent();
    }

    private static bool IsAboutPeople(string error) => error is "already_in_channel" or "cant_invite" or "cant_invite_self" or "user_not_found" or "no_user"
        or "user_is_restricted" or "invitee_cant_see_channel" or "org_user_not_in_team" or "ura_max_channels" or "app_cannot_join_channel"
        or "no_external_invite_permission" or "user_disabled";

    private async Task<string> BotUserAsync(CancellationToken cancellationToken) => botUser ??= (await slack.Auth.Test(cancellationToken)).UserId;

    private async Task<Conversation?> FindAsync(Attempt attempt, string types, string wanted, Func<Conversation, string?> what)
    {
        var look = (attempt.Row.Id, $"{types} {wanted}");
        var cursor = readTo.GetValueOrDefault(look);
        do
        {
            ConversationPage page;
            try
            {
                page = await slack.Conversations.List(types, cursor, attempt.Deadline);
            }
            catch (SlackException e) when (cursor is not null && e.ErrorCode == "invalid_cursor")
            {
                readTo.TryRemove(look, out _);
                throw new SlackUnreachableException(e.Method, mayHaveHappened: false, "the place in its list is not known any more", e);
            }
            if (page.Channels.FirstOrDefault(c => what(c) == wanted) is { } found)
            {
                readTo.TryRemove(look, out _);
                return found;
            }
            cursor = page.NextCursor;
            if (cursor is not null) readTo[look] = cursor;
        }
        while (cursor is not null);
        readTo.TryRemove(look, out _);
        return null;
    }
}
