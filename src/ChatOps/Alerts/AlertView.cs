using ChatOps.Database;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>The alerts that one rule of a source raised, together.</summary>
internal sealed record AlertGroup
{
    public string Source { get; init; } = "";
    public string Name { get; init; } = "";
    public string Title { get; init; } = "";
    public string Summary { get; init; } = "";
    public string? Url { get; init; }
    public string Rule { get; init; } = "";
    public int Level { get; init; }
    public int Total { get; init; }
    public int Firing { get; init; }
    public DateTimeOffset Since { get; init; }
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Until when a person silenced it where it comes from; null: nobody did.</summary>
    public DateTimeOffset? SilencedUntil { get; init; }
    public string? SilencedBy { get; init; }
}

/// <summary>The alerts of an incident or of a suggestion as they are drawn: few lines, however many there are.</summary>
internal sealed record AlertView
{
    /// <summary>So many rules are shown by name.</summary>
    public const int Shown = 12;

    public required int Total { get; init; }
    public required int Firing { get; init; }

    /// <summary>How many rules raised them.</summary>
    public required int Rules { get; init; }

    /// <summary>The loudest that fire, first.</summary>
    public required IReadOnlyList<AlertGroup> Groups { get; init; }
    public required IReadOnlyDictionary<(string Source, string Name), Tally> FalseAlarms { get; init; }

    public static Task<AlertView> OfIncidentAsync(Tx tx, int incident, CancellationToken cancellationToken) => ReadAsync(tx, "incident", incident, cancellationToken);

    public static Task<AlertView> OfSuggestionAsync(Tx tx, long suggestion, CancellationToken cancellationToken) => ReadAsync(tx, "suggestion", suggestion, cancellationToken);

    // The column is one of the two words above.
    private static async Task<AlertView> ReadAsync(Tx tx, string column, long of, CancellationToken cancellationToken)
    {
        var (total, firing, rules) = await tx.Connection.QuerySingleAsync<(int, int, int)>(new CommandDefinition(
            $"SELECT count(*)::int, count(*) FILTER (WHERE firing)::int, count(DISTINCT (source, name))::int FROM alerts WHERE {column} = @of",
            new { of }, tx.Transaction, cancellationToken: cancellationToken));
        var groups = (await tx.Connection.QueryAsync<AlertGroup>(new CommandDefinition(
            $"""
            SELECT g.*, s.ends_at AS silenced_until, s.by_whom AS silenced_by FROM (
                SELECT source, name, min(title) AS title, min(summary) AS summary, min(url) AS url, min(rule) AS rule, max(level) AS level, count(*)::int AS total,
                       count(*) FILTER (WHERE firing)::int AS firing, min(starts_at) AS since, max(ends_at) AS ended
                FROM alerts WHERE {column} = @of GROUP BY source, name
                ORDER BY (count(*) FILTER (WHERE firing) > 0) DESC, max(level) DESC, count(*) DESC, name LIMIT @Shown) AS g
            LEFT JOIN LATERAL (
                SELECT ends_at, by_whom FROM alert_silences WHERE {column} = @of AND source = g.source AND name = g.name AND ends_at > @now
                ORDER BY ends_at DESC LIMIT 1) AS s ON true
            ORDER BY (g.firing > 0) DESC, g.level DESC, g.total DESC, g.name
            """,
            new { of, Shown, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken))).AsList();
        return new AlertView
        {
            Total = total,
            Firing = firing,
            Rules = rules,
            Groups = groups,
            FalseAlarms = await RaiseStore.TalliesAsync(tx, [.. groups.Select(g => (g.Source, g.Name))], cancellationToken),
        };
    }
}
