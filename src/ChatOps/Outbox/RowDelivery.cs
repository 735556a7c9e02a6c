using System.Diagnostics;
using System.Text.Json;
using ChatOps.Observability;
using ChatOps.Slack;
using ChatOps.Slack.WebApi;

namespace ChatOps.Outbox;

/// <summary>Makes the calls of one row and says what became of it. Every answer of Slack ends in one of three results.</summary>
internal sealed class RowDelivery(ISlackApiClient slack, SlackMessages messages, SlackChannels channels, ChannelMentions mentions, OutboxQueue queue, OutboxOptions options, SlackStanding standing)
{
    private static readonly TimeSpan UntilChannelIsMade = TimeSpan.FromMilliseconds(100);

    /// <param name="begun">When the row was marked as begun (<see cref="Stopwatch"/>): a process that was frozen since then must not call.</param>
    public async Task<SendResult> SendAsync(DestinationView destination, BegunRow row, long begun)
    {
        var left = options.Deadline - Stopwatch.GetElapsedTime(begun);
        if (left <= TimeSpan.Zero) return new Again(TimeSpan.Zero, "this process was frozen") { MayHaveHappened = row.Row.Sending };
        using var deadline = new CancellationTokenSource(left);
        var attempt = new Attempt(destination, row, deadline.Token);
        try
        {
            var result = await SendAsync(attempt);
            if (result is Sent) standing.Took();
            return result;
        }
        catch (SlackRateLimitedException e)
        {
            return new Again(e.RetryAfter, e.Message)
            {
                MayHaveHappened = attempt.MayBeThere,
                PostsBlocked = e.Method == "chat.postMessage",
                BlockedMethod = e.Method == "chat.postMessage" ? null : e.Method,
            };
        }
        catch (SlackUnreachableException e)
        {
            return Lost(attempt, e.Message, attempt.MayBeThere || (e.MayHaveHappened && !IsRead(e.Method)));
        }
        catch (OperationCanceledException)
        {
            return Lost(attempt, $"no answer from Slack in {options.Deadline.TotalSeconds:0.#} s", attempt.MayBeThere || !attempt.ReadCutOff);
        }
        catch (SlackException e) when (SlackRefusals.Of(attempt.Row.Kind, e.ErrorCode) == SlackRefusal.Token)
        {
            standing.Refused(e.ErrorCode);
            return new Again(options.RetryAfter(attempt.Row.Attempts + 1), e.Message) { MayHaveHappened = attempt.MayBeThere };
        }
        catch (SlackException e)
        {
            return new Dead(e.Message);
        }
        catch (JsonException e)
        {
            return new Dead($"its content cannot be read: {e.Message}");
        }
    }

    private async Task<SendResult> SendAsync(Attempt attempt)
    {
        var plain = false;
        var joined = false;
        while (true)
        {
            try
            {
                return await CallAsync(attempt, plain);
            }
            catch (SlackException e) when (attempt.GoesByName && e.ErrorCode is ("channel_not_found" or "not_in_channel"))
            {
                attempt.NameRefused = true;
            }
            catch (SlackException e)
            {
                switch (SlackRefusals.Of(attempt.Row.Kind, e.ErrorCode))
                {
                    case SlackRefusal.AlreadySo:
                        return new Sent();
                    case SlackRefusal.Content when !plain && attempt.Row.Kind is OutboxKind.Show or OutboxKind.Ephemeral or OutboxKind.Respond or OutboxKind.Home:
                        plain = true;
                        break;
                    case SlackRefusal.Join when !joined && attempt.Channel is { } channel:
                        joined = true;
                        await slack.Conversations.Join(channel, attempt.Deadline);
                        break;
                    case SlackRefusal.MessageGone when attempt.Row.MessageTs is not null:
                        return new Again(TimeSpan.Zero, e.Message) { MessageGone = true };
                    case SlackRefusal.TroubleAtSlack:
                        return Lost(attempt, e.Message, mayHaveHappened: true);
                    case SlackRefusal.ForGood when e.ErrorCode == "channel_not_found" && Destination.IsName(attempt.Destination.Key) && attempt.Row.Attempts == 0:
                        // The channel that had this name may be gone and another have it now.
                        await queue.LearnChannelAsync(attempt.Destination.Key, channelId: null, attempt.Deadline);
                        return new Again(TimeSpan.Zero, e.Message);
                    default:
                        throw;
                }
            }
        }
    }

    private async Task<SendResult> CallAsync(Attempt attempt, bool plain)
    {
        var kind = attempt.Row.Kind;
        if (attempt.MayBeThere && kind is OutboxKind.Ephemeral or OutboxKind.Respond)
            return new Dead("not repeated: it may have arrived, and cannot be looked up");
        if (kind is OutboxKind.Show or OutboxKind.Ephemeral or OutboxKind.Respond or OutboxKind.Home)
        {
            if (await attempt.ReadAsync(mentions.FillAsync(attempt.Content, attempt.Row.CreatedAt, attempt.Deadline)) is not { } content)
                return new Again(UntilChannelIsMade, "a channel that it mentions is still being made");
            attempt.Content = content;
        }
        if (kind == OutboxKind.Respond) return await messages.RespondAsync(attempt, plain);
        if (kind == OutboxKind.Home) return await SlackHomes.PublishAsync(slack, attempt, plain);
        if (kind == OutboxKind.CreateChannel) return await channels.CreateAsync(attempt);
        if (kind == OutboxKind.Pin) return await channels.PinAsync(attempt);
        if (attempt.GoesByName) return await messages.ShowAsync(attempt, attempt.Destination.Key, plain);
        if ((attempt.Channel ??= await attempt.ReadAsync(channels.ResolveAsync(attempt))) is not { } channel)
            return new Dead(Destination.IsName(attempt.Destination.Key)
                ? $"channel_not_found: there is no channel {attempt.Destination.Key} that the bot can see; create it, or invite the bot"
                : "its channel could not be made");
        return kind switch
        {
            OutboxKind.Show => await messages.ShowAsync(attempt, channel, plain),
            OutboxKind.Ephemeral => await messages.EphemeralAsync(attempt, channel, plain),
            OutboxKind.Invite => await channels.InviteAsync(attempt, channel),
            OutboxKind.Join => await channels.JoinAsync(attempt, channel),
            OutboxKind.Archive => await channels.ArchiveAsync(attempt, channel),
            OutboxKind.Topic => await channels.SetTopicAsync(attempt, channel),
            OutboxKind.Upload => await messages.UploadAsync(attempt, channel),
            _ => new Dead($"this version does not know rows of the kind {kind}"),
        };
    }

    /// <summary>No clear answer. What can be repeated without harm is; what can be looked up is looked up first; the rest is at most once.</summary>
    private SendResult Lost(Attempt attempt, string error, bool mayHaveHappened)
    {
        var pause = options.RetryAfter(attempt.Row.Attempts + 1);
        return attempt.Row.Kind switch
        {
            OutboxKind.Ephemeral or OutboxKind.Respond when mayHaveHappened => new Dead($"not repeated: it may have arrived ({error})"),
            OutboxKind.Upload when mayHaveHappened => LookLater(),
            OutboxKind.Show when mayHaveHappened && attempt.Row.MessageTs is null => LookLater(),
            OutboxKind.CreateChannel => new Again(pause, error) { MayHaveHappened = mayHaveHappened },
            _ => new Again(pause, error),
        };

        Again LookLater() => new(pause > options.Settle ? pause : options.Settle, error) { MayHaveHappened = true };
    }

    private static bool IsRead(string method) => method is "conversations.history" or "conversations.replies" or "conversations.list" or "conversations.info" or "auth.test";
}
