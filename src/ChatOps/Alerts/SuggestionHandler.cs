using System.Globalization;
using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Alerts;

/// <summary>A person answers the question whether alerts are an incident.</summary>
internal sealed class SuggestionHandler(
    CurrentRequest request, SuggestIncident suggest, StartIncident start, JoinAlerts join, TimelineStore timeline, Outbox.Outbox outbox, ChatOpsConfig config) : IBlockActionHandler<ButtonAction>
{
    public Task Handle(ButtonAction action, BlockActionRequest press, CancellationToken cancellationToken)
    {
        var user = press.User.Id;
        var channel = press.Channel?.Id ?? press.Container.ChannelId ?? user;
        var dismiss = action.ActionId.Split(':')[0] == AlertMessages.DismissActionId;
        return request.CommitAsync(async tx =>
        {
            var told = !long.TryParse(action.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || await PlaceAsync(tx, id, cancellationToken) is not { } place
                ? "I do not know this question any more. Start an incident with `/incident start` if something is wrong."
                : dismiss ? await DismissAsync(tx, id, user, cancellationToken) : await StartAsync(tx, id, place, user, channel, cancellationToken);
            if (told is not null) await outbox.EphemeralAsync(tx, channel, user, IncidentMessages.Plain(told), cancellationToken);
        }, cancellationToken);
    }

    /// <summary>The question's place, with the lock that decisions about it take; in the order in which they take it.</summary>
    private static async Task<string?> PlaceAsync(Tx tx, long id, CancellationToken cancellationToken)
    {
        if (await SuggestIncident.PlaceOfAsync(tx, id, cancellationToken) is not { } place) return null;
        await AlertStore.LockAsync(tx, AlertPlaces.LockOf(place), cancellationToken);
        return place;
    }

    private async Task<string?> DismissAsync(Tx tx, long id, string user, CancellationToken cancellationToken)
    {
        if (await suggest.DismissAsync(tx, id, user, cancellationToken) is not { } dismissed) return await DecidedAsync(tx, id, cancellationToken);
        await timeline.AppendAsync(tx, new TimelineEntry
        {
            Kind = TimelineKinds.FalseAlarm, At = tx.Now, Actor = user, Text = $"Alerts about {dismissed.Service ?? dismissed.Source} were called a false alarm", Part = $"{id}",
        }, cancellationToken);
        return null;
    }

    private async Task<string?> StartAsync(Tx tx, long id, string place, string user, string channel, CancellationToken cancellationToken)
    {
        if (await SuggestIncident.FindAsync(tx, id, cancellationToken) is not { State: "open" }) return await DecidedAsync(tx, id, cancellationToken);
        var alerts = await AlertStore.OfSuggestionAsync(tx, id, cancellationToken);
        if (alerts.Count == 0) return "These alerts are forgotten by now. Start an incident with `/incident start` if something is wrong.";
        var known = await AlertPlaces.OpenIncidentAsync(tx, place, alerts[0].Service, opens: false, cancellationToken);
        var first = alerts.OrderByDescending(a => a.Firing).ThenByDescending(a => a.Level).ThenBy(a => a.StartsAt).First();
        // A severity is for the person to say, unless the rule said it: what a warning is worth nobody knows yet.
        var incident = known is { Private: false } ? known : await start.RunAsync(tx, OpenFromAlerts.Declare(alerts, first, Severity(alerts), user, channel), cancellationToken);
        await join.RunAsync(tx, incident, await suggest.TakeOverAsync(tx, place, incident, user, cancellationToken), cancellationToken);
        if (known is { Private: false })
        {
            await outbox.InviteAsync(tx, incident.Destination, [user], cancellationToken);
            await IncidentMembers.AddAsync(tx, incident.Number, [user], cancellationToken);
        }
        return known is { Private: false }
            ? $"Incident {incident.Number} is about it already: the alerts are there now. Come to {IncidentDrawing.Place(incident)}."
            : $"Incident {incident.Number} is declared ({Severities.Name(incident.Severity)}). Come to {IncidentDrawing.Place(incident)}: I am looking already.";
    }

    private int? Severity(IReadOnlyList<ChangedAlert> alerts) =>
        alerts.Select(a => config.Alerts.Rules.FirstOrDefault(r => r.Name == a.Rule)?.Severity).Min();

    private static async Task<string> DecidedAsync(Tx tx, long id, CancellationToken cancellationToken) =>
        await SuggestIncident.FindAsync(tx, id, cancellationToken) switch
        {
            { State: "dismissed" } => "Somebody called this a false alarm before you. Start an incident with `/incident start` if you see more in it.",
            { State: "started" } => "Somebody started an incident from this before you. `/incident list` shows what is open.",
            _ => "This question was answered while you pressed. Look at it again.",
        };
}
