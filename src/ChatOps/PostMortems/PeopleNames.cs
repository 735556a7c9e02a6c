using ChatOps.Timeline;

namespace ChatOps.PostMortems;

/// <summary>Display names for the file, which is read outside Slack too.</summary>
public sealed class PeopleNames(SlackDirectory directory)
{
    /// <summary>By id. Those whom Slack does not know, or does not tell now, keep their id.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in ids.Where(i => i != TimelineEntry.Bot).Distinct(StringComparer.Ordinal))
            names[id] = await directory.DisplayNameAsync(id, cancellationToken);
        return names;
    }
}
