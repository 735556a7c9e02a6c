using ChatOps.Catalog;
using ChatOps.Timeline;

namespace ChatOps.Permissions;

/// <summary>Whether a person may, and what to tell them.</summary>
/// <param name="Reason">A sentence: the rule that allows it, or why nothing does.</param>
/// <param name="WhoMay">For people: "@oncall or @ana"; "nobody" where no rule names anyone.</param>
public sealed record Permission(bool Allowed, string Reason, string WhoMay);

/// <summary>Answers who may do what. What no rule allows is refused, and so is what cannot be found out.</summary>
public sealed class PermissionCheck(PermissionRules rules, SlackDirectory directory)
{
    /// <param name="userId">The Slack id of the person who asks or pressed.</param>
    /// <param name="action">One of <see cref="PermissionActions"/>.</param>
    public async Task<Permission> CheckAsync(string userId, string action, Target target, CancellationToken cancellationToken)
    {
        var covering = rules.Rules.Where(r => r.Covers(action, target)).ToList();
        var whoMay = WhoMay(covering);
        var what = $"{action} {target.Service} in {target.Environment}";
        if (covering.Count == 0) return new(false, $"No permission in chatops.yaml lets anybody {what}.", whoMay);

        // Ids need nobody's answer; names and groups need Slack's.
        if (covering.Exists(r => r.Users.Contains(userId, StringComparer.Ordinal))) return new(true, $"chatops.yaml names you for: {what}.", whoMay);
        string? unknown = null;
        var missing = new List<string>();
        foreach (var name in covering.SelectMany(r => r.Users).Distinct(StringComparer.Ordinal))
        {
            try
            {
                if ((await directory.FindAccountAsync(name, cancellationToken))?.Id == userId) return new(true, $"chatops.yaml names @{name} for: {what}.", whoMay);
            }
            catch (SlackDirectoryException e)
            {
                unknown = e.Message;
            }
        }
        foreach (var group in covering.SelectMany(r => r.Groups).Distinct(StringComparer.Ordinal))
        {
            try
            {
                var members = await directory.MembersOfAsync(group, cancellationToken);
                if (members is null) missing.Add($"@{group}");
                if (members?.Contains(userId) == true) return new(true, $"You are in @{group}, which may {what}.", whoMay);
            }
            catch (SlackDirectoryException e)
            {
                unknown = e.Message;
            }
        }
        return unknown is null
            ? new(false, $"Only {whoMay} may {what}.{Missing(missing)}", whoMay)
            : new(false, $"{unknown}, so it is not known whether you may {what}; {whoMay} may.", whoMay);
    }

    private static string Missing(List<string> groups) =>
        groups.Count == 0 ? "" : $" In Slack there is no user group {string.Join(" and no ", groups)}: create it, or name another in chatops.yaml.";

    /// <summary>The people and groups that the rules name for it, for a card.</summary>
    public string WhoMay(string action, Target target) => WhoMay([.. rules.Rules.Where(r => r.Covers(action, target))]);

    /// <summary>The same as names, each once, groups first: ids or handles without '@'.</summary>
    public IReadOnlyList<(string Name, bool IsGroup)> NamedFor(string action, Target target) => Named([.. rules.Rules.Where(r => r.Covers(action, target))]);

    private static string WhoMay(List<PermissionRule> covering)
    {
        var names = Named(covering).Select(n => $"@{n.Name}").Distinct(StringComparer.Ordinal).ToList();
        return names.Count switch
        {
            0 => "nobody",
            1 => names[0],
            _ => $"{string.Join(", ", names[..^1])} or {names[^1]}",
        };
    }

    private static List<(string Name, bool IsGroup)> Named(List<PermissionRule> covering) =>
        [.. covering.SelectMany(r => r.Groups).Select(n => (n, true)).Concat(covering.SelectMany(r => r.Users).Select(n => (n, false))).Distinct()];
}
