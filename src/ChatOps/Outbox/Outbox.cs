using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ChatOps.Database;
using ChatOps.Slack.Blocks;

namespace ChatOps.Outbox;

/// <summary>
/// Everything the bot says in Slack, as rows in the caller's transaction: said once the transaction is committed, not at all otherwise.
/// Within a destination posts keep their order; a message that is edited often is edited to the newest state only.
/// A destination is <c>incident:7</c> (its channel is made by <see cref="CreateChannelAsync"/>), a channel's id, a person's id (direct message) or <c>#name</c>.
/// </summary>
/// <remarks>From other folders the type is written <c>Outbox.Outbox</c>: the folder's name comes first in C#'s search.</remarks>
[SuppressMessage("Design", "MA0049:Type name should not match containing namespace", Justification = "Folder and type are the same word of the design.")]
public sealed class Outbox(Transactions transactions, OutboxSignal signal)
{
    private const int TopicLength = 250;
    private const string HomeKey = "home:";

    /// <summary>Posts the message the first time and edits it from then on.</summary>
    /// <param name="messageKey">Names the message for ever: <c>incident 7 summary</c>, <c>step 12</c>.</param>
    /// <param name="destination">Where it is posted; a message that stands already stays where it is.</param>
    /// <param name="threadOf">The key of a message shown before, in whose thread this one is posted.</param>
    public async Task ShowAsync(Tx tx, string messageKey, string destination, Message content, CancellationToken cancellationToken, string? threadOf = null)
    {
        var place = await OutboxStore.TakePlaceOfMessageAsync(tx, messageKey, destination, cancellationToken);
        var written = OutboxJson.Write(content);
        // The sender knows what waits, and reads its newest state when it is its turn: woken for each state, it would read the whole queue anew each time.
        if (await OutboxStore.CoalesceAsync(tx, messageKey, written, cancellationToken)) return;
        await OutboxStore.InsertAsync(tx, place, new(OutboxKind.Show, written) { MessageKey = messageKey, ThreadOf = threadOf }, cancellationToken);
        tx.AfterCommit(() => signal.Raise(place.Destination));
    }

    /// <summary>As <see cref="ShowAsync"/> in a small transaction of its own: for progress.</summary>
    public Task ShowNowAsync(string messageKey, string destination, Message content, CancellationToken cancellationToken, string? threadOf = null) =>
        transactions.RunAsync(requestId: null, tx => ShowAsync(tx, messageKey, destination, content, cancellationToken, threadOf), cancellationToken);

    /// <summary>For one person's eyes. At most once and not guaranteed: never the only carrier of a fact.</summary>
    public Task EphemeralAsync(Tx tx, string channelId, string userId, Message content, CancellationToken cancellationToken) =>
        AddAsync(tx, channelId, new(OutboxKind.Ephemeral, OutboxJson.Write(content)) { Recipient = userId }, cancellationToken);

    /// <summary>
    /// For one person's eyes, where that person is: at the <c>response_url</c> of what was typed or pressed, which reaches a channel that the bot is not in;
    /// without one in the channel, or as a direct message where Slack does not let the bot in.
    /// </summary>
    public Task TellAsync(Tx tx, string? responseUrl, string channelId, string userId, Message content, CancellationToken cancellationToken) => responseUrl is { Length: > 0 } url
        ? RespondAsync(tx, url, content, replaceOriginal: false, cancellationToken)
        : EphemeralAsync(tx, channelId, userId, content, cancellationToken);

    /// <summary>Answers at a <c>response_url</c>, for one person's eyes. At most once and not guaranteed; after 30 minutes Slack takes no answer.</summary>
    public Task RespondAsync(Tx tx, string responseUrl, Message content, bool replaceOriginal, CancellationToken cancellationToken)
    {
        var destination = "response:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(responseUrl)))[..24];
        return AddAsync(tx, destination, new(OutboxKind.Respond, OutboxJson.Write(new Response(responseUrl, content, replaceOriginal))), cancellationToken);
    }

    /// <summary>Makes the destination's channel. Rows after this one wait for it.</summary>
    public Task CreateChannelAsync(Tx tx, string destination, ChannelToCreate channel, CancellationToken cancellationToken) =>
        AddAsync(tx, destination, new(OutboxKind.CreateChannel, OutboxJson.Write(channel)), cancellationToken);

    /// <summary>Invites people; those who are in already or cannot be invited are left out, and the others invited.</summary>
    public Task InviteAsync(Tx tx, string destination, IReadOnlyCollection<string> userIds, CancellationToken cancellationToken) =>
        userIds.Count == 0
            ? Task.CompletedTask
            : AddAsync(tx, destination, new(OutboxKind.Invite, OutboxJson.Write(new Invitation([.. userIds.Distinct(StringComparer.Ordinal)]))), cancellationToken);

    /// <summary>The bot comes into the destination's channel, where that is public. Rows after this one wait for it.</summary>
    public Task JoinAsync(Tx tx, string destination, CancellationToken cancellationToken) =>
        AddAsync(tx, destination, new(OutboxKind.Join, "{}"), cancellationToken);

    /// <summary>Sends what Slack refused because the bot could not reach the destination's channel, now that it can.</summary>
    public async Task ReviveAsync(Tx tx, string destination, CancellationToken cancellationToken)
    {
        if (await OutboxStore.ReviveAsync(tx, destination, cancellationToken) > 0) tx.AfterCommit(() => signal.Raise(destination));
    }

    /// <summary>
    /// Sets the channel's topic, cut at Slack's 250 characters. Of topics that wait only the last is set, and the same one is not set again:
    /// Slack takes twenty in a minute from the whole workspace.
    /// </summary>
    public async Task TopicAsync(Tx tx, string destination, string topic, CancellationToken cancellationToken)
    {
        var place = await OutboxStore.TakePlaceAsync(tx, destination, cancellationToken);
        var content = OutboxJson.Write(new ChannelTopic(Mrkdwn.Cut(topic, TopicLength)));
        if (await OutboxStore.LastTopicAsync(tx, place.Destination, cancellationToken) == content) return;
        if (!await OutboxStore.CoalesceTopicAsync(tx, place.Destination, content, cancellationToken)) await OutboxStore.InsertAsync(tx, place, new(OutboxKind.Topic, content), cancellationToken);
        tx.AfterCommit(() => signal.Raise(place.Destination));
    }

    /// <summary>Pins a message that was shown before, in this transaction or an earlier one.</summary>
    public async Task PinAsync(Tx tx, string messageKey, CancellationToken cancellationToken)
    {
        var destination = await OutboxStore.DestinationOfMessageAsync(tx, messageKey, cancellationToken)
            ?? throw new InvalidOperationException($"There is no message '{messageKey}' to pin: show it first.");
        await AddAsync(tx, destination, new(OutboxKind.Pin, "{}") { MessageKey = messageKey }, cancellationToken);
    }

    /// <summary>Shares a file.</summary>
    /// <param name="threadOf">The key of a message shown before, in whose thread the file is shared.</param>
    public Task UploadAsync(Tx tx, string destination, string fileName, string title, ReadOnlyMemory<byte> content, CancellationToken cancellationToken, string? threadOf = null) =>
        AddAsync(tx, destination, new(OutboxKind.Upload, OutboxJson.Write(new OutboxFile(fileName, title))) { File = content.ToArray(), ThreadOf = threadOf }, cancellationToken);

    /// <summary>Archives the destination's channel, after everything that was said there before.</summary>
    public Task ArchiveAsync(Tx tx, string destination, CancellationToken cancellationToken) =>
        AddAsync(tx, destination, new(OutboxKind.Archive, "{}"), cancellationToken);

    /// <summary>Draws a person's Home tab; of several that wait the last one counts.</summary>
    public async Task HomeAsync(Tx tx, string userId, HomeViewDefinition view, CancellationToken cancellationToken)
    {
        var key = HomeKey + userId;
        // Its lock is what keeps two writers from both finding nothing that waits.
        var place = await OutboxStore.TakePlaceAsync(tx, key, cancellationToken);
        var written = OutboxJson.Write(view);
        if (!await OutboxStore.CoalesceAsync(tx, key, written, cancellationToken))
            await OutboxStore.InsertAsync(tx, place, new(OutboxKind.Home, written) { MessageKey = key, Recipient = userId }, cancellationToken);
        tx.AfterCommit(() => signal.Raise(place.Destination));
    }

    private async Task AddAsync(Tx tx, string destination, NewRow row, CancellationToken cancellationToken)
    {
        var place = await OutboxStore.TakePlaceAsync(tx, destination, cancellationToken);
        await OutboxStore.InsertAsync(tx, place, row, cancellationToken);
        tx.AfterCommit(() => signal.Raise(place.Destination));
    }
}
