using System.Globalization;
using System.Text.Json;
using ChatOps.Database;
using ChatOps.Scheduling;
using ChatOps.Slack;
using ChatOps.Slack.WebApi;
using ChatOps.Timeline;
using Dapper;
using Npgsql;

namespace ChatOps.Diagnosis;

/// <summary>When Postgres is back: takes what was looked at meanwhile into the record, once, from the metadata of the bot's own messages.</summary>
public sealed partial class ImportUnrecorded(
    UnrecordedLooks looks, NpgsqlDataSource database, Transactions transactions, TimelineStore timeline, ISlackApiClient slack, TimeProvider time, ILogger<ImportUnrecorded> logger) : ISweepTask
{
    /// <summary>What is older was looked at by a bot that nobody has started since; people have moved on.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromDays(2);

    private const int PagesToRead = 10;

    /// <summary>After Slack refused or was away.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private DateTimeOffset notBefore = DateTimeOffset.MinValue;

    public string Name => "import of unrecorded looks";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (!looks.MayWait || time.GetUtcNow() < notBefore) return;
        // The database is asked first: while it is away this throws, and what waits goes on waiting.
        var channels = await IncidentChannelsAsync(cancellationToken);
        var taken = looks.Take();
        try
        {
            if (channels.Count + taken.Count == 0) return;
            var me = (await slack.Auth.Test(cancellationToken)).UserId;
            foreach (var channel in channels.Keys.Union(taken)) await ImportAsync(channel, channels.TryGetValue(channel, out var number) ? number : null, me, cancellationToken);
        }
        catch (Exception e) when (e is SlackException or SlackUnreachableException or SlackRateLimitedException or NpgsqlException)
        {
            looks.PutBack(taken);
            notBefore = time.GetUtcNow() + Pause;
            Waits(e.Message);
        }
        catch
        {
            looks.PutBack(taken);
            throw;
        }
    }

    /// <summary>Channels of incidents that were open lately, with their numbers.</summary>
    private async Task<Dictionary<string, int>> IncidentChannelsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<(string Channel, int Number)>(new CommandDefinition(
            """
            SELECT d.channel_id, i.number FROM incidents i JOIN outbox_destinations d ON d.key = 'incident:' || i.number
            WHERE d.channel_id IS NOT NULL AND (i.status IN ('triage', 'open', 'watching') OR i.declared_at > @since)
            ORDER BY i.number DESC LIMIT 20
            """,
            new { since = time.GetUtcNow() - Back }, cancellationToken: cancellationToken))).ToDictionary(r => r.Channel, r => r.Number);
    }

    private async Task ImportAsync(string channel, int? incident, string me, CancellationToken cancellationToken)
    {
        string? cursor = null;
        for (var page = 0; page < PagesToRead; page++)
        {
            var messages = await slack.Conversations.History(new HistoryQuery
            {
                Channel = channel, Oldest = (time.GetUtcNow() - Back).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Limit = 200, Cursor = cursor, IncludeAllMetadata = true,
            }, cancellationToken);
            // Metadata can be written by every app of the workspace: only the bot's own count.
            foreach (var message in messages.Messages.Where(m => m.User == me).Reverse())
            {
                if (UnrecordedLook.Of(message.Metadata) is { } look && message.Ts is { } ts) await RecordAsync(look, incident, channel, ts, cancellationToken);
            }
            cursor = messages.NextCursor;
            if (!messages.HasMore || cursor is null) return;
        }
    }

    private Task RecordAsync(UnrecordedLook look, int? incident, string channel, string ts, CancellationToken cancellationToken) => transactions.RunAsync(requestId: null, async tx =>
    {
        var first = await tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO unrecorded_imports (id, incident, channel_id, ts, looked_at, imported_at) VALUES (@Id, @incident, @channel, @ts, @At, @now)
            ON CONFLICT (id) DO NOTHING
            """,
            new { look.Id, incident, channel, ts, look.At, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
        if (first == 0) return;
        if (incident is { } number) await EvidenceStore.AddAsync(tx, number, stepId: null, look.Evidence, cancellationToken);
        await timeline.AppendAsync(tx, new TimelineEntry
        {
            Incident = incident, Kind = TimelineKinds.Imported, At = look.At, Actor = look.User, Text = $"{look.Step} while the database was away: {look.Sentence}", Part = look.Id.ToString(),
            Data = JsonSerializer.SerializeToElement(new { step = look.Step, message = ts, channel, facts = look.Evidence.Count }, JsonSerializerOptions.Web),
        }, cancellationToken);
        Imported(look.Step, incident ?? 0, look.At);
    }, cancellationToken);

    [LoggerMessage(Level = LogLevel.Information, Message = "Imported a {Step} of incident {Incident} that was looked at {At} without storage")]
    private partial void Imported(string step, int incident, DateTimeOffset at);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The import of unrecorded looks waits: {Reason}")]
    private partial void Waits(string reason);
}
