using ChatOps.Configuration;
using ChatOps.Timeline;

namespace ChatOps.Cli.Doctor;

/// <summary>Whether the people and user groups that the configuration names exist in the workspace.</summary>
internal sealed class SlackPeople(ChatOpsConfig config, SlackDirectory directory)
{
    public Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellationToken) => SlackTrouble.GuardAsync("people and groups", async () =>
    {
        var findings = new List<Finding>();
        var rules = config.Permissions.Rules;
        if (rules.Count == 0)
            findings.Add(Finding.Warn("permissions", "no rule, so nobody may restart or roll back anything", "Add rules under 'permissions'."));
        foreach (var group in rules.SelectMany(r => r.Groups).Distinct(StringComparer.OrdinalIgnoreCase))
            findings.Add(await GroupAsync("permissions", group, cancellationToken));
        foreach (var user in rules.SelectMany(r => r.Users).Distinct(StringComparer.OrdinalIgnoreCase))
            findings.Add(await UserAsync(user, cancellationToken));
        if (config.Incident.OncallGroup is { } oncall && !config.OnCall.Schedules.ContainsKey(oncall))
            findings.Add(await GroupAsync("incident.oncall", oncall, cancellationToken));
        if (config.Reports.Leads is { } leads)
            findings.Add(await GroupAsync("reports.leads", leads, cancellationToken));
        foreach (var owner in config.Catalog.Services.Values.Select(s => s.Owner).OfType<string>().Where(o => !config.OnCall.Schedules.ContainsKey(o)).Distinct(StringComparer.OrdinalIgnoreCase))
            findings.Add(await OwnerAsync(owner, cancellationToken));
        return findings;
    });

    private async Task<Finding> GroupAsync(string what, string name, CancellationToken cancellationToken) => await directory.MembersOfAsync(name, cancellationToken) switch
    {
        null => Finding.Fail(what, $"there is no user group @{name}", "Create it in Slack, or correct its handle."),
        { Count: 0 } => Finding.Warn(what, $"nobody is in @{name}", "Add people to it in Slack."),
        var people => Finding.Ok(what, $"@{name}, {people.Count} {(people.Count == 1 ? "person" : "people")}"),
    };

    private async Task<Finding> UserAsync(string name, CancellationToken cancellationToken) => await directory.FindAccountAsync(name, cancellationToken) switch
    {
        null => Finding.Fail("permissions", $"nobody in the workspace is @{name}", "Correct the name; it is the handle or the id, since anybody may take any display name."),
        { Deleted: true } => Finding.Fail("permissions", $"the account of @{name} is deactivated", "Take it out of the rule."),
        var user => Finding.Ok("permissions", $"@{user.Name}"),
    };

    private async Task<Finding> OwnerAsync(string name, CancellationToken cancellationToken) =>
        await directory.FindGroupAsync(name, cancellationToken) is not null || await directory.FindUserAsync(name, cancellationToken) is not null
            ? Finding.Ok("owner", $"@{name}")
            : Finding.Warn("owner", $"@{name} is neither a user group nor a person", "Correct 'owner' of the services that name it.");
}
