using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Operations;
using Dapper;
using Npgsql;

namespace ChatOps.Deployments;

/// <summary>Deploys and rollbacks, for history and figures.</summary>
public sealed class DeploymentStore(NpgsqlDataSource database)
{
    private const string Columns =
        "id, kind, target, from_version, to_version, strategy, requested_by, confirmed_by, started_at, finished_at, outcome, sentence, incident, caused, commits::text AS commits, forced, reason";

    /// <summary>Writes that it began. A second call for the same operation changes nothing.</summary>
    public static Task BeginAsync(Tx tx, Deployment deployment, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO deployments (id, kind, target, from_version, to_version, strategy, requested_by, confirmed_by, started_at, incident, commits, forced, reason)
            VALUES (@Id, @kind, @target, @FromVersion, @ToVersion, @strategy, @RequestedBy, @ConfirmedBy, @StartedAt, @Incident, @commits::jsonb, @forced, @Reason)
            ON CONFLICT (id) DO NOTHING
            """,
            new
            {
                deployment.Id, kind = deployment.IsRollback ? "rollback" : "deploy", target = deployment.Target.ToString(), deployment.FromVersion, deployment.ToVersion,
                strategy = StrategyChoice.Word(deployment.Strategy), deployment.RequestedBy, deployment.ConfirmedBy, deployment.StartedAt, deployment.Incident,
                commits = JsonSerializer.Serialize(deployment.Commits, JsonSerializerOptions.Web), forced = deployment.Forced.ToArray(), deployment.Reason,
            },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Writes how it ended. False: there is no such row, or it had ended for good; what nobody knew may still become known.</summary>
    public static async Task<bool> EndAsync(Tx tx, Guid id, DeploymentOutcome outcome, string sentence, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE deployments SET outcome = @outcome, sentence = @sentence, finished_at = @now WHERE id = @id AND (outcome IS NULL OR outcome = 'unknown')",
            new { id, outcome = Word(outcome), sentence, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>Writes that a deploy ended with the version of before. False: there is no such row.</summary>
    public static async Task<bool> RolledBackAsync(Tx tx, Guid id, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE deployments SET outcome = 'rolled-back' WHERE id = @id AND kind = 'deploy'", new { id }, tx.Transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>Writes that the last deploy of that version, which had succeeded, was taken back by a rollback of its own.</summary>
    public static Task TakenBackAsync(Tx tx, Target target, string version, DateTimeOffset before, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE deployments SET outcome = 'rolled-back' WHERE outcome = 'succeeded' AND id = (
                SELECT id FROM deployments WHERE target = @target AND kind = 'deploy' AND to_version = @version AND started_at < @before ORDER BY started_at DESC LIMIT 1)
            """,
            new { target = target.ToString(), version, before }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>How a deployment ended whose operation ended so.</summary>
    public static DeploymentOutcome OutcomeOf(OperationOutcome outcome) => outcome.Result switch
    {
        OperationResult.Succeeded => DeploymentOutcome.Succeeded,
        OperationResult.NotDone => DeploymentOutcome.NotDone,
        _ => DeploymentOutcome.Failed,
    };

    /// <summary>
    /// Links the last deploys to an incident that began within the window after, on their service or one that calls it; the first link stays.
    /// </summary>
    /// <param name="services">The incident's service and those that it depends on.</param>
    /// <returns>How many were linked.</returns>
    public static Task<int> LinkAsync(Tx tx, int incident, IReadOnlyList<string> services, string environment, DateTimeOffset began, TimeSpan window, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE deployments SET caused = @incident
            WHERE service = ANY(@services) AND environment = @environment AND kind = 'deploy' AND caused IS NULL
              AND started_at BETWEEN @since - interval '1 day' AND @began AND coalesce(finished_at, started_at) >= @since AND incident IS DISTINCT FROM @incident
            """,
            new { incident, services = services.ToArray(), environment, began, since = began - window }, tx.Transaction, cancellationToken: cancellationToken));

    public async Task<Deployment?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await ReadAsync("WHERE id = @id", new { id }, cancellationToken)).SingleOrDefault();

    /// <summary>Of one target, newest first.</summary>
    public Task<IReadOnlyList<Deployment>> OfAsync(Target target, int limit, CancellationToken cancellationToken) =>
        ReadAsync("WHERE target = @target ORDER BY started_at DESC LIMIT @limit", new { target = target.ToString(), limit }, cancellationToken);

    /// <summary>Of several targets together, newest first: one short walk along the index for each.</summary>
    public Task<IReadOnlyList<Deployment>> OfAsync(IEnumerable<Target> targets, int limit, CancellationToken cancellationToken) => ReadAsync(
        "WHERE id IN (SELECT d.id FROM unnest(@targets) AS t CROSS JOIN LATERAL (SELECT id FROM deployments WHERE target = t ORDER BY started_at DESC LIMIT @limit) AS d) ORDER BY started_at DESC LIMIT @limit",
        new { targets = targets.Select(t => t.ToString()).ToArray(), limit }, cancellationToken);

    /// <summary>Of a service in one environment that began since then, oldest first.</summary>
    public Task<IReadOnlyList<Deployment>> SinceAsync(string service, string environment, DateTimeOffset since, CancellationToken cancellationToken) =>
        ReadAsync("WHERE service = @service AND environment = @environment AND started_at >= @since ORDER BY started_at", new { service, environment, since }, cancellationToken);

    /// <summary>What runs now, oldest first.</summary>
    public Task<IReadOnlyList<Deployment>> RunningAsync(CancellationToken cancellationToken) =>
        ReadAsync("WHERE finished_at IS NULL ORDER BY started_at", new { }, cancellationToken);

    private async Task<IReadOnlyList<Deployment>> ReadAsync(string which, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition($"SELECT {Columns} FROM deployments {which}", parameters, cancellationToken: cancellationToken))).Select(r => r.ToDeployment())];
    }

    internal static string Word(DeploymentOutcome outcome) => outcome switch
    {
        DeploymentOutcome.Succeeded => "succeeded",
        DeploymentOutcome.Failed => "failed",
        DeploymentOutcome.RolledBack => "rolled-back",
        DeploymentOutcome.NotDone => "not-done",
        _ => "unknown",
    };

    private sealed record Row
    {
        public Guid Id { get; init; }
        public string Kind { get; init; } = "";
        public string Target { get; init; } = "";
        public string? FromVersion { get; init; }
        public string ToVersion { get; init; } = "";
        public string Strategy { get; init; } = "";
        public string RequestedBy { get; init; } = "";
        public string ConfirmedBy { get; init; } = "";
        public DateTimeOffset StartedAt { get; init; }
        public DateTimeOffset? FinishedAt { get; init; }
        public string? Outcome { get; init; }
        public string? Sentence { get; init; }
        public int? Incident { get; init; }
        public int? Caused { get; init; }
        public string Commits { get; init; } = "[]";
        public string[] Forced { get; init; } = [];
        public string? Reason { get; init; }

        public Deployment ToDeployment() => new()
        {
            Id = Id, IsRollback = Kind == "rollback", Target = Catalog.Target.Parse(Target), FromVersion = FromVersion, ToVersion = ToVersion,
            Strategy = StrategyChoice.Parse(Strategy) ?? DeployStrategy.Rolling, RequestedBy = RequestedBy, ConfirmedBy = ConfirmedBy, StartedAt = StartedAt, FinishedAt = FinishedAt,
            Outcome = Outcome is null ? null : Enum.GetValues<DeploymentOutcome>().First(o => Word(o) == Outcome),
            Sentence = Sentence, Incident = Incident, Caused = Caused, Commits = JsonSerializer.Deserialize<List<DeployedCommit>>(Commits, JsonSerializerOptions.Web) ?? [], Forced = Forced, Reason = Reason,
        };
    }
}
