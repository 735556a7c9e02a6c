using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.Operations;

/// <summary>Operations in the database. Leases go by the database's clock, business times by <see cref="TimeProvider"/>.</summary>
public sealed class OperationStore(NpgsqlDataSource database, TimeProvider time)
{
    internal const string Columns =
        "id, number, action_id, kind, target, arguments::text AS arguments, incident, state, confirmed_by, requested_at, started_at, called_at, finished_at, outcome, destination";

    private const string ActiveOnTarget = $"SELECT {Columns} FROM operations WHERE target = @target AND active";

    /// <summary>Null where there is none.</summary>
    public async Task<Operation?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM operations WHERE id = @id", new { id }, cancellationToken: cancellationToken)))?.ToOperation();
    }

    /// <summary>The operation that holds the target, or null.</summary>
    public async Task<Operation?> ActiveAsync(Target target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            ActiveOnTarget, new { target = target.ToString() }, cancellationToken: cancellationToken)))?.ToOperation();
    }

    /// <summary>The last operations on a target that succeeded, newest first: how long such a thing takes, and whether it was done just now.</summary>
    /// <param name="inDrills">Those that were done for practice, instead of the others: they say nothing of how long it takes when it matters.</param>
    public async Task<IReadOnlyList<Operation>> LastOfAsync(Target target, string kind, int count, bool inDrills, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM operations
            WHERE target = @target AND kind = @kind AND state = 'succeeded' AND EXISTS (SELECT 1 FROM incidents i WHERE i.number = incident AND i.drill) = @inDrills
            ORDER BY finished_at DESC LIMIT @count
            """,
            new { target = target.ToString(), kind, count, inDrills }, cancellationToken: cancellationToken))).Select(r => r.ToOperation())];
    }

    /// <summary>The operation that holds the target, or null. A private incident is not named: whoever is refused may not be in it.</summary>
    public static async Task<Operation?> HolderAsync(Tx tx, Target target, CancellationToken cancellationToken)
    {
        var holder = (await tx.Connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            ActiveOnTarget,
            new { target = target.ToString() }, tx.Transaction, cancellationToken: cancellationToken)))?.ToOperation();
        if (holder?.Incident is not { } incident) return holder;
        var isPrivate = await tx.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT private FROM incidents WHERE number = @incident", new { incident }, tx.Transaction, cancellationToken: cancellationToken));
        return isPrivate ? holder with { Incident = null } : holder;
    }

    /// <summary>Writes a requested operation. Null: the target is held by another one; the index decides, however many try at once.</summary>
    public static async Task<Operation?> TryAddAsync(Tx tx, Operation operation, CancellationToken cancellationToken) =>
        (await tx.Connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"""
            INSERT INTO operations (id, action_id, kind, target, arguments, incident, state, confirmed_by, requested_at, destination)
            VALUES (@Id, @ActionId, @Kind, @target, @arguments::jsonb, @Incident, 'requested', @ConfirmedBy, @RequestedAt, @Destination)
            ON CONFLICT (target) WHERE active DO NOTHING
            RETURNING {Columns}
            """,
            new
            {
                operation.Id,
                operation.ActionId,
                operation.Kind,
                target = operation.Target.ToString(),
                arguments = operation.Arguments.GetRawText(),
                operation.Incident,
                operation.ConfirmedBy,
                operation.RequestedAt,
                operation.Destination,
            },
            tx.Transaction, cancellationToken: cancellationToken)))?.ToOperation();

    /// <summary>Takes an operation for which nothing has been called: nobody's, or of an owner whose lease has ended.</summary>
    /// <returns>The operation, and whether this is its first start; null where none waits.</returns>
    internal static async Task<(Operation Operation, bool First)?> ClaimForStartAsync(
        Tx tx, Guid owner, TimeSpan lease, IReadOnlyList<string> kinds, CancellationToken cancellationToken)
    {
        var row = await tx.Connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"""
            WITH found AS (
                SELECT id AS found_id, started_at IS NULL AS first FROM operations
                WHERE state IN ('requested', 'running') AND called_at IS NULL AND kind = ANY(@kinds)
                  AND (lease_until IS NULL OR lease_until < clock_timestamp())
                ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            UPDATE operations SET state = 'running', owner = @owner, lease_until = clock_timestamp() + @lease, started_at = coalesce(started_at, @now)
            FROM found WHERE id = found_id
            RETURNING {Columns}, first
            """,
            new { owner, lease, kinds = kinds.ToArray(), now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
        return row is null ? null : (row.ToOperation(), row.First);
    }

    /// <summary>Takes an operation whose owner called the platform and then fell silent long enough that no call of its can be under way.</summary>
    internal async Task<Operation?> ClaimForRecoveryAsync(Guid owner, TimeSpan lease, TimeSpan silence, IReadOnlyList<string> kinds, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"""
            UPDATE operations SET owner = @owner, lease_until = clock_timestamp() + @lease
            WHERE id = (
                SELECT id FROM operations
                WHERE state = 'running' AND called_at IS NOT NULL AND kind = ANY(@kinds) AND lease_until < clock_timestamp() - @silence
                ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """,
            new { owner, lease, silence, kinds = kinds.ToArray() }, cancellationToken: cancellationToken)))?.ToOperation();
    }

    /// <summary>False: the operation belongs to another owner, or has ended.</summary>
    internal async Task<bool> RenewAsync(Guid id, Guid owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE operations SET lease_until = clock_timestamp() + @lease
            WHERE id = @id AND owner = @owner AND state = 'running' AND lease_until > clock_timestamp()
            """,
            new { id, owner, lease }, cancellationToken: cancellationToken)) > 0;
    }

    /// <summary>Ends the lease now: what is left is for recovery.</summary>
    internal async Task LetGoAsync(Guid id, Guid owner, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE operations SET lease_until = clock_timestamp() WHERE id = @id AND owner = @owner AND state = 'running' AND lease_until > clock_timestamp()",
            new { id, owner }, cancellationToken: cancellationToken));
    }

    /// <summary>Marks that the platform is being called. False: the lease is not this owner's for as long as the call may take.</summary>
    internal async Task<bool> BeginCallAsync(Guid id, Guid owner, TimeSpan callDeadline, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE operations SET called_at = coalesce(called_at, @now)
            WHERE id = @id AND owner = @owner AND state = 'running' AND lease_until > clock_timestamp() + @callDeadline
            """,
            new { id, owner, callDeadline, now = time.GetUtcNow() }, cancellationToken: cancellationToken)) > 0;
    }

    /// <summary>Writes the end. False: it belongs to another owner, or has ended already.</summary>
    internal static async Task<bool> EndAsync(Tx tx, Operation ended, Guid owner, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE operations SET state = @state, outcome = @Outcome, finished_at = @FinishedAt, lease_until = NULL, owner = NULL
            WHERE id = @Id AND owner = @owner AND state = 'running'
            """,
            new { ended.Id, state = Word(ended.State), ended.Outcome, ended.FinishedAt, owner }, tx.Transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>Writes a person's answer. False: somebody answered before.</summary>
    internal static async Task<bool> SettleAsync(Tx tx, Operation settled, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE operations SET state = @state, outcome = @Outcome, finished_at = @FinishedAt WHERE id = @Id AND state = 'unknown'",
            new { settled.Id, state = Word(settled.State), settled.Outcome, settled.FinishedAt }, tx.Transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>The card of an operation, as far as the confirmation knows it; state and text are the caller's to set.</summary>
    internal async Task<ActionCard> CardOfAsync(Operation operation, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleAsync<CardRow>(new CommandDefinition(
            "SELECT requested_by, requested_at, expires_at, decided_at FROM pending_actions WHERE id = @ActionId",
            new { operation.ActionId }, cancellationToken: cancellationToken));
        return new ActionCard
        {
            Id = operation.ActionId,
            Kind = operation.Kind,
            Subject = operation.Subject,
            RequestedBy = row.RequestedBy,
            RequestedAt = row.RequestedAt,
            ExpiresAt = row.ExpiresAt,
            State = ActionCardState.Running,
            DecidedBy = operation.ConfirmedBy,
            DecidedAt = row.DecidedAt,
            OperationNumber = operation.Number,
        };
    }

    private static string Word(OperationState state) => state switch
    {
        OperationState.Requested => "requested",
        OperationState.Running => "running",
        OperationState.Succeeded => "succeeded",
        OperationState.Failed => "failed",
        _ => "unknown",
    };

    private sealed record CardRow
    {
        public string RequestedBy { get; init; } = "";
        public DateTimeOffset RequestedAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
        public DateTimeOffset? DecidedAt { get; init; }
    }

    /// <summary>The columns of <see cref="Columns"/>.</summary>
    internal record Row
    {
        public Guid Id { get; init; }
        public long Number { get; init; }
        public Guid ActionId { get; init; }
        public string Kind { get; init; } = "";
        public string Target { get; init; } = "";
        public string Arguments { get; init; } = "";
        public int? Incident { get; init; }
        public string State { get; init; } = "";
        public string ConfirmedBy { get; init; } = "";
        public DateTimeOffset RequestedAt { get; init; }
        public DateTimeOffset? StartedAt { get; init; }
        public DateTimeOffset? CalledAt { get; init; }
        public DateTimeOffset? FinishedAt { get; init; }
        public string? Outcome { get; init; }
        public string Destination { get; init; } = "";
        public bool First { get; init; }

        public Operation ToOperation() => new()
        {
            Id = Id,
            Number = Number,
            ActionId = ActionId,
            Kind = Kind,
            Target = Catalog.Target.Parse(Target),
            Arguments = JsonElement.Parse(Arguments),
            Incident = Incident,
            State = Enum.Parse<OperationState>(State, ignoreCase: true),
            ConfirmedBy = ConfirmedBy,
            RequestedAt = RequestedAt,
            StartedAt = StartedAt,
            CalledAt = CalledAt,
            FinishedAt = FinishedAt,
            Outcome = Outcome,
            Destination = Destination,
        };
    }
}
