using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;
using Dapper;
using Npgsql;

namespace ChatOps.Capture;

/// <summary>Somebody's account is closed. What they did for an open incident is without anybody from then on, and those in it are told.</summary>
internal sealed class DeactivatedHandler(
    CurrentRequest request, NpgsqlDataSource database, TimelineStore timeline, IncidentDrawing drawing, Outbox.Outbox outbox, ChatOpsConfig config) : IEventHandler<UserChange>
{
    public async Task Handle(UserChange slackEvent, EventCallback callback, CancellationToken cancellationToken)
    {
        // Profiles change all day; only this change concerns incidents.
        if (!slackEvent.User.Deleted) return;
        var person = slackEvent.User.Id;
        var numbers = await WithRoleAsync(person, cancellationToken);
        if (numbers.Count == 0) return;
        await request.CommitAsync(async tx =>
        {
            foreach (var number in numbers)
            {
                if (await IncidentStore.LockAsync(tx, number, cancellationToken) is not { } before) continue;
                var (after, roles) = Without(before, person);
                if (roles.Count == 0) continue;
                await IncidentStore.SaveAsync(tx, after, cancellationToken);
                await IncidentMembers.RemoveAsync(tx, number, person, cancellationToken);
                await timeline.AppendAsync(tx, new TimelineEntry
                {
                    Incident = number, Kind = TimelineKinds.RoleLost, At = callback.EventTime, Actor = TimelineEntry.Bot, Text = $"@{NameOf(slackEvent.User)}, {string.Join(" and ", roles)}, was deactivated in Slack", Part = $"{number}",
                }, cancellationToken);
                await drawing.ShowAsync(tx, after, cancellationToken);
                var message = PlaceMessages.Gone(after, person, string.Join(" and ", roles));
                await outbox.ShowAsync(tx, $"incident {number} without {person}", after.Destination, message, cancellationToken);
                if (roles.Contains("lead") && after is { Private: false, Severity: not null })
                    await outbox.ShowAsync(tx, $"incident {number} without {person} announced", Places.Of(config.Slack.IncidentsChannel), message, cancellationToken);
            }
        }, cancellationToken);
    }

    private static string NameOf(Slack.WebApi.User user) => user.Profile?.DisplayName is { Length: > 0 } display ? display : user.RealName is { Length: > 0 } real ? real : user.Name;

    /// <summary>The incident without that person in any role, and the roles that they had. Pure.</summary>
    internal static (Incident After, IReadOnlyList<string> Roles) Without(Incident incident, string person)
    {
        var roles = new List<string>();
        if (incident.Lead == person) roles.Add("lead");
        if (incident.Comms == person) roles.Add("comms");
        if (incident.Scribe == person) roles.Add("scribe");
        return (incident with
        {
            Lead = incident.Lead == person ? null : incident.Lead,
            Comms = incident.Comms == person ? null : incident.Comms,
            Scribe = incident.Scribe == person ? null : incident.Scribe,
        }, roles);
    }

    private async Task<IReadOnlyList<int>> WithRoleAsync(string person, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<int>(new CommandDefinition(
            "SELECT number FROM incidents WHERE status IN ('triage', 'open', 'watching') AND @person IN (lead, comms, scribe) ORDER BY number", new { person }, cancellationToken: cancellationToken))).AsList();
    }
}
