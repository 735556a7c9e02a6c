using ChatOps.Catalog;
using ChatOps.Configuration;

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
        var words = new Queue<string>(text.Split((char[])[' ', '\n', '\t', '\u00a0'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Dashes));
        var plain = new List<string>();
        string? environment = null, strategy = null, reason = null;
        var forced = new List<string>();
        var planOnly = false;
        while (words.TryDequeue(out var word))
        {
            switch (word.ToLowerInvariant())
            {
                case "--plan":
                    planOnly = true;
                    break;
                case "--strategy":
                    if (!words.TryDequeue(out strategy)) return (null, $"--strategy needs one of {string.Join(", ", StrategyChoice.Words)}.");
                    break;
                case "--force":
                    if (!words.TryDequeue(out var gates)) return (null, "--force needs the names of the gates, with commas between them. `/deploy … --plan` shows which do not pass.");
                    forced.AddRange(gates.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
                    break;
                case "--reason":
                    // All that follows, up to the next option, so that nobody needs quotation marks at night.
                    var said = new List<string>();
                    while (words.TryPeek(out var next) && !next.StartsWith("--", StringComparison.Ordinal)) said.Add(words.Dequeue());
                    reason = string.Join(' ', said).Trim('"', '“', '”', '„');
                    if (reason.Length == 0) return (null, "--reason needs some words that say why.");
                    break;
                case "to" or "in" when plain.Count > 0 && words.TryPeek(out _):
                    environment = words.Dequeue();
                    break;
                default:
                    if (word.StartsWith("--", StringComparison.Ordinal)) return (null, $"There is no option {word}. {Hint(word, Options)}");
                    plain.Add(word);
                    break;
            }
        }
        if (plain.Count == 0) return (null, $"Which service? There are: {string.Join(", ", catalog.Services.Keys.Order(StringComparer.Ordinal).Take(20))}.");
        if (plain.Count > 2) return (null, $"I do not know what '{plain[2]}' means here. It goes: /deploy service version to environment.");
        if (catalog.Find(plain[0]) is not { } service) return (null, $"There is no service '{plain[0]}'. {Hint(plain[0], catalog.Services.Keys)}");
        var own = catalog.Environments.Where(service.Environments.ContainsKey).ToList();
        if (own.Count == 0) return (null, $"chatops.yaml names no environment for {service.Name}, so there is nowhere to deploy it.");
        if (environment is not null && own.Find(e => e.Equals(environment, StringComparison.OrdinalIgnoreCase)) is var known && known is null)
            return (null, $"{service.Name} does not run in '{environment}'. {Hint(environment, own)}");
        var chosen = environment is null ? own[0] : own.First(e => e.Equals(environment, StringComparison.OrdinalIgnoreCase));
        // Production is named by whoever means it.
        if (environment is null && chosen == catalog.Production) return (null, $"{service.Name} runs in {chosen} alone. Say so: /deploy {service.Name} {(plain.Count > 1 ? plain[1] : "version")} to {chosen}.");
        DeployStrategy? wanted = null;
        if (strategy is not null && (wanted = StrategyChoice.Parse(strategy)) is null) return (null, $"There is no strategy '{strategy}'. {Hint(strategy, StrategyChoice.Words)}");
        return (new DeployArguments
        {
            Target = new Target(service.Name, chosen),
            Version = plain.Count > 1 ? plain[1] : null,
            Strategy = wanted,
            Reason = reason,
            Forced = forced,
            PlanOnly = planOnly,
        }, null);
    }

    private static readonly string[] Options = ["--strategy", "--reason", "--force", "--plan"];

    /// <summary>Phones write a long dash for two short ones.</summary>
    private static string Dashes(string word) => word.StartsWith('—') || word.StartsWith('–') ? $"--{word[1..]}" : word;

    private static string Hint(string word, IEnumerable<string> known)
    {
        var all = known.ToList();
        return Nearest.Of(word, all) is { } near ? $"Did you mean {near}?" : $"There are: {string.Join(", ", all.Take(20))}.";
    }
}
