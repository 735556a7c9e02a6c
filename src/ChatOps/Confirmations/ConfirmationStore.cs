using System.Text.Json;
using ChatOps.Database;
using ChatOps.Operations;
using Dapper;
using Npgsql;

namespace ChatOps.Confirmations;

/// <summary>Pending actions in the database. Each change of state asks for the state before it, so that one press counts.</summary>
public sealed class ConfirmationStore(NpgsqlDataSource database)
{
    private const string Columns =
        "id, kind, target, arguments::text AS arguments, fingerprint, incident, requested_by, requested_at, expires_at, state, decided_by, decided_at, destination";

    /// <summary>Null where there is none.</summary>
    public async Task<PendingAction?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM pending_actions WHERE id = @id", new { id }, cancellationToken: cancellationToken)))?.ToAction();
    }

    /// <summary>The row as it is now, within the transaction.</summary>
    internal static async Task<PendingAction> ReadAsync(Tx tx, Guid id, CancellationToken cancellationToken) =>
        (await tx.Connection.QuerySingleAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM pending_actions WHERE id = @id", new { id }, tx.Transaction, cancellationToken: cancellationToken))).ToAction();

    internal static Task AddAsync(Tx tx, PendingAction action, long requestId, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO pending_actions (id, kind, target, arguments, fingerprint, incident, requested_by, requested_at, expires_at, destination, request_id)
            VALUES (@Id, @Kind, @target, @arguments::jsonb, @Fingerprint, @Incident, @RequestedBy, @RequestedAt, @ExpiresAt, @Destination, @requestId)
            """,
            new
            {
                action.Id,
                action.Kind,
                target = action.Subject.Target.ToString(),
                arguments = action.Subject.Arguments.GetRawText(),
                action.Fingerprint,
                action.Subject.Incident,
                action.RequestedBy,
                action.RequestedAt,
                action.ExpiresAt,
                action.Destination,
                requestId,
            },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>The press that counts. Null: somebody pressed before, or the time is over.</summary>
    internal static Task<PendingAction?> ConfirmAsync(Tx tx, Guid id, string fingerprint, string userId, CancellationToken cancellationToken) =>
        ChangeAsync(
            tx,
            $"""
            UPDATE pending_actions SET state = 'confirmed', decided_by = @userId, decided_at = @now
            WHERE id = @id AND state = 'pending' AND expires_at > @now AND fingerprint = @fingerprint
            RETURNING {Columns}
            """,
            new { id, fingerprint, userId, now = tx.Now },
            cancellationToken);

    /// <summary>One argument of a card that still waits is chosen anew. Null: it waits no more.</summary>
    internal static Task<PendingAction?> ChooseAsync(Tx tx, Guid id, string argument, JsonElement value, CancellationToken cancellationToken) =>
        ChangeAsync(
            tx,
            $"""
            UPDATE pending_actions SET arguments = jsonb_set(arguments, ARRAY[@argument], @value::jsonb)
            WHERE id = @id AND state = 'pending' AND expires_at > @now
            RETURNING {Columns}
            """,
            new { id, argument, value = value.GetRawText(), now = tx.Now },
            cancellationToken);

    internal static Task<PendingAction?> DeclineAsync(Tx tx, Guid id, string userId, CancellationToken cancellationToken) =>
        ChangeAsync(
            tx,
            $"UPDATE pending_actions SET state = 'declined', decided_by = @userId, decided_at = @now WHERE id = @id AND state = 'pending' RETURNING {Columns}",
            new { id, userId, now = tx.Now },
            cancellationToken);

    internal static Task<PendingAction?> OutdateAsync(Tx tx, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(
            tx, $"UPDATE pending_actions SET state = 'outdated', decided_at = @now WHERE id = @id AND state = 'pending' RETURNING {Columns}", new { id, now = tx.Now }, cancellationToken);

    /// <summary>The next card whose time is over, of the kinds that this version knows.</summary>
    /// <param name="id">This one alone, or null for any.</param>
    internal static Task<PendingAction?> ExpireAsync(Tx tx, Guid? id, IReadOnlyList<string> kinds, CancellationToken cancellationToken) =>
        ChangeAsync(
            tx,
            $"""
            UPDATE pending_actions SET state = 'expired', decided_at = @now
            WHERE id = (
                SELECT id FROM pending_actions
                WHERE state = 'pending' AND expires_at <= @now AND kind = ANY(@kinds) AND (@id::uuid IS NULL OR id = @id::uuid)
                ORDER BY expires_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """,
            new { id, kinds = kinds.ToArray(), now = tx.Now },
            cancellationToken);

    /// <summary>An expired or outdated card asks again, with what is true now.</summary>
    internal static Task<PendingAction?> RefreshAsync(Tx tx, Guid id, ActionSubject subject, string fingerprint, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        ChangeAsync(
            tx,
            $"""
            UPDATE pending_actions
            SET state = 'pending', arguments = @arguments::jsonb, fingerprint = @fingerprint, expires_at = @expiresAt, decided_by = NULL, decided_at = NULL
            WHERE id = @id AND (state IN ('expired', 'outdated') OR (state = 'pending' AND expires_at <= @now))
            RETURNING {Columns}
            """,
            new { id, arguments = subject.Arguments.GetRawText(), fingerprint, expiresAt, now = tx.Now },
            cancellationToken);

    private static async Task<PendingAction?> ChangeAsync(Tx tx, string sql, object parameters, CancellationToken cancellationToken) =>
        (await tx.Connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(sql, parameters, tx.Transaction, cancellationToken: cancellationToken)))?.ToAction();

    private sealed record Row
    {
        public Guid Id { get; init; }
        public string Kind { get; init; } = "";
        public string Target { get; init; } = "";
        public string Arguments { get; init; } = "";
        public string Fingerprint { get; init; } = "";
        public int? Incident { get; init; }
        public string RequestedBy { get; init; } = "";
        public DateTimeOffset RequestedAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
        public string State { get; init; } = "";
        public string? DecidedBy { get; init; }
        public DateTimeOffset? DecidedAt { get; init; }
        public string Destination { get; init; } = "";

        public PendingAction ToAction() => new()
        {
            Id = Id,
            Kind = Kind,
            Subject = new ActionSubject(Catalog.Target.Parse(Target), JsonElement.Parse(Arguments), Incident),
            Fingerprint = Fingerprint,
            RequestedBy = RequestedBy,
            RequestedAt = RequestedAt,
            ExpiresAt = ExpiresAt,
            State = Enum.Parse<PendingActionState>(State, ignoreCase: true),
            DecidedBy = DecidedBy,
            DecidedAt = DecidedAt,
            Destination = Destination,
        };
    }
}
