using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Incidents;

namespace ChatOps.Deployments;

/// <summary>What stands behind <c>/rollback</c>: <c>service [in env] [to version] [--reason text]</c>. Pure.</summary>
public sealed record RollbackArguments
{
    public required Service Service { get; init; }

    /// <summary>Null: not said.</summary>
    public string? Environment { get; init; }

    /// <summary>Null: the last good one.</summary>
    public string? Version { get; init; }
    public string? Reason { get; init; }

    /// <returns>The arguments, or the sentence that says what is wrong and what would be right.</returns>
    public static (RollbackArguments? Arguments, string? Refusal) Read(string text, ServiceCatalog catalog)
    {
        var typed = CommandText.Parse(text, switches: [], sentences: ["reason"]);
        if (typed.Options.Keys.FirstOrDefault(o => !o.Equals("reason", StringComparison.OrdinalIgnoreCase)) is { } option) return (null, $"There is no option --{option} here; --reason says why.");
        if (typed.Options.GetValueOrDefault("reason") is "") return (null, "--reason needs some words that say why.");
        var words = typed.Words.ToList();
        if (words.Count == 0) return (null, $"Which service? There are: {string.Join(", ", catalog.Services.Keys.Order(StringComparer.Ordinal).Take(20))}.");
        if (catalog.Find(words[0]) is not { } service)
            return (null, $"There is no service '{words[0]}'; {(Nearest.Of(words[0], catalog.Services.Keys) is { } near ? $"did you mean {near}?" : $"there are: {string.Join(", ", catalog.Services.Keys.Order(StringComparer.Ordinal).Take(20))}.")}");
        string? environment = null, version = null;
        for (var i = 1; i < words.Count; i++)
        {
            var small = words[i].ToLowerInvariant() is "in" or "to" or "on" or "at" ? words[i].ToLowerInvariant() : null;
            if (small is not null && ++i == words.Count) return (null, $"'{small}' what? It goes: /rollback {service.Name} in production to v41.");
            var known = catalog.Environments.FirstOrDefault(e => e.Equals(words[i], StringComparison.OrdinalIgnoreCase));
            if (known is not null || small is "in" or "on" or "at")
            {
                if (known is null || !service.Environments.ContainsKey(known)) return (null, $"{service.Name} does not run in '{words[i]}'; it runs in {string.Join(", ", service.Environments.Keys)}.");
                if (environment is not null) return (null, $"One environment at a time: {environment} or {known}?");
                environment = known;
            }
            else if (version is null)
            {
                version = words[i];
            }
            else
            {
                return (null, $"I do not know what '{words[i]}' means here. It goes: /rollback {service.Name} in production to v41.");
            }
        }
        return (new RollbackArguments { Service = service, Environment = environment, Version = version, Reason = typed.Options.GetValueOrDefault("reason") }, null);
    }
}
