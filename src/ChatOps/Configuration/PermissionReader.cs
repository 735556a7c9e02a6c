using ChatOps.Catalog;
using ChatOps.Permissions;

namespace ChatOps.Configuration;

/// <summary>Who may do what, from the file.</summary>
internal sealed class PermissionReader(Reading reading, ServiceCatalog catalog)
{
    public PermissionRules Read(Section file)
    {
        var rules = new List<PermissionRule>();
        foreach (var section in file.Sections("permissions", "permission"))
        {
            section.Require("allow", "[restart, rollback]");
            var rule = new PermissionRule
            {
                Allow = section.Known("allow", "action", PermissionActions.All),
                Environments = section.Known("environments", "environment", catalog.Environments),
                Services = section.Known("services", "service", [.. catalog.Services.Keys]),
                Users = [.. section.Words("users").Select(w => w.Text.TrimStart('@'))],
                Groups = [.. section.Words("groups").Select(w => w.Text.TrimStart('@'))],
            };
            if (rule.Users.Count == 0 && rule.Groups.Count == 0)
                reading.Mistake(section.Line, "nobody is named in permission", "add 'groups: [oncall]' or 'users: [ana]'");
            section.Done();
            rules.Add(rule);
        }
        return new(rules);
    }
}
