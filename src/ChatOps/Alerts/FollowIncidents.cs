using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Scheduling;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>
/// Draws the message with an incident's alerts anew when the incident changed: who takes it takes the button away. Incidents know nothing of alerts, so that it is looked for.
/// </summary>
internal sealed class FollowIncidents(Transactions transactions, JoinAlerts join) : ISweepTask
{
    private const int AtOnce = 100;

    public string Name => "alert boards";

    /// <summary>What of an incident's row the message shows.</summary>
    private const string Shown = "i.status || ' ' || coalesce(i.severity::text, '') || ' ' || (i.lead IS NULL)";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var changed = await transactions.RunAsync(requestId: null, tx => ChangedAsync(tx, cancellationToken), cancellationToken);
        foreach (var number in changed) await transactions.RunAsync(requestId: null, tx => DrawAsync(tx, number, cancellationToken), cancellationToken);
    }

    private async Task DrawAsync(Tx tx, int number, CancellationToken cancellationToken)
    {
        if (await IncidentStore.LockAsync(tx, number, cancellationToken) is not { } incident) return;
        // With its row locked: another instance may have drawn it meanwhile.
        if (await IsDrawnAsync(tx, number, cancellationToken)) return;
        await join.ShowAsync(tx, incident, cancellationToken);
    }

    /// <summary>Keeps what it is drawn from. The incident's row is locked.</summary>
    public static Task KeepAsync(Tx tx, int number, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            $"INSERT INTO alert_incidents (incident, drawn) SELECT i.number, {Shown} FROM incidents i WHERE i.number = @number ON CONFLICT (incident) DO UPDATE SET drawn = excluded.drawn",
            new { number }, tx.Transaction, cancellationToken: cancellationToken));

    private static async Task<IReadOnlyList<int>> ChangedAsync(Tx tx, CancellationToken cancellationToken) =>
        (await tx.Connection.QueryAsync<int>(new CommandDefinition(
            $"SELECT i.number FROM alert_incidents a JOIN incidents i ON i.number = a.incident WHERE a.drawn <> {Shown} LIMIT @AtOnce",
            new { AtOnce }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    private static Task<bool> IsDrawnAsync(Tx tx, int number, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleAsync<bool>(new CommandDefinition(
            $"SELECT EXISTS (SELECT 1 FROM alert_incidents a JOIN incidents i ON i.number = a.incident WHERE a.incident = @number AND a.drawn = {Shown})",
            new { number }, tx.Transaction, cancellationToken: cancellationToken));
}
