using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;
using Dapper;

namespace ChatOps.Capture;

/// <summary>The stable words of <c>channel_happenings.kind</c>.</summary>
internal static class HappeningKind
{
    public const string Joined = "joined";
    public const string Left = "left";
    public const string Topic = "topic";
    public const string Renamed = "renamed";
    public const string Archived = "archived";
    public const string Unarchived = "unarchived";
    public const string Deleted = "deleted";
    public const string BotLeft = "bot-left";
    public const string BotJoined = "bot-joined";
}

/// <summary>What happened to an incident's channel, once each however often and in whichever order Slack tells it.</summary>
internal sealed class RecordHappening(CurrentRequest request, IncidentStore incidents, TimelineStore timeline)
{
    /// <param name="channel">Slack's id.</param>
    /// <param name="happening">One of <see cref="HappeningKind"/>.</param>
    /// <param name="ts">When it happened, Slack's way; with the subject it tells one from another.</param>
    /// <param name="subject">The person it is about; empty where it is about the channel.</param>
    /// <param name="kind">The timeline's word.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="text">What the timeline says.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="more">Further rows of the same transaction, where it is heard for the first time.</param>
    public async Task RunAsync(
        string channel, string happening, string ts, string subject, string kind, string actor, string text, CancellationToken cancellationToken, Func<Tx, Incident, Task>? more = null)
    {
        if (Timestamps.ToTime(ts) is not { } at || await incidents.OfChannelAsync(channel, cancellationToken) is not { } incident) return;
        await request.CommitAsync(async tx =>
        {
            if (!await IsNewAsync(tx, channel, happening, ts, subject, cancellationToken)) return;
            await timeline.AppendAsync(tx, new TimelineEntry { Incident = incident.Number, Kind = kind, At = at, Actor = actor, Text = text, Part = $"{channel} {ts} {subject}" }, cancellationToken);
            if (more is not null) await more(tx, incident);
        }, cancellationToken);
    }

    /// <summary>Whether nothing of that kind that happened later to the same subject is known: a late delivery then changes nothing.</summary>
    public static async Task<bool> IsLatestAsync(Tx tx, string channel, IReadOnlyCollection<string> happenings, string ts, string subject, CancellationToken cancellationToken) =>
        !await tx.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT 1 FROM channel_happenings WHERE channel_id = @channel AND subject = @subject AND ts > @ts AND kind = ANY(@kinds))",
            new { channel, subject, ts, kinds = happenings.ToArray() }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>What is heard of one channel is told apart one after the other: which is the latest must not depend on who commits first.</summary>
    public static Task LockAsync(Tx tx, string channel, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "SELECT pg_advisory_xact_lock(hashtextextended('channel ' || @channel, 0))", new { channel }, tx.Transaction, cancellationToken: cancellationToken));

    private static async Task<bool> IsNewAsync(Tx tx, string channel, string happening, string ts, string subject, CancellationToken cancellationToken)
    {
        await LockAsync(tx, channel, cancellationToken);
        return await tx.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO channel_happenings (channel_id, kind, ts, subject) VALUES (@channel, @happening, @ts, @subject) ON CONFLICT DO NOTHING",
            new { channel, happening, ts, subject }, tx.Transaction, cancellationToken: cancellationToken)) > 0;
    }
}
