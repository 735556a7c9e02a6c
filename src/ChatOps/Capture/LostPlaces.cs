using ChatOps.Database;
using Dapper;

namespace ChatOps.Capture;

/// <summary>Why an incident's channel cannot be written to: the stable words of <c>lost_places.cause</c>.</summary>
internal static class LossCause
{
    public const string Archived = "archived";
    public const string Removed = "removed";
    public const string Deleted = "deleted";

    /// <summary>It could never be made.</summary>
    public const string Unmade = "unmade";
}

/// <summary>A channel that the bot cannot write to while its incident is open.</summary>
/// <param name="Unsaid">The first thing that Slack refused there, or null.</param>
internal sealed record RefusedPlace(int Incident, string Cause, string? Unsaid);

/// <summary>The rows of lost places.</summary>
internal static class LostPlaces
{
    /// <summary>What Slack says of a row that will never reach its channel, as <c>outbox.error</c> holds it.</summary>
    private const string Causes =
        """
        CASE WHEN o.error LIKE '%: is_archived%' THEN 'archived'
             WHEN o.error LIKE '%: channel_not_found%' OR o.error LIKE '%: not_in_channel%' OR o.error LIKE '%conversations.join: method_not_supported_for_channel_type%' THEN 'removed'
             WHEN o.error LIKE 'its channel could not be made%' THEN 'unmade' END
        """;

    /// <summary>True where this cause is new: somebody must be told.</summary>
    public static async Task<bool> LoseAsync(Tx tx, int incident, string cause, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO lost_places (incident, cause, since) VALUES (@incident, @cause, @now) ON CONFLICT DO NOTHING",
            new { incident, cause, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>The channel can be written to again. Null: it was not lost.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="incident">The incident's number.</param>
    /// <param name="causes">Those that have ended.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Since when it was lost.</returns>
    public static Task<DateTimeOffset?> RegainAsync(Tx tx, int incident, IReadOnlyCollection<string> causes, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteScalarAsync<DateTimeOffset?>(new CommandDefinition(
            "WITH back AS (UPDATE lost_places SET back_at = @now WHERE incident = @incident AND back_at IS NULL AND cause = ANY(@causes) RETURNING since) SELECT min(since) FROM back",
            new { incident, now = tx.Now, causes = causes.ToArray() }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Open incidents to whose channel Slack refuses messages for good, without anybody knowing it yet.</summary>
    public static async Task<IReadOnlyList<RefusedPlace>> RefusedAsync(Tx tx, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<RefusedPlace>(new CommandDefinition(
            $"""
            SELECT DISTINCT ON (r.incident) r.incident, r.cause, r.unsaid FROM (
                SELECT i.number AS incident, {Causes} AS cause, CASE WHEN o.kind = 'show' THEN o.content->>'text' END AS unsaid, o.seq, o.kind, o.created_at
                FROM incidents i JOIN outbox o ON o.destination = 'incident:' || i.number AND o.state = 'dead' AND o.destination LIKE 'incident:%'
                WHERE i.status IN ('triage', 'open', 'watching') AND o.kind IN ('show', 'topic', 'pin', 'upload', 'invite', 'join')) r
            WHERE r.cause IS NOT NULL
              AND r.created_at > coalesce((SELECT max(back_at) FROM lost_places l WHERE l.incident = r.incident), '-infinity')
              AND NOT EXISTS (SELECT 1 FROM lost_places l WHERE l.incident = r.incident AND l.back_at IS NULL AND (l.cause = r.cause OR r.cause = 'removed'))
            ORDER BY r.incident, (r.kind = 'show') DESC, r.seq
            """,
            transaction: tx.Transaction, cancellationToken: cancellationToken))).AsList();
}
