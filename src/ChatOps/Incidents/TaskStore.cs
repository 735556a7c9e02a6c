using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.Incidents;

public enum TaskState
{
    Open,
    Done,
    Dropped,
}

/// <summary>Something that is to be done because of an incident.</summary>
public sealed record IncidentTask
{
    /// <summary>What people call it; unique across incidents.</summary>
    public long Number { get; init; }
    public int Incident { get; init; }
    public string Text { get; init; } = "";

    /// <summary>A Slack user; null: nobody yet.</summary>
    public string? Owner { get; init; }
    public TaskState State { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null: no date was given.</summary>
    public DateTimeOffset? DueAt { get; init; }
    public string? ClosedBy { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
}

/// <summary>The rows of tasks.</summary>
public sealed class TaskStore(NpgsqlDataSource database)
{
    private const string Columns = "number, incident, text, owner, state, created_by, created_at, due_at, closed_by, closed_at";

    /// <summary>Writes it; a second run of the request finds what the first one made.</summary>
    public static Task<IncidentTask> AddAsync(Tx tx, int incident, string text, string? owner, DateTimeOffset? dueAt, string createdBy, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleAsync<IncidentTask>(new CommandDefinition(
            $"""
            INSERT INTO incident_tasks (incident, text, owner, created_by, created_at, due_at, request_id)
            VALUES (@incident, @text, @owner, @createdBy, @now, @dueAt, @RequestId)
            ON CONFLICT (request_id) DO UPDATE SET request_id = excluded.request_id
            RETURNING {Columns}
            """,
            new { incident, text, owner, createdBy, now = tx.Now, dueAt, tx.RequestId }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>The row of one of the incident's tasks, locked until the transaction ends.</summary>
    public static Task<IncidentTask?> LockAsync(Tx tx, int incident, long number, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<IncidentTask>(new CommandDefinition(
            $"SELECT {Columns} FROM incident_tasks WHERE number = @number AND incident = @incident FOR UPDATE",
            new { number, incident }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Writes owner and state.</summary>
    public static Task SaveAsync(Tx tx, IncidentTask task, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE incident_tasks SET owner = @Owner, state = @state, closed_by = @ClosedBy, closed_at = @ClosedAt WHERE number = @Number",
            new { task.Number, task.Owner, state = task.State.ToString().ToLowerInvariant(), task.ClosedBy, task.ClosedAt }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>The tasks of an incident that was merged go on with the other.</summary>
    public static Task MoveAsync(Tx tx, int from, int into, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE incident_tasks SET incident = @into WHERE incident = @from", new { from, into }, tx.Transaction, cancellationToken: cancellationToken));

    public async Task<IReadOnlyList<IncidentTask>> OfIncidentAsync(int incident, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<IncidentTask>(new CommandDefinition(
            $"SELECT {Columns} FROM incident_tasks WHERE incident = @incident ORDER BY number", new { incident }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>What a person has open, the most urgent first.</summary>
    public async Task<IReadOnlyList<IncidentTask>> OpenOfAsync(string owner, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<IncidentTask>(new CommandDefinition(
            $"SELECT {Columns} FROM incident_tasks WHERE owner = @owner AND state = 'open' ORDER BY due_at NULLS LAST, number LIMIT @limit",
            new { owner, limit }, cancellationToken: cancellationToken))).AsList();
    }
}
