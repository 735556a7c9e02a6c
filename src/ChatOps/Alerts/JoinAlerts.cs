using System.Text.Json;
using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.OnCall;
using ChatOps.Timeline;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>Alerts of an incident: a line in its timeline, one message that lists them all, and one question when none fires any more.</summary>
internal sealed class JoinAlerts(TimelineStore timeline, IncidentDrawing drawing, Outbox.Outbox outbox, InternalRequests requests, AlertConfig config)
{
    /// <summary>So many lines of one request; more are counted in the last.</summary>
    private const int MostLines = 20;

    /// <summary>An alert that has fired for longer tells nothing of when this trouble began.</summary>
    private static readonly TimeSpan LongestBefore = TimeSpan.FromHours(24);

    /// <param name="incident">Open, and locked by this transaction.</param>
    public async Task RunAsync(Tx tx, Incident incident, IReadOnlyList<ChangedAlert> firing, CancellationToken cancellationToken)
    {
        // One that got worse is still among those of its question.
        firing = [.. firing.DistinctBy(a => a.Id)];
        await AlertStore.BelongsToIncidentAsync(tx, firing.Select(a => a.Id), incident.Number, cancellationToken);
        await RaiseStore.ForIncidentAsync(tx, incident.Number, firing, cancellationToken);
        await RecordAsync(tx, incident.Number, TimelineKinds.AlertFiring, [.. firing.Where(a => a.Firing)], cancellationToken);
        incident = await OnsetAsync(tx, incident, firing, cancellationToken);
        // In SEV1 and SEV2 the opening calls people already: once is enough.
        if (incident.Lead is null && incident.Severity is null or > OpenIncident.Pages && firing.FirstOrDefault(a => a.Page) is { } loud)
            await VerbRequestHandler.LeaveAsync(requests, tx, incident.Number, "page", "alert", cancellationToken, arguments: Reason(loud));
        await AskIfWorseAsync(tx, incident, firing, cancellationToken);
        var view = await ShowAsync(tx, incident, cancellationToken);
        if (view.Firing > 0 && await AskedAsync(tx, incident.Number, cancellationToken))
            await outbox.ShowAsync(tx, AlertMessages.OverKey(incident.Number), incident.Destination, AlertMessages.Over(incident, view), cancellationToken);
    }

    /// <summary>Alerts of an incident that ended. Where it went on in another incident, it is told there.</summary>
    public async Task EndedAsync(Tx tx, int number, IReadOnlyList<ChangedAlert> ended, CancellationToken cancellationToken)
    {
        if (await GoesOnAsync(tx, number, cancellationToken) is not { } incident) return;
        if (incident.Number != number) await MoveAsync(tx, number, incident.Number, cancellationToken);
        await RecordAsync(tx, incident.Number, TimelineKinds.AlertResolved, ended, cancellationToken);
        if (!incident.IsOpen) return;
        var view = await ShowAsync(tx, incident, cancellationToken);
        if (view.Firing > 0) return;
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO alert_incidents (incident, asked_at) VALUES (@Number, @now) ON CONFLICT (incident) DO UPDATE SET asked_at = COALESCE(alert_incidents.asked_at, excluded.asked_at)",
            new { incident.Number, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
        await outbox.ShowAsync(tx, AlertMessages.OverKey(incident.Number), incident.Destination, AlertMessages.Over(incident, view), cancellationToken);
    }

    /// <summary>Draws the message that lists them.</summary>
    /// <param name="incident">As its row is, which this transaction has locked.</param>
    public async Task<AlertView> ShowAsync(Tx tx, Incident incident, CancellationToken cancellationToken)
    {
        var view = await AlertView.OfIncidentAsync(tx, incident.Number, cancellationToken);
        await outbox.ShowAsync(tx, AlertMessages.BoardKey(incident.Number), incident.Destination, AlertMessages.Board(incident, view, CanSilence(view)), cancellationToken);
        await FollowIncidents.KeepAsync(tx, incident.Number, cancellationToken);
        var answered = await tx.Connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            "UPDATE alert_incidents SET worse_open = false WHERE incident = @Number AND worse_open AND (NOT @IsOpen OR @Severity <= worse_asked) RETURNING worse_asked",
            new { incident.Number, incident.IsOpen, incident.Severity }, tx.Transaction, cancellationToken: cancellationToken));
        if (answered is { } severity) await outbox.ShowAsync(tx, AlertMessages.WorseKey(incident.Number, severity), incident.Destination, AlertMessages.NoLongerWorse(incident, severity), cancellationToken);
        return view;
    }

    /// <summary>A rule that opens incidents calls it worse than it is held for: whoever leads decides. In triage the severity is asked for anyhow.</summary>
    private async Task AskIfWorseAsync(Tx tx, Incident incident, IReadOnlyList<ChangedAlert> firing, CancellationToken cancellationToken)
    {
        var worst = firing.Where(a => a.Firing && a.Action == AlertStore.Word(AlertAction.Open)).MinBy(a => a.Severity);
        if (worst is null || !(worst.Severity < incident.Severity)) return;
        var (asked, stands) = await tx.Connection.QuerySingleOrDefaultAsync<(int?, bool)>(new CommandDefinition(
            "SELECT worse_asked, worse_open FROM alert_incidents WHERE incident = @Number", new { incident.Number }, tx.Transaction, cancellationToken: cancellationToken));
        if (asked <= worst.Severity) return;
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO alert_incidents (incident, worse_asked, worse_open) VALUES (@Number, @Severity, true) ON CONFLICT (incident) DO UPDATE SET worse_asked = excluded.worse_asked, worse_open = true",
            new { incident.Number, worst.Severity }, tx.Transaction, cancellationToken: cancellationToken));
        if (asked is { } milder && stands) await outbox.ShowAsync(tx, AlertMessages.WorseKey(incident.Number, milder), incident.Destination, AlertMessages.NoLongerWorse(incident, milder), cancellationToken);
        await outbox.ShowAsync(tx, AlertMessages.WorseKey(incident.Number, worst.Severity), incident.Destination, AlertMessages.Worse(incident, worst), cancellationToken);
    }

    /// <summary>As if a person had typed it: what a source wrote names nobody and is no option.</summary>
    private static string Reason(ChangedAlert alert)
    {
        var words = $"alert {alert.Name}{(alert.Title == alert.Name ? "" : $": {alert.Title}")}".Replace("@", "(at)", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return AlertJson.Cut(string.Join(' ', words.Select(w => w.TrimStart('-', '–', '—'))), 200);
    }

    private bool CanSilence(AlertView view) => view.Groups.Any(g => config.Sources.GetValueOrDefault(g.Source)?.Url is not null);

    private async Task<Incident> OnsetAsync(Tx tx, Incident incident, IReadOnlyList<ChangedAlert> firing, CancellationToken cancellationToken)
    {
        var earliest = firing.Where(a => a.StartsAt > incident.DeclaredAt - LongestBefore).MinBy(a => a.StartsAt);
        if (earliest is null || incident.OnsetAt <= earliest.StartsAt) return incident;
        incident = incident with { OnsetAt = earliest.StartsAt, OnsetSource = $"alert {earliest.Name}" };
        await IncidentStore.SaveAsync(tx, incident, cancellationToken);
        await timeline.AppendAsync(tx, new TimelineEntry
        {
            Incident = incident.Number, Kind = TimelineKinds.Onset, At = earliest.StartsAt, Actor = TimelineEntry.Bot, Text = $"Began, by the alert {earliest.Name} of {earliest.Source}",
        }, cancellationToken);
        await drawing.ShowAsync(tx, incident, cancellationToken);
        return incident;
    }

    /// <summary>One line for each rule: what it is, how many, since when or until when.</summary>
    private async Task RecordAsync(Tx tx, int incident, string kind, IReadOnlyList<ChangedAlert> alerts, CancellationToken cancellationToken)
    {
        var begins = kind == TimelineKinds.AlertFiring;
        var rules = alerts.GroupBy(a => (a.Source, a.Name)).OrderByDescending(g => g.Max(a => a.Level)).ToList();
        foreach (var (rule, index) in rules.Take(MostLines).Select((r, i) => (r, i)))
        {
            var first = rule.First();
            // What this incident has already is told again only where it got worse.
            var worse = begins && rule.All(a => a.Incident == incident);
            var rest = index == MostLines - 1 && rules.Count > MostLines ? $"; and {rules.Count - MostLines} more rules" : "";
            var many = rule.Count() > 1 ? $" ({rule.Count()} alerts)" : "";
            await timeline.AppendAsync(tx, new TimelineEntry
            {
                Incident = incident,
                Kind = kind,
                At = worse ? tx.Now : begins ? rule.Min(a => a.StartsAt) : rule.Max(a => a.EndsAt) ?? tx.Now,
                Actor = TimelineEntry.Bot,
                Text = begins
                    ? $"Alert {first.Name} of {first.Source}{many} {(worse ? "got worse" : "fires")}: {first.Title}; by the rule \"{first.Rule}\"{rest}"
                    : $"Alert {first.Name} of {first.Source}{many} is resolved{rest}",
                Data = JsonSerializer.SerializeToElement(new { first.Source, first.Name, first.Rule, Level = AlertLevels.Word((AlertLevel)first.Level), Count = rule.Count() }, JsonSerializerOptions.Web),
                Part = $"{incident} {first.Source} {first.Name}",
            }, cancellationToken);
        }
    }

    private static async Task<Incident?> GoesOnAsync(Tx tx, int number, CancellationToken cancellationToken)
    {
        var incident = await IncidentStore.LockAsync(tx, number, cancellationToken);
        for (var steps = 0; steps < 10 && incident is { Status: IncidentStatus.Merged, MergedInto: { } other }; steps++)
            incident = await IncidentStore.LockAsync(tx, other, cancellationToken);
        return incident;
    }

    private static Task<int> MoveAsync(Tx tx, int from, int to, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE alerts SET incident = @to WHERE id IN (SELECT id FROM alerts WHERE incident = @from ORDER BY source, fingerprint FOR UPDATE)",
            new { from, to }, tx.Transaction, cancellationToken: cancellationToken));

    private static async Task<bool> AskedAsync(Tx tx, int incident, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT 1 FROM alert_incidents WHERE incident = @incident AND asked_at IS NOT NULL)", new { incident }, tx.Transaction, cancellationToken: cancellationToken));
}
