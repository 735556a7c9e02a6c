using ChatOps.Database;
using Dapper;

namespace ChatOps.Incidents;

public enum HandoverState
{
    Offered,
    Accepted,
    Withdrawn,

    /// <summary>Another offer, another lead or the end of the incident made it void.</summary>
    Replaced,
}

/// <summary>An offer of the lead.</summary>
public sealed record Handover
{
    public long Number { get; init; }
    public int Incident { get; init; }
    public string FromUser { get; init; } = "";
    public string ToUser { get; init; } = "";
    public HandoverState State { get; init; }
    public DateTimeOffset OfferedAt { get; init; }
    public string? DecidedBy { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
}

/// <summary>The rows of offers; an incident has at most one that is open. Always in the transaction that has the incident's row locked.</summary>
public static class HandoverStore
{
    private const string Columns = "number, incident, from_user, to_user, state, offered_at, decided_by, decided_at";

    public static Task<Handover> AddAsync(Tx tx, int incident, string from, string to, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleAsync<Handover>(new CommandDefinition(
            $"INSERT INTO handovers (incident, from_user, to_user, offered_at, request_id) VALUES (@incident, @from, @to, @now, @RequestId) RETURNING {Columns}",
            new { incident, from, to, now = tx.Now, tx.RequestId }, tx.Transaction, cancellationToken: cancellationToken));

    public static Task<Handover?> OpenAsync(Tx tx, int incident, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<Handover>(new CommandDefinition(
            $"SELECT {Columns} FROM handovers WHERE incident = @incident AND state = 'offered'", new { incident }, tx.Transaction, cancellationToken: cancellationToken));

    public static Task<Handover?> FindAsync(Tx tx, int incident, long number, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<Handover>(new CommandDefinition(
            $"SELECT {Columns} FROM handovers WHERE incident = @incident AND number = @number", new { incident, number }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Ends an open offer, and draws it without its buttons.</summary>
    public static async Task EndAsync(Tx tx, Outbox.Outbox outbox, Incident incident, Handover offer, HandoverState state, string by, CancellationToken cancellationToken)
    {
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE handovers SET state = @state, decided_by = @by, decided_at = @now WHERE number = @Number AND state = 'offered'",
            new { offer.Number, state = state.ToString().ToLowerInvariant(), by, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
        await outbox.ShowAsync(tx, HandoverMessages.Key(offer.Number), incident.Destination, HandoverMessages.Ended(incident, offer with { State = state, DecidedBy = by, DecidedAt = tx.Now }), cancellationToken);
    }

    /// <summary>Voids the open offer, where there is one.</summary>
    public static async Task EndOpenAsync(Tx tx, Outbox.Outbox outbox, Incident incident, CancellationToken cancellationToken)
    {
        if (await OpenAsync(tx, incident.Number, cancellationToken) is { } open)
            await EndAsync(tx, outbox, incident, open, HandoverState.Replaced, Timeline.TimelineEntry.Bot, cancellationToken);
    }
}
