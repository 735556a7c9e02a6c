using System.Text.Json;
using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.Operations;

/// <summary>Operations that are carried out in steps, in the database. A step is claimed by a lease of the database's clock; when it is due is business time.</summary>
public sealed class SteppedOperationStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>
    /// Takes what is due. A step whose owner is gone is taken again when its lease has ended; one that may have called the platform
    /// only after <paramref name="silence"/> more, when no call of its can be under way.
    /// </summary>
    internal static async Task<IReadOnlyList<(SteppedOperation Stepped, bool First, DateTimeOffset? FailingSince)>> ClaimAsync(
        Tx tx, Guid owner, TimeSpan lease, TimeSpan silence, IReadOnlyList<string> kinds, int most, CancellationToken cancellationToken)
    {
        var rows = await tx.Connection.QueryAsync<SteppedRow>(new CommandDefinition(
            $"""
            WITH found AS (
                SELECT id AS found_id, started_at IS NULL AS first, called_at IS NOT NULL AS may_have_called FROM operations
                WHERE kind = ANY(@kinds) AND state IN ('requested', 'running') AND coalesce(due_at, requested_at) <= @now
                  AND (lease_until IS NULL OR lease_until < clock_timestamp() - CASE WHEN called_at IS NULL THEN interval '0' ELSE @silence END)
                ORDER BY coalesce(due_at, requested_at) LIMIT @most FOR UPDATE SKIP LOCKED)
            UPDATE operations SET state = 'running', owner = @owner, lease_until = clock_timestamp() + @lease, started_at = coalesce(started_at, @now)
            FROM found WHERE id = found_id
            RETURNING {OperationStore.Columns}, first, may_have_called, step::text AS step, wish, wished_by, failing_since
            """,
            new { owner, lease, silence, kinds = kinds.ToArray(), most, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
        return [.. rows.Select(r => (r.ToStepped(), r.First, r.FailingSince))];
    }

    /// <summary>Stores how far it is and lets it go. A wish that came meanwhile is seen at once. False: it belongs to another owner.</summary>
    internal static async Task<bool> SaveAsync(Tx tx, SteppedOperation stepped, Guid owner, OperationStep step, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE operations SET
                step = @step::jsonb, owner = NULL, lease_until = NULL, called_at = NULL, failing_since = NULL,
                due_at = CASE WHEN wish IS DISTINCT FROM @seen THEN @now ELSE @now + @after END,
                wished_by = CASE WHEN wish IS DISTINCT FROM @seen THEN wished_by END,
                wish = CASE WHEN wish IS DISTINCT FROM @seen THEN wish END
            WHERE id = @id AND owner = @owner AND state = 'running'
            """,
            new { id = stepped.Operation.Id, owner, step = step.State.GetRawText(), seen = stepped.Wish, after = step.After, now = tx.Now },
            tx.Transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>After a step that broke: the same again later. What it may have called stays written down.</summary>
    internal async Task PutOffAsync(Guid id, Guid owner, TimeSpan after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE operations SET lease_until = clock_timestamp(), due_at = @now + @after, failing_since = coalesce(failing_since, @now)
            WHERE id = @id AND owner = @owner AND state = 'running'
            """,
            new { id, owner, after, now = time.GetUtcNow() }, cancellationToken: cancellationToken));
    }

    /// <summary>How far an operation is and what a person wants of it already; both stay so until the transaction ends. Null: it has ended.</summary>
    public static async Task<HeldOperation?> HoldAsync(Tx tx, Guid id, CancellationToken cancellationToken) =>
        await tx.Connection.QuerySingleOrDefaultAsync<SteppedRow>(new CommandDefinition(
            "SELECT step::text AS step, wish, wished_by FROM operations WHERE id = @id AND state IN ('requested', 'running') FOR UPDATE",
            new { id }, tx.Transaction, cancellationToken: cancellationToken)) is { } row
            ? new HeldOperation(row.StateOf, row.Wish, row.WishedBy)
            : null;

    /// <summary>Writes what a person wants of an operation that runs; its next step is due now. False: it has ended.</summary>
    public static async Task<bool> WishAsync(Tx tx, Guid id, string wish, string userId, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE operations SET wish = @wish, wished_by = @userId, due_at = @now WHERE id = @id AND state IN ('requested', 'running')",
            new { id, wish, userId, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>How far an operation is; null where it has not begun, or is carried out in one go.</summary>
    public async Task<JsonElement?> StateOfAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string?>(new CommandDefinition("SELECT step::text FROM operations WHERE id = @id", new { id }, cancellationToken: cancellationToken)) is { } step
            ? JsonElement.Parse(step)
            : null;
    }

    private sealed record SteppedRow : OperationStore.Row
    {
        public bool MayHaveCalled { get; init; }
        public string? Step { get; init; }
        public string? Wish { get; init; }
        public string? WishedBy { get; init; }
        public DateTimeOffset? FailingSince { get; init; }

        public JsonElement? StateOf => Step is null ? null : JsonElement.Parse(Step);

        public SteppedOperation ToStepped() => new()
        {
            Operation = ToOperation(),
            State = StateOf,
            MayHaveCalled = MayHaveCalled,
            Wish = Wish,
            WishedBy = WishedBy,
        };
    }
}

/// <summary>An operation that runs, as a press finds it.</summary>
/// <param name="State">What its last step stored; null: it has not begun.</param>
/// <param name="Wish">What was pressed for, and no step has seen to its end; null: nothing.</param>
public sealed record HeldOperation(JsonElement? State, string? Wish, string? WishedBy);
