namespace ChatOps.Incidents;

/// <summary>All verbs of <c>/incident</c> that are registered, found by name or synonym.</summary>
public sealed class IncidentVerbs(IEnumerable<IIncidentVerb> verbs)
{
    private readonly IIncidentVerb[] verbs = [.. verbs];

    public IReadOnlyList<IIncidentVerb> All => verbs;

    public IIncidentVerb? Find(string word) => Array.Find(verbs, v =>
        v.Name.Equals(word, StringComparison.OrdinalIgnoreCase) || v.Synonyms.Contains(word, StringComparer.OrdinalIgnoreCase));

    /// <summary>The verb that a mistyped word most likely meant, or null.</summary>
    public string? Nearest(string word) => Configuration.Nearest.Of(word, verbs.SelectMany(v => v.Synonyms.Prepend(v.Name)));
}
