using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Incidents;

namespace ChatOps.Deployments;

/// <summary>What was typed after a verb that acts on a target: <c>service [environment] rest</c>. Pure.</summary>
/// <param name="Target">Null: it could not be read, and <paramref name="Refusal"/> says why.</param>
/// <param name="Rest">The words after it as one text.</param>
/// <param name="Named">Whether the environment was named; else it is the last one in which the service runs.</param>
internal sealed record TargetWords(Target? Target, string Rest, bool Named, CommandText Text, string? Refusal)
{
    private static readonly string[] Small = ["in", "to", "on", "at"];

    /// <param name="example">How it is written right: "lock shop production reason".</param>
    public static TargetWords Read(ServiceCatalog catalog, string arguments, string example)
    {
        var text = CommandText.Parse(arguments);
        var words = text.Words.ToList();
        if (words.Count == 0) return Refused(text, $"Which service? Write `{example}`. There are: {string.Join(", ", catalog.Services.Keys.Take(20))}.");
        if (catalog.Find(words[0]) is not { } service)
            return Refused(text, $"There is no service '{words[0]}'; {(Nearest.Of(words[0], catalog.Services.Keys) is { } near ? $"did you mean {near}?" : $"there are: {string.Join(", ", catalog.Services.Keys.Take(20))}.")}");
        words.RemoveAt(0);
        var (environment, refusal) = Environment(catalog.Environments, words);
        if (refusal is not null) return Refused(text, refusal);
        if (environment is not null && !service.Environments.ContainsKey(environment))
            return Refused(text, $"{service.Name} does not run in {environment}; it runs in {string.Join(", ", service.Environments.Keys)}.");
        return new(new Target(service.Name, environment ?? service.Environments.Keys.Last()), string.Join(' ', words), environment is not null, text, null);
    }

    /// <summary>Takes an environment from the begin of the words. After "in" or "to" nothing else can be meant; elsewhere the word may begin a reason.</summary>
    internal static (string? Environment, string? Refusal) Environment(IReadOnlyList<string> environments, List<string> words)
    {
        if (words.Count == 0) return (null, null);
        var said = words.Count > 1 && Small.Contains(words[0], StringComparer.OrdinalIgnoreCase);
        var word = words[said ? 1 : 0];
        var found = environments.FirstOrDefault(e => e.Equals(word, StringComparison.OrdinalIgnoreCase));
        if (found is not null) words.RemoveRange(0, said ? 2 : 1);
        // "product launch" is a reason, "prodcution" is not.
        else if (Nearest.Of(word, environments) is { } near && (said || Nearest.Distance(word.ToLowerInvariant(), near.ToLowerInvariant()) <= 2)) return (null, $"There is no environment '{word}'; did you mean {near}?");
        return (found, null);
    }

    private static TargetWords Refused(CommandText text, string refusal) => new(null, "", Named: false, text, refusal);
}
