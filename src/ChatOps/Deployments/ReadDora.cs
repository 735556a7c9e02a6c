using ChatOps.Catalog;
using Dapper;
using Npgsql;

namespace ChatOps.Deployments;

/// <summary>The figures of a service or of a team's services, over 30 and 90 days, and week by week.</summary>
/// <param name="Weeks">13 weeks, oldest first.</param>
public sealed record DoraReport(string Name, string Environment, DoraFigures Month, DoraFigures Quarter, IReadOnlyList<DoraFigures> Weeks);

/// <summary>Reads what the figures are computed from.</summary>
public sealed class ReadDora(DeploymentStore deployments, NpgsqlDataSource database, TimeProvider time)
{
    private const int Weeks = 13;

    /// <param name="name">Of the service, or of the team.</param>
    /// <param name="services">Whose deploys they are; each in the last environment in which it runs.</param>
    public async Task<DoraReport> OfAsync(string name, IReadOnlyList<Service> services, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = now.AddDays(-7 * Weeks);
        var all = new List<Deployment>();
        foreach (var service in services) all.AddRange(await deployments.SinceAsync(service.Name, service.Environments.Keys.Last(), since, cancellationToken));
        var incidents = await IncidentsAsync([.. all.Select(d => d.Caused).OfType<int>().Distinct()], cancellationToken);
        var environments = services.Select(s => s.Environments.Keys.Last()).Distinct(StringComparer.Ordinal).ToList();
        return new(name, string.Join(", ", environments),
            DoraFigures.Of(all, incidents, now.AddDays(-30), now),
            DoraFigures.Of(all, incidents, now.AddDays(-90), now),
            [.. Enumerable.Range(0, Weeks).Select(w => DoraFigures.Of(all, incidents, since.AddDays(7 * w), since.AddDays(7 * (w + 1))))]);
    }

    private async Task<IReadOnlyList<DoraIncident>> IncidentsAsync(int[] numbers, CancellationToken cancellationToken)
    {
        if (numbers.Length == 0) return [];
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition(
            """
            SELECT number, coalesce(onset_at, declared_at) AS began, coalesce(mitigated_at, resolved_at) AS restored
            FROM incidents WHERE number = ANY(@numbers) AND NOT drill AND status <> 'cancelled'
            """,
            new { numbers }, cancellationToken: cancellationToken))).Select(r => new DoraIncident(r.Number, r.Began, r.Restored))];
    }

    private sealed record Row
    {
        public int Number { get; init; }
        public DateTimeOffset Began { get; init; }
        public DateTimeOffset? Restored { get; init; }
    }
}
