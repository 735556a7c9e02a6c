using System.Text.Json;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Timeline;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>
/// What follows from alerts that changed at one place: they join the open incident of their service, open one, or become a question;
/// what ended is told where it was told that it began.
/// </summary>
internal sealed class DecideAlerts(CurrentRequest request, OpenFromAlerts open, JoinAlerts join, SuggestIncident suggest) : IInternalRequestHandler
{
    /// <summary>Rows of the inbox carry it.</summary>
    public const string Word = "alerts.decide";

    public string Kind => Word;

    public async Task HandleAsync(JsonElement body, CancellationToken cancellationToken)
    {
        var wanted = body.Deserialize<Wanted>(JsonSerializerOptions.Web) ?? throw new JsonException("A request to decide about alerts without a body.");
        await request.CommitAsync(tx => DecideAsync(tx, wanted.Place, cancellationToken), cancellationToken);
    }

    internal sealed record Wanted(string Place);

    private async Task DecideAsync(Tx tx, string place, CancellationToken cancellationToken)
    {
        await AlertStore.LockAsync(tx, AlertPlaces.LockOf(place), cancellationToken);
        var changed = await AlertStore.TakeAsync(tx, place, cancellationToken);
        var firing = changed.Where(a => a.Firing).ToList();
        if (firing.Count > 0)
        {
            var incident = await AlertPlaces.OpenIncidentAsync(tx, place, firing[0].Service, firing.Exists(Opens), cancellationToken);
            if (incident is not null)
                await join.RunAsync(tx, incident, [.. firing, .. await suggest.TakeOverAsync(tx, place, incident, TimelineEntry.Bot, cancellationToken)], cancellationToken);
            else if (firing.Exists(Opens))
                await open.RunAsync(tx, place, firing, cancellationToken);
            else
                await suggest.RunAsync(tx, place, firing, cancellationToken);
        }
        foreach (var ended in changed.Where(a => !a.Firing && a.Incident is not null).GroupBy(a => a.Incident!.Value))
            await join.EndedAsync(tx, ended.Key, [.. ended], cancellationToken);
        foreach (var suggestion in changed.Where(a => !a.Firing && a is { Incident: null, Suggestion: not null }).Select(a => a.Suggestion!.Value).Distinct())
            await suggest.ShowAsync(tx, suggestion, cancellationToken);
    }

    private static bool Opens(ChangedAlert alert) => alert.Action == "open";
}

/// <summary>Which open incident alerts of a place belong to.</summary>
internal static class AlertPlaces
{
    /// <summary>So many incidents without a service are opened by alerts within <see cref="Span"/>; what comes then joins the last.</summary>
    private const int MostWithoutService = 3;
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(10);

    public static string LockOf(string place) => place.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? place[..slash] + "/" : place;

    /// <summary>Locked. The incident about the service, private ones included, since they tell nobody else; for alerts that name no service the one that others of their group are in. Never a drill.</summary>
    /// <param name="opens">One would be opened if there were none.</param>
    public static async Task<Incident?> OpenIncidentAsync(Tx tx, string place, string? service, bool opens, CancellationToken cancellationToken)
    {
        var number = await tx.Connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            service is not null
                ? "SELECT number FROM incidents WHERE status IN ('triage', 'open', 'watching') AND service = @service AND NOT drill ORDER BY declared_at LIMIT 1"
                : """
                  SELECT i.number FROM incidents i WHERE i.status IN ('triage', 'open', 'watching') AND NOT i.drill
                      AND EXISTS (SELECT 1 FROM alerts a WHERE a.place = @place AND a.incident = i.number) ORDER BY i.declared_at LIMIT 1
                  """,
            new { service, place }, tx.Transaction, cancellationToken: cancellationToken));
        if (number is null && service is null && opens) number = await OverflowAsync(tx, LockOf(place), cancellationToken);
        return number is { } found && await IncidentStore.LockAsync(tx, found, cancellationToken) is { IsOpen: true } incident ? incident : null;
    }

    private static async Task<int?> OverflowAsync(Tx tx, string source, CancellationToken cancellationToken)
    {
        var open = (await tx.Connection.QueryAsync<int>(new CommandDefinition(
            """
            SELECT i.number FROM incidents i WHERE i.status IN ('triage', 'open', 'watching') AND i.declared_by = 'chatops' AND i.declared_at > @since
                AND EXISTS (SELECT 1 FROM alerts a WHERE a.incident = i.number AND a.service IS NULL AND starts_with(a.place, @source)) ORDER BY i.number DESC
            """,
            new { since = tx.Now - Span, source }, tx.Transaction, cancellationToken: cancellationToken))).AsList();
        return open.Count >= MostWithoutService ? open[0] : null;
    }
}
