using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.Deployments;

/// <summary>A deploy that a second person reviews afterwards.</summary>
public sealed record DeployReview
{
    /// <summary>Of its operation.</summary>
    public Guid Id { get; init; }

    /// <summary>Of its operation, for people.</summary>
    public long Number { get; init; }

    /// <summary>As <see cref="Catalog.Target.ToString"/>.</summary>
    public string Target { get; init; } = "";
    public string ToVersion { get; init; } = "";
    public string RequestedBy { get; init; } = "";
    public string ConfirmedBy { get; init; } = "";

    /// <summary>When it had ended.</summary>
    public DateTimeOffset ReviewSince { get; init; }
    public string? ReviewedBy { get; init; }

    public Catalog.Target Place => Catalog.Target.Parse(Target);
}

/// <summary>Which deploys wait for a review, in the database.</summary>
public sealed class DeployReviewStore(NpgsqlDataSource database)
{
    private const string Reviews =
        "SELECT d.id, o.number, d.target, d.to_version, d.requested_by, d.confirmed_by, d.review_since, d.reviewed_by FROM deployments d JOIN operations o ON o.id = d.id WHERE d.review_since IS NOT NULL";

    private const string Waiting = $"{Reviews} AND d.reviewed_at IS NULL";

    /// <summary>From now on it waits for one.</summary>
    internal static Task NeedAsync(Tx tx, Guid id, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE deployments SET review_since = coalesce(review_since, @now) WHERE id = @id", new { id, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>False: somebody reviewed it before.</summary>
    internal static async Task<bool> ReviewAsync(Tx tx, Guid id, string by, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE deployments SET reviewed_by = @by, reviewed_at = @now WHERE id = @id AND review_since IS NOT NULL AND reviewed_at IS NULL",
            new { id, by, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>Those of an incident that wait, oldest first.</summary>
    public static async Task<IReadOnlyList<DeployReview>> OfIncidentAsync(Tx tx, int incident, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<DeployReview>(new CommandDefinition(
            $"{Waiting} AND d.incident = @incident ORDER BY o.number", new { incident }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    /// <summary>Null: there is no such deploy, or it needs no review.</summary>
    public async Task<DeployReview?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<DeployReview>(new CommandDefinition($"{Reviews} AND d.id = @id", new { id }, cancellationToken: cancellationToken));
    }

    /// <summary>All that wait, oldest first.</summary>
    public async Task<IReadOnlyList<DeployReview>> AllAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<DeployReview>(new CommandDefinition($"{Waiting} ORDER BY o.number", cancellationToken: cancellationToken))).AsList();
    }
}
