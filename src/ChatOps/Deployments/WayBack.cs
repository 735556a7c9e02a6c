using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>Where a deploy goes back to when it is bad: known before it begins. Pure.</summary>
/// <param name="Version">Null: there is none, or it is not known.</param>
/// <param name="Sentence">For people: how, or why not and what is left.</param>
/// <param name="Known">False: what runs or what is there could not be read.</param>
/// <param name="Automatic">Whether the press may arm an automatic rollback: only where the schema is declared to serve that version.</param>
/// <param name="AutomaticWhy">For people: why it is off; null where it is on.</param>
public sealed record WayBack(string? Version, string Sentence, bool Known, bool Automatic, string? AutomaticWhy)
{
    public static WayBack Of(DeployFacts facts)
    {
        var service = facts.Target.Service;
        if (facts.Status is not { } status) return Unknown(service, facts.WhyUnknown(nameof(facts.Status)));
        if (facts.Releases is not { } releases) return Unknown(service, facts.WhyUnknown(nameof(facts.Releases)));
        if (status.Version is not { } running)
            return None($"This is the first deploy of {service} in {facts.Target.Environment}: there is no version to go back to. If it is bad, stop it or roll forward.", "there is no version to go back to");

        // Going back to what is marked bad is no way back.
        var good = running;
        var instead = "";
        if (facts.BadVersions.Any(b => b.Version == running))
        {
            var found = LastGoodVersion.Find(releases, facts.Changes, running, facts.BadVersions.Select(b => b.Version));
            if (found.Good is null) return None($"{running}, which runs now, is marked bad, and there is no good version before it. If {facts.Request.Version} is bad too, roll forward.", $"{running} is marked bad");
            good = found.Good.Version;
            instead = $" ({running}, which runs now, is marked bad)";
        }
        var verdict = SchemaRule.MayRunOn(SchemaAfter(facts, releases, running), releases, good);
        var how = $"Roll back to {good}{instead}.";
        return verdict.Answer switch
        {
            SchemaAnswer.Refuses => None($"No way back to {good}: {verdict.Sentence}", "the schema will not serve the version before"),
            SchemaAnswer.Undeclared => new(good, $"{how} {verdict.Sentence}", Known: true, Automatic: false, "the schema does not declare which versions it serves, so a person must decide"),
            _ when facts.Request.IsRollback => new(good, $"Deploy {good} again.", Known: true, Automatic: false, "a rollback is not rolled back by itself"),
            _ => new(good, how, Known: true, Automatic: true, AutomaticWhy: null),
        };
    }

    /// <summary>The release whose schema is in place when the deploy is done.</summary>
    private static Release? SchemaAfter(DeployFacts facts, IReadOnlyList<Release> releases, string running)
    {
        var now = SchemaRule.InPlace(releases, running);
        var list = releases.ToList();
        return facts.Wanted is { } wanted && (now is null || list.IndexOf(wanted) < list.IndexOf(now)) ? wanted : now;
    }

    private static WayBack None(string sentence, string why) => new(null, sentence, Known: true, Automatic: false, why);

    private static WayBack Unknown(string service, string why) => new(null, $"It is not known what {service} could go back to: {why}.", Known: false, Automatic: false, "the way back is not known");
}
