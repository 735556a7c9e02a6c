using ChatOps.Configuration;
using ChatOps.OnCall;
using ChatOps.OnCall.PagerDuty;
using ChatOps.Timeline;

namespace ChatOps.Cli.Doctor;

/// <summary>Whether somebody is on call now whom the bot can reach, and whether anything can ring a phone.</summary>
internal sealed class OnCallChecks(ChatOpsConfig config, SlackDirectory directory, PagerDutyClient pagerDuty, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    public IEnumerable<Check> All()
    {
        yield return new("pager", Limit, PagerAsync);
        if (config.OnCall.Schedules.Count == 0 || config.Slack.BotToken is null) yield break;
        foreach (var rotation in config.OnCall.Schedules.Values)
            yield return new($"schedule {rotation.Name}", Limit, token => SlackTrouble.GuardAsync($"schedule {rotation.Name}", () => ScheduleAsync(rotation, token)));
    }

    internal async Task<IReadOnlyList<Finding>> PagerAsync(CancellationToken cancellationToken)
    {
        if (config.OnCall.PagerDuty?.RoutingKey is null)
            return [Finding.Warn("pager", "nothing can ring a phone: pages are messages in Slack alone", "Let people allow Slack's notifications at night, or set 'pagerduty.routing_key'.")];
        try
        {
            await pagerDuty.ReachAsync(cancellationToken);
            return [Finding.Ok("pager", $"{config.OnCall.PagerDuty.EventsUrl.Host} answers; whether its key is right shows with the first page")];
        }
        catch (PagerDutyException e)
        {
            return [Finding.Fail("pager", $"{e.Message}, so no phone rings", "Look whether this machine may reach it, and whether 'pagerduty.events_url' is right.")];
        }
    }

    internal async Task<IReadOnlyList<Finding>> ScheduleAsync(Rotation rotation, CancellationToken cancellationToken)
    {
        var what = $"schedule {rotation.Name}";
        if (rotation.PagerDutySchedule is { } id) return [await AtPagerDutyAsync(what, id, cancellationToken)];
        var findings = new List<Finding>();
        foreach (var person in rotation.People)
        {
            var account = await directory.FindAccountAsync(person, cancellationToken);
            if (account is null) findings.Add(Finding.Fail(what, $"nobody in the workspace is @{person}, or the account is deactivated", "Correct the name (the handle or the id), or take it out of the schedule."));
            else if (account.Deleted) findings.Add(Finding.Fail(what, $"the account of @{person} is deactivated", "Take it out of the schedule."));
        }
        var shift = new OnCallSchedule(rotation).At(time.GetUtcNow(), []);
        if (findings.Count == 0) findings.Add(Finding.Ok(what, $"@{shift.Person} until {shift.Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC, unless somebody took over"));
        return findings;
    }

    private async Task<Finding> AtPagerDutyAsync(string what, string id, CancellationToken cancellationToken)
    {
        try
        {
            var onCalls = await pagerDuty.OnCallsAsync(id, cancellationToken);
            if (onCalls.Count == 0) return Finding.Fail(what, $"PagerDuty says that nobody is on call in {id} now", "Fill the gap there, or correct the id.");
            var people = new PagerDutyPeople(config.OnCall, directory);
            foreach (var onCall in onCalls)
            {
                if (await people.SlackUserAsync(onCall, cancellationToken) is null)
                    return Finding.Fail(what, $"PagerDuty's {onCall.Name} is nobody in Slack", "Give their Slack handle and PagerDuty's user id under 'pagerduty.people'.");
            }
            return Finding.Ok(what, $"{string.Join(", ", onCalls.Select(o => o.Name))}, as PagerDuty says");
        }
        catch (PagerDutyException e)
        {
            return Finding.Fail(what, e.Message, "Look whether this machine may reach it, and whether 'pagerduty.api_token' may read.");
        }
    }
}
