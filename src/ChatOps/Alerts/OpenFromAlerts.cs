using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Alerts;

/// <summary>Opens an incident for alerts whose rule says so. The bot declares it, and the rule is named; nobody leads until someone takes it.</summary>
internal sealed class OpenFromAlerts(StartIncident start, SuggestIncident suggest, JoinAlerts join, ChatOpsConfig config)
{
    public async Task RunAsync(Tx tx, string place, IReadOnlyList<ChangedAlert> firing, CancellationToken cancellationToken)
    {
        var opening = firing.Where(a => a.Action == AlertStore.Word(AlertAction.Open)).ToList();
        var severity = opening.Min(a => a.Severity);
        var first = opening.Where(a => a.Severity == severity).OrderByDescending(a => a.Level).ThenBy(a => a.StartsAt).First();
        var incident = await start.RunAsync(tx, Declare(firing, first, severity, TimelineEntry.Bot, config.Slack.IncidentsChannel), cancellationToken);
        incident = incident with { SeverityRule = $"SEV{severity}: alert {first.Name} by the rule \"{first.Rule}\"" };
        await IncidentStore.SaveAsync(tx, incident, cancellationToken);
        await join.RunAsync(tx, incident, [.. firing, .. await suggest.TakeOverAsync(tx, place, incident, TimelineEntry.Bot, cancellationToken)], cancellationToken);
    }

    /// <summary>How alerts are declared as an incident.</summary>
    /// <param name="first">The one that gives the title.</param>
    internal static Declaration Declare(IReadOnlyList<ChangedAlert> alerts, ChangedAlert first, int? severity, string by, string channel)
    {
        var rules = alerts.Select(a => (a.Source, a.Name)).Distinct().Count();
        var title = $"{first.Name}{(first.Title == first.Name ? "" : $": {first.Title}")}{(rules > 1 ? $" (and {rules - 1} more)" : "")}";
        return new Declaration(Mrkdwn.Cut(title, IncidentForms.MaximumTitle), title, severity, first.Service, by, channel, Invite: []);
    }
}
