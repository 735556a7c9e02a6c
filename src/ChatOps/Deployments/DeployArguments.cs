using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Incidents;

namespace ChatOps.Deployments;

/// <summary>What stands behind <c>/deploy</c>: <c>service [version] [to env] [--strategy s] [--reason text] [--force gates] [--plan]</c>. Pure.</summary>
public sealed record DeployArguments
{
    public required Target Target { get; init; }

    /// <summary>Null: which there are is shown.</summary>
    public string? Version { get; init; }
    public DeployStrategy? Strategy { get; init; }
    public string? Reason { get; init; }
    public IReadOnlyList<string> Forced { get; init; } = [];

    /// <summary>The plan is shown and nothing is asked for.</summary>
    public bool PlanOnly { get; init; }

    /// <returns>The arguments, or the sentence that says what is wrong and what would be right.</returns>
    public static (DeployArguments? Arguments, string? Refusal) Read(string text, ServiceCatalog catalog)
    {
        var typed = CommandText.Parse(text, switches: ["plan"], sentences: ["reason"]);
        if (typed.Options.Keys.FirstOrDefault(o => !Options.Contains($"--{o}", StringComparer.OrdinalIgnoreCase)) is { } option) return (null, $"There is no option --{option}. {Hint($"--{option}", Options)}");
        if (typed.Options.GetValueOrDefault("strategy") is "") return (null, $"--strategy needs one of {string.Join(", ", StrategyChoice.Words)}.");
        if (typed.Options.GetValueOrDefault("force") is "") return (null, "--force needs the names of the gates, with commas between them. `/deploy … --plan` shows which do not pass.");
        if (typed.Options.GetValueOrDefault("reason") is "") return (null, "--reason needs some words that say why.");
        var plain = typed.Words.ToList();
        string? environment = null;
        if (plain.FindIndex(w => w.ToLowerInvariant() is "to" or "in") is > 0 and var at && at + 1 < plain.Count)
        {
            environment = plain[at + 1];
            plain.RemoveRange(at, 2);
        }
        if (plain.Count == 0) return (null, $"Which service? There are: {string.Join(", ", catalog.Services.Keys.Order(StringComparer.Ordinal).Take(20))}.");
        if (plain.Count > 2) return (null, $"I do not know what '{plain[2]}' means here. It goes: /deploy service version to environment.");
        if (catalog.Find(plain[0]) is not { } service) return (null, $"There is no service '{plain[0]}'. {Hint(plain[0], catalog.Services.Keys)}");
        var own = catalog.Environments.Where(service.Environments.ContainsKey).ToList();
        if (own.Count == 0) return (null, $"chatops.yaml names no environment for {service.Name}, so there is nowhere to deploy it.");
        var chosen = environment is null ? own[0] : own.Find(e => e.Equals(environment, StringComparison.OrdinalIgnoreCase));
        if (chosen is null) return (null, $"{service.Name} does not run in '{environment}'. {Hint(environment!, own)}");
        // Production is named by whoever means it.
        if (environment is null && chosen == catalog.Production) return (null, $"{service.Name} runs in {chosen} alone. Say so: /deploy {service.Name} {(plain.Count > 1 ? plain[1] : "version")} to {chosen}.");
        DeployStrategy? wanted = null;
        if (typed.Options.GetValueOrDefault("strategy") is { } strategy && (wanted = StrategyChoice.Parse(strategy)) is null) return (null, $"There is no strategy '{strategy}'. {Hint(strategy, StrategyChoice.Words)}");
        return (new DeployArguments
        {
            Target = new Target(service.Name, chosen),
            Version = plain.Count > 1 ? plain[1] : null,
            Strategy = wanted,
            Reason = typed.Options.GetValueOrDefault("reason"),
            Forced = [.. typed.Options.GetValueOrDefault("force", "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            PlanOnly = typed.Options.ContainsKey("plan"),
        }, null);
    }

    private static readonly string[] Options = ["--strategy", "--reason", "--force", "--plan"];

    private static string Hint(string word, IEnumerable<string> known)
    {
        var all = known.ToList();
        return Nearest.Of(word, all) is { } near ? $"Did you mean {near}?" : $"There are: {string.Join(", ", all.Take(20))}.";
    }
}
