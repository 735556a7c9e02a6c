using System.Text.RegularExpressions;

namespace ChatOps.Configuration;

/// <summary>How PagerDuty is reached, from the file.</summary>
internal sealed partial class PagerDutyReader(Reading reading)
{
    public PagerDutyConfig? Read(Section file)
    {
        if (file.Below("pagerduty", "pagerduty") is not { } section) return null;
        var standard = new PagerDutyConfig();
        var config = standard with
        {
            RoutingKey = section.Secret("routing_key"),
            ApiToken = section.Secret("api_token"),
            EventsUrl = section.Url("events_url") ?? standard.EventsUrl,
            ApiUrl = section.Url("api_url") ?? standard.ApiUrl,
            People = People(section),
        };
        if (!section.Has("routing_key") && !section.Has("api_token"))
            reading.Mistake(section.Line, "pagerduty has neither 'routing_key' nor 'api_token'", "add 'routing_key: ${PAGERDUTY_ROUTING_KEY}', the key of an Events API v2 integration");
        if (config.ApiToken?.Any(c => char.IsControl(c) || c > '~') == true)
            reading.Mistake(section.LineOf("api_token"), $"'api_token' holds characters that no token has{section.In}", "one line of plain letters, digits and signs");
        section.Done();
        return config;
    }

    private Dictionary<string, string> People(Section section)
    {
        var people = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (section.Below("people", "people of pagerduty") is not { } below) return people;
        foreach (var entry in below.Entries)
        {
            if (below.Text(entry.Key) is not { } id) continue;
            if (!UserId().IsMatch(id)) reading.Mistake(entry.Line, $"'{id}' is no user id of PagerDuty{below.In}", "the id at the end of the address of the person's page there, such as PXPGF42");
            else people[entry.Key.TrimStart('@')] = id;
        }
        return people;
    }

    [GeneratedRegex(@"\A[A-Z0-9]{4,24}\z")]
    private static partial Regex UserId();
}
