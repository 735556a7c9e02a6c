using System.Text.Json;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;
using ChatOps.Slack.WebApi;
using ChatOps.Timeline;
using Dapper;

namespace ChatOps.Capture;

/// <summary>Asks Slack who is in a private incident's channel, once the bot is in it again: of who came and left while it was out it was told nothing.</summary>
internal sealed class ReadMembersHandler(CurrentRequest request, BotIdentity identity, ISlackApiClient slack, TimeProvider time) : IInternalRequestHandler
{
    private const string Word = "incident.members";

    public string Kind => Word;

    /// <summary>Leaves it to be done after the transaction.</summary>
    /// <param name="ts">When the bot came in.</param>
    public static Task LeaveAsync(InternalRequests requests, Tx tx, int incident, string channel, string ts, CancellationToken cancellationToken) =>
        requests.AddAsync(tx, Word, $"members {channel} {ts}", new Wanted(incident, channel), cancellationToken);

    public async Task HandleAsync(JsonElement body, CancellationToken cancellationToken)
    {
        var wanted = body.Deserialize<Wanted>(JsonSerializerOptions.Web) ?? throw new JsonException("An internal request without a body.");
        var asked = time.GetUtcNow();
        if (await ReadAsync(wanted.Channel, cancellationToken) is not { } present) return;
        if (await identity.ReadAsync(cancellationToken) is { } self) present.Remove(self.UserId);
        await request.CommitAsync(async tx =>
        {
            await RecordHappening.LockAsync(tx, wanted.Channel, cancellationToken);
            // Slack's answer is older than these; the events about them, or what becomes of the invitation, decide.
            var newer = (await tx.Connection.QueryAsync<string>(new CommandDefinition(
                """
                SELECT subject FROM channel_happenings WHERE channel_id = @Channel AND kind IN ('joined', 'left') AND ts > @ts
                UNION
                SELECT json_array_elements_text(content->'users') FROM outbox
                WHERE destination = @destination AND kind = 'invite' AND (state IN ('pending', 'sending') OR sent_at >= @asked)
                """,
                new { wanted.Channel, ts = Timestamps.FromTime(asked), destination = Incident.DestinationOf(wanted.Incident), asked }, tx.Transaction, cancellationToken: cancellationToken))).ToHashSet(StringComparer.Ordinal);
            foreach (var gone in (await IncidentMembers.OfAsync(tx, wanted.Incident, cancellationToken)).Where(m => !present.Contains(m) && !newer.Contains(m)))
                await IncidentMembers.RemoveAsync(tx, wanted.Incident, gone, cancellationToken);
            await IncidentMembers.AddAsync(tx, wanted.Incident, present.Where(p => !newer.Contains(p)), cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Null: the bot is out again. A failure that passes is thrown, and the request tried again.</summary>
    private async Task<HashSet<string>?> ReadAsync(string channel, CancellationToken cancellationToken)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            string? cursor = null;
            do
            {
                var page = await slack.Conversations.Members(channel, cursor, cancellationToken);
                present.UnionWith(page.Members);
                cursor = page.NextCursor;
            }
            while (cursor is not null);
            return present;
        }
        catch (SlackException e) when (e.ErrorCode is "channel_not_found" or "not_in_channel" or "missing_scope")
        {
            return null;
        }
    }

    private sealed record Wanted(int Incident, string Channel);
}
