using ChatOps.Timeline;
using Dapper;
using Npgsql;

namespace ChatOps.Incidents;

/// <summary>Reads a timeline page by page, with those of the incidents that were merged into this one.</summary>
public sealed class ReadTimeline(NpgsqlDataSource database)
{
    public const int OnePage = 20;

    /// <param name="person">The Slack user, or <see cref="TimelineEntry.Bot"/>; null: everybody.</param>
    /// <returns>At most a page, oldest first.</returns>
    public async Task<TimelinePage> RunAsync(int incident, TimelineQuery query, string? person, CancellationToken cancellationToken)
    {
        var forward = query.After is not null;
        var (compare, order) = forward ? (">", "ASC") : ("<", "DESC");
        var place = query.After ?? query.Before;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        // One walk along the index per incident of the family, each no longer than a page: the size of the timelines does not matter.
        var rows = (await connection.QueryAsync<TimelineEntry>(new CommandDefinition(
            $"""
            {Family}
            SELECT t.* FROM family CROSS JOIN LATERAL (
                SELECT id, incident, kind, at, recorded_at, actor, text FROM timeline
                WHERE incident = family.number
                  AND (@at::timestamptz IS NULL OR (at, id) {compare} (@at, @id))
                  AND (@person::text IS NULL OR actor = @person)
                  AND (@kinds::text[] IS NULL OR EXISTS (SELECT 1 FROM unnest(@kinds) AS k WHERE kind = k OR starts_with(kind, k || '.')))
                  AND (@text = '' OR strpos(lower(text), lower(@text)) > 0)
                ORDER BY at {order}, id {order} LIMIT {OnePage + 1}) AS t
            ORDER BY at {order}, id {order} LIMIT {OnePage + 1}
            """,
            new { incident, at = place?.At, id = place?.Id ?? 0, person, kinds = query.Kinds, text = query.Text }, cancellationToken: cancellationToken))).AsList();
        var more = rows.Count > OnePage;
        var page = rows.Take(OnePage).ToList();
        if (!forward) page.Reverse();
        return new(page, HasOlder: forward || more, HasNewer: forward ? more : query.Before is not null);
    }

    /// <summary>The incident and everything that was merged into it, directly or by another; parameter <c>incident</c>.</summary>
    internal const string Family =
        """
        WITH RECURSIVE family(number) AS (
            SELECT @incident::int
            UNION SELECT i.number FROM incidents i JOIN family f ON i.merged_into = f.number)
        """;
}

/// <param name="Entries">Oldest first.</param>
public sealed record TimelinePage(IReadOnlyList<TimelineEntry> Entries, bool HasOlder, bool HasNewer);
