using System.Globalization;
using Dapper;
using Npgsql;

namespace ChatOps.Alerts;

/// <summary>Where a silence was asked for: an incident or a question.</summary>
internal sealed record SilenceScope(int? Incident, long? Suggestion)
{
    /// <summary><c>i7</c> or <c>s3</c>: buttons carry it.</summary>
    public override string ToString() => Incident is { } number ? $"i{number}" : $"s{Suggestion}";

    public static SilenceScope? Parse(string text) =>
        text.Length < 2 || !long.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? null
        : text[0] == 's' ? new(null, number)
        : text[0] == 'i' && number <= int.MaxValue ? new((int)number, null) : null;
}

/// <summary>The alerts of a scope that fire, and the labels that those of one rule have in common.</summary>
internal sealed class SilenceReading(NpgsqlDataSource database)
{
    public async Task<IReadOnlyList<AlertGroup>> FiringAsync(SilenceScope scope, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<AlertGroup>(new CommandDefinition(
            """
            SELECT source, name, max(level) AS level, count(*)::int AS firing FROM alerts
            WHERE firing AND (incident = @Incident OR suggestion = @Suggestion) GROUP BY source, name ORDER BY max(level) DESC, count(*) DESC, name LIMIT 50
            """, new { scope.Incident, scope.Suggestion }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The labels that all firing alerts of that rule have in common, and how many there are; with the service, where they name one.</summary>
    public async Task<(IReadOnlyList<SilenceMatcher> Matchers, int Firing, string? Service)> CommonAsync(SilenceScope scope, string source, string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var parameters = new { scope.Incident, scope.Suggestion, source, name };
        const string those = "firing AND (incident = @Incident OR suggestion = @Suggestion) AND source = @source AND name = @name";
        var (firing, service) = await connection.QuerySingleAsync<(int, string?)>(new CommandDefinition($"SELECT count(*)::int, min(service) FROM alerts WHERE {those}", parameters, cancellationToken: cancellationToken));
        var labels = await connection.QueryAsync<(string Key, string Value)>(new CommandDefinition(
            $"""
            SELECT l.key, l.value FROM alerts CROSS JOIN LATERAL jsonb_each_text(labels) AS l(key, value) WHERE {those}
            GROUP BY l.key, l.value HAVING count(*) = (SELECT count(*) FROM alerts WHERE {those}) ORDER BY l.key
            """, parameters, cancellationToken: cancellationToken));
        return ([.. labels.Select(l => new SilenceMatcher(l.Key, l.Value))], firing, service);
    }
}
