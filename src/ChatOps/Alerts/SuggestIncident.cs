using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Incidents;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>A question in the incidents channel: is this an incident?</summary>
internal sealed record Suggestion
{
    public long Id { get; init; }
    public string Place { get; init; } = "";
    public string Source { get; init; } = "";
    public string? Service { get; init; }

    /// <summary>open, started or dismissed.</summary>
    public string State { get; init; } = "";
    public DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public string? DecidedBy { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public int? Incident { get; init; }
}

/// <summary>Asks people about alerts that open nothing by themselves: one message for each place, edited while it is the same story.</summary>
internal sealed class SuggestIncident(Outbox.Outbox outbox, ChatOpsConfig config)
{
    private const string Columns = "id, place, source, service, state, opened_at, resolved_at, decided_by, decided_at, incident";

    /// <summary>So many questions about alerts without a service are asked within <see cref="Story"/>; what comes then joins the last.</summary>
    private const int MostWithoutService = 5;

    /// <summary>What fires again within this time is the same story: the question is edited and not asked again.</summary>
    private static readonly TimeSpan Story = TimeSpan.FromHours(1);

    public async Task RunAsync(Tx tx, string place, IReadOnlyList<ChangedAlert> firing, CancellationToken cancellationToken)
    {
        var suggestion = await CurrentAsync(tx, place, firing, cancellationToken)
            ?? (firing[0].Service is null ? await OverflowAsync(tx, firing[0].Source, cancellationToken) : null)
            ?? await AddAsync(tx, place, firing[0], cancellationToken);
        await AlertStore.BelongsToSuggestionAsync(tx, firing.Select(a => a.Id), suggestion.Id, cancellationToken);
        // A false alarm that goes on and off is one that was said to be one already.
        if (suggestion.State == "open") await RaiseStore.ForSuggestionAsync(tx, suggestion.Id, firing, cancellationToken);
        await ShowAsync(tx, suggestion.Id, cancellationToken);
    }

    /// <summary>Draws the question as it is now.</summary>
    public async Task ShowAsync(Tx tx, long id, CancellationToken cancellationToken)
    {
        var view = await AlertView.OfSuggestionAsync(tx, id, cancellationToken);
        var suggestion = await tx.Connection.QuerySingleAsync<Suggestion>(new CommandDefinition(
            $"""
            UPDATE alert_suggestions SET resolved_at = CASE WHEN @firing > 0 OR state <> 'open' THEN NULL ELSE COALESCE(resolved_at, @now) END
            WHERE id = @id RETURNING {Columns}
            """,
            new { id, firing = view.Firing, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
        await ShowAsync(tx, suggestion, view, place: null, cancellationToken);
    }

    /// <summary>The alerts of the place's open question, which is answered by the incident. Empty where none is open.</summary>
    public async Task<IReadOnlyList<ChangedAlert>> TakeOverAsync(Tx tx, string place, Incident incident, string by, CancellationToken cancellationToken)
    {
        var open = await tx.Connection.QuerySingleOrDefaultAsync<Suggestion>(new CommandDefinition(
            $"SELECT {Columns} FROM alert_suggestions WHERE place = @place AND state = 'open' FOR UPDATE", new { place }, tx.Transaction, cancellationToken: cancellationToken));
        if (open is null) return [];
        var alerts = await AlertStore.OfSuggestionAsync(tx, open.Id, cancellationToken);
        var view = await AlertView.OfSuggestionAsync(tx, open.Id, cancellationToken);
        var decided = await tx.Connection.QuerySingleAsync<Suggestion>(new CommandDefinition(
            $"UPDATE alert_suggestions SET state = 'started', decided_by = @by, decided_at = @now, incident = @Number, resolved_at = NULL WHERE id = @Id RETURNING {Columns}",
            new { open.Id, incident.Number, by, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
        await RaiseStore.MoveAsync(tx, open.Id, incident.Number, cancellationToken);
        // Of a private incident nothing is said outside its channel.
        await ShowAsync(tx, decided, view, incident.Private ? null : IncidentDrawing.Place(incident), cancellationToken);
        return alerts;
    }

    /// <summary>Where the question's alerts are decided about; null: there is no such question.</summary>
    public static Task<string?> PlaceOfAsync(Tx tx, long id, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            "SELECT place FROM alert_suggestions WHERE id = @id", new { id }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Locked until the transaction ends.</summary>
    public static Task<Suggestion?> FindAsync(Tx tx, long id, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<Suggestion>(new CommandDefinition(
            $"SELECT {Columns} FROM alert_suggestions WHERE id = @id FOR UPDATE", new { id }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>A person says that it is nothing: counted against the rules that raised it. Null: somebody decided before.</summary>
    public async Task<Suggestion?> DismissAsync(Tx tx, long id, string userId, CancellationToken cancellationToken)
    {
        var dismissed = await tx.Connection.QuerySingleOrDefaultAsync<Suggestion>(new CommandDefinition(
            $"UPDATE alert_suggestions SET state = 'dismissed', decided_by = @userId, decided_at = @now, resolved_at = NULL WHERE id = @id AND state = 'open' RETURNING {Columns}",
            new { id, userId, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
        if (dismissed is null) return null;
        await RaiseStore.FalseAsync(tx, id, userId, cancellationToken);
        await ShowAsync(tx, dismissed, await AlertView.OfSuggestionAsync(tx, id, cancellationToken), place: null, cancellationToken);
        return dismissed;
    }

    private Task ShowAsync(Tx tx, Suggestion suggestion, AlertView view, string? place, CancellationToken cancellationToken) =>
        outbox.ShowAsync(tx, AlertMessages.SuggestionKey(suggestion.Id), Places.Of(config.Slack.IncidentsChannel),
            AlertMessages.Suggestion(suggestion, view, place, view.Groups.Any(g => config.Alerts.Sources.GetValueOrDefault(g.Source)?.Url is not null)), cancellationToken);

    /// <summary>The question that these alerts belong to: the open one, unless it was over long ago; or one that was dismissed lately and was about the same rules.</summary>
    private static async Task<Suggestion?> CurrentAsync(Tx tx, string place, IReadOnlyList<ChangedAlert> firing, CancellationToken cancellationToken)
    {
        var last = await tx.Connection.QuerySingleOrDefaultAsync<Suggestion>(new CommandDefinition(
            $"SELECT {Columns} FROM alert_suggestions WHERE place = @place ORDER BY id DESC LIMIT 1 FOR UPDATE", new { place }, tx.Transaction, cancellationToken: cancellationToken));
        switch (last)
        {
            case { State: "open" } when last.ResolvedAt is null || last.ResolvedAt > tx.Now - Story:
                return last;
            case { State: "open" }:
                // Its message stands far above by now: it is closed as it is, and the new trouble asks anew.
                await tx.Connection.ExecuteAsync(new CommandDefinition(
                    "UPDATE alert_suggestions SET state = 'dismissed', decided_by = 'chatops', decided_at = @now WHERE id = @Id", new { last.Id, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
                return null;
            case { State: "dismissed" } when last.DecidedAt > tx.Now - Story && await KnowsAsync(tx, last.Id, firing, cancellationToken):
                return last;
            default:
                return null;
        }
    }

    private static async Task<bool> KnowsAsync(Tx tx, long id, IReadOnlyList<ChangedAlert> firing, CancellationToken cancellationToken) =>
        !await tx.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            """
            SELECT EXISTS (SELECT 1 FROM unnest(@sources, @names) AS t(s, n)
                WHERE NOT EXISTS (SELECT 1 FROM alert_raises r WHERE r.suggestion = @id AND r.source = s AND r.name = n))
            """,
            new { id, sources = firing.Select(a => a.Source).ToArray(), names = firing.Select(a => a.Name).ToArray() }, tx.Transaction, cancellationToken: cancellationToken));

    private static async Task<Suggestion?> OverflowAsync(Tx tx, string source, CancellationToken cancellationToken)
    {
        var open = (await tx.Connection.QueryAsync<Suggestion>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM alert_suggestions WHERE state = 'open' AND service IS NULL AND source = @source AND opened_at > @since
            ORDER BY id DESC LIMIT @MostWithoutService
            """,
            new { source, since = tx.Now - Story, MostWithoutService }, tx.Transaction, cancellationToken: cancellationToken))).AsList();
        return open.Count >= MostWithoutService ? open[0] : null;
    }

    private static Task<Suggestion> AddAsync(Tx tx, string place, ChangedAlert first, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleAsync<Suggestion>(new CommandDefinition(
            $"INSERT INTO alert_suggestions (place, source, service, opened_at, request_id) VALUES (@place, @Source, @Service, @now, @RequestId) RETURNING {Columns}",
            new { place, first.Source, first.Service, now = tx.Now, tx.RequestId }, tx.Transaction, cancellationToken: cancellationToken));
}
