using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>How the new version comes in, with the rule that says so. Pure.</summary>
/// <param name="Rule">For people: why this one.</param>
/// <param name="Refusal">Why it cannot be done like that; null: it can.</param>
/// <param name="Next">What can be done instead; null: nothing needs to.</param>
public sealed record StrategyChoice(DeployStrategy Strategy, string Rule, string? Refusal = null, string? Next = null)
{
    /// <summary>The word that people type.</summary>
    public static string Word(DeployStrategy strategy) => strategy switch
    {
        DeployStrategy.BlueGreen => "blue-green",
        DeployStrategy.Canary => "canary",
        DeployStrategy.Recreate => "recreate",
        _ => "rolling",
    };

    /// <summary>All words, for help and typing errors.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetValues<DeployStrategy>().Select(Word)];

    public static DeployStrategy? Parse(string word) =>
        Enum.GetValues<DeployStrategy>().Where(s => Word(s).Replace("-", "", StringComparison.Ordinal).Equals(word.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)).Cast<DeployStrategy?>().FirstOrDefault();

    public static StrategyChoice Choose(DeployFacts facts)
    {
        var rules = facts.Service.Deploy;
        if (facts.Request.IsRollback) return Back(facts);
        if (facts.Request.Strategy is { } asked) return Named(facts, asked, "it was asked for");
        if (rules.Strategy is { } configured) return Named(facts, configured, "chatops.yaml names it for this service", replace: true);
        if (rules.InstantCutOver) return Fit(facts, DeployStrategy.BlueGreen, "all traffic must see one version, so it moves at once");
        if (rules.QuickWayBack) return Fit(facts, DeployStrategy.BlueGreen, "the old version stays up for a quick way back");
        // Before the last environment nobody outside sees it, and there is no traffic to compare.
        if (!facts.IsLastEnvironment) return Fit(facts, DeployStrategy.Rolling, "it is not the last environment, so nobody outside sees it");
        if (rules.FacingUsers) return Fit(facts, DeployStrategy.Canary, "it faces users, so few of them see the new version first");
        if (facts.Service.Tier == 1) return Fit(facts, DeployStrategy.Canary, "it is of tier 1, so little traffic sees the new version first");
        return Fit(facts, DeployStrategy.Rolling, rules.Stateless ? "it is stateless and the risk is low" : "nothing asks for a slower way");
    }

    /// <summary>Going back is not tried out on a few first: what runs is known to be bad.</summary>
    private static StrategyChoice Back(DeployFacts facts) => new(DeployStrategy.Rolling, "rolling: a rollback runs no canary.",
        facts.Capabilities is { } can && !can.Contains(PlatformAction.RollBack) && !can.Contains(PlatformAction.Deploy)
            ? $"{facts.Platform} cannot run an earlier version of {facts.Target.Service}." : null,
        "Deploy the earlier version where it is built.");

    /// <summary>Why old and new version cannot run at the same time, or null.</summary>
    public static string? NotBeside(DeployFacts facts) =>
        facts is { Wanted: { } wanted, Releases: { } releases } && SchemaRule.RunsBeside(wanted, releases, facts.Status?.Version) == false
            ? $"{MigrationsOf(facts, wanted, releases)} of {wanted.Version} is not expand/contract: its schema serves versions from {wanted.ServesBackTo} on, and {facts.Status?.Version} runs"
            : null;

    private static string MigrationsOf(DeployFacts facts, Release wanted, IReadOnlyList<Release> releases) =>
        SchemaRule.Migrations(wanted, releases, SchemaRule.InPlace(releases, facts.Status?.Version)) is { Count: > 0 } names ? $"the migration {string.Join(", ", names)}" : "the migration";

    /// <summary>A named one is refused where it cannot be done; one of the file gives way, since nobody who can choose is there.</summary>
    private static StrategyChoice Named(DeployFacts facts, DeployStrategy strategy, string why, bool replace = false)
    {
        if (Obstacle(facts, strategy) is not { } obstacle) return new(strategy, $"{Word(strategy)}: {why}.");
        if (replace) return Fit(facts, strategy, why);
        var instead = Possible(facts);
        var next = instead.Count == 0
            ? "No other strategy can be done either: deploy it where it runs."
            : $"Possible: {string.Join(", ", instead.Select(Word))}; leave out --strategy to have one chosen.";
        return new(strategy, $"{Word(strategy)}: {why}.", $"{GateWords.Capital(Word(strategy))} cannot be done: {obstacle}.", next);
    }

    /// <summary>The wish, or the next best that can be done, with the reason.</summary>
    private static StrategyChoice Fit(DeployFacts facts, DeployStrategy wish, string why)
    {
        if (Obstacle(facts, wish) is not { } obstacle) return new(wish, $"{Word(wish)}: {why}.");
        // A migration that the old version cannot live with is short where the old version ends first; where downtime is not allowed rolling is the shortest overlap.
        DeployStrategy[] next = NotBeside(facts) is not null
            ? [DeployStrategy.Recreate, DeployStrategy.Rolling]
            : wish == DeployStrategy.Canary
                ? [DeployStrategy.BlueGreen, DeployStrategy.Rolling, DeployStrategy.Recreate]
                : [DeployStrategy.Rolling, DeployStrategy.BlueGreen, DeployStrategy.Recreate];
        foreach (var other in next.Where(s => s != wish))
        {
            if (Obstacle(facts, other) is null) return new(other, $"{Word(other)}: {Word(wish)} would be right ({why}), but {obstacle}.");
        }
        return new(wish, $"{Word(wish)}: {why}.", $"{facts.Platform} offers no way to deploy {facts.Target.Service}: {obstacle}.", "Deploy it where it runs.");
    }

    private static List<DeployStrategy> Possible(DeployFacts facts) => [.. Enum.GetValues<DeployStrategy>().Where(s => Obstacle(facts, s) is null)];

    /// <summary>Why it cannot be done like that; null: it can, or it is not known that it cannot.</summary>
    private static string? Obstacle(DeployFacts facts, DeployStrategy strategy)
    {
        if (strategy is DeployStrategy.Canary or DeployStrategy.BlueGreen && NotBeside(facts) is { } schema) return schema;
        if (strategy == DeployStrategy.Recreate && !facts.Service.Deploy.DowntimeAllowed) return $"chatops.yaml allows {facts.Target.Service} no downtime (deploy: downtime_allowed)";
        if (facts.Capabilities is not { } can) return null;
        return strategy switch
        {
            DeployStrategy.Rolling when !can.Contains(PlatformAction.Deploy) => $"{facts.Platform} cannot replace versions in place",
            DeployStrategy.Recreate when !can.Contains(PlatformAction.Recreate) => $"{facts.Platform} cannot end the old version first",
            DeployStrategy.Canary when !can.Contains(PlatformAction.Candidate) => $"{facts.Platform} cannot split traffic",
            DeployStrategy.BlueGreen when !can.Contains(PlatformAction.Candidate) => $"{facts.Platform} cannot run two versions side by side",
            _ => null,
        };
    }
}
