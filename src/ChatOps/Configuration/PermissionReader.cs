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
                Allow = Known(section, "allow", "action", PermissionActions.All),
                Environments = Known(section, "environments", "environment", catalog.Environments),
                Services = Known(section, "services", "service", [.. catalog.Services.Keys]),
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

    private List<string> Known(Section section, string key, string one, IReadOnlyCollection<string> valid)
    {
        var known = new List<string>();
        var words = section.Words(key);
        foreach (var word in words)
        {
            if (valid.Contains(word.Text, StringComparer.Ordinal)) known.Add(word.Text);
            else reading.Mistake(word.Line, $"unknown {one} '{word.Text}'{section.In}", Nearest.Hint(word.Text, valid));
        }
        // An empty list would read as "everywhere", which is more than somebody wrote who named nothing.
        if (section.Has(key) && words.Count == 0) reading.Mistake(section.LineOf(key), $"'{key}' is empty{section.In}", $"name at least one {one}, or leave '{key}' out");
        return known;
    }
}
