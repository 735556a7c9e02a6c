using ChatOps.Configuration;
using ChatOps.Slack.WebApi;
using ChatOps.Timeline;

namespace ChatOps.Cli.Doctor;

/// <summary>What is looked at in Slack; without a bot token only that it is missing.</summary>
internal static class SlackChecks
{
    /// <summary>Longer than the client's own deadline: a read is tried three times.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static IEnumerable<Check> Of(ChatOpsConfig config, ISlackApiClient slack, SlackDirectory directory, SlackClock clock)
    {
        yield return new("tokens", Limit, _ => Task.FromResult<IReadOnlyList<Finding>>([.. SlackTokens.Look(config.Slack)]));
        if (config.Slack.MissingVariables.Count == 0)
        {
            var identity = new SlackIdentity(config, slack, SlackManifest.BotScopes);
            yield return new("workspace", Limit, identity.LookAsync);
            yield return new("transport", Limit, identity.TransportAsync);
            yield return new("incidents channel", Limit, new SlackPlaces("incidents channel", config.Slack.IncidentsChannel, "slack.incidents_channel", slack).LookAsync);
            if (config.Incident.StakeholdersChannel is { } stakeholders)
                yield return new("stakeholders channel", Limit, new SlackPlaces("stakeholders channel", stakeholders, "incident.stakeholders_channel", slack).LookAsync);
            foreach (var team in config.Catalog.Services.Values.Where(s => s.Channel is not null).DistinctBy(s => s.Channel, StringComparer.Ordinal))
                yield return new($"channel of {team.Name}", Limit, new SlackPlaces($"channel of {team.Name}", team.Channel!, $"services.{team.Name}.channel", slack).LookAsync);
            yield return config.Reports.Channel is { } reports
                ? new("reports channel", Limit, new SlackPlaces("reports channel", reports, "reports.channel", slack).LookAsync)
                : new("reports channel", Limit, _ => Task.FromResult<IReadOnlyList<Finding>>(
                    [Finding.Warn("reports channel", "none, so nobody gets the report of Monday morning", "Name one under reports.channel; /incident report shows the numbers at any time.")]));
            yield return new("people and groups", Limit, new SlackPeople(config, directory).LookAsync);
        }
        yield return new("clock", Limit, clock.LookAsync);
    }
}
