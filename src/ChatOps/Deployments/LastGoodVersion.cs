using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>Where a rollback goes. Pure.</summary>
/// <param name="Good">The latest earlier release that is not the current one and from which nobody had to go back; null where there is none.</param>
/// <param name="Undone">What the way back undoes, newest first: the current release and every one between it and <paramref name="Good"/>.</param>
/// <param name="Bad">Versions from which somebody rolled back, and those that are marked.</param>
public sealed record LastGoodVersion(Release? Good, IReadOnlyList<Release> Undone, IReadOnlySet<string> Bad)
{
    /// <param name="releases">As the platform lists them, newest first.</param>
    /// <param name="changes">Of as long ago as the platform remembers, in any order.</param>
    /// <param name="marked">Marked bad there, and not unmarked.</param>
    public static LastGoodVersion Find(IReadOnlyList<Release> releases, IReadOnlyList<TargetChange> changes, string? current, IEnumerable<string> marked)
    {
        var bad = BadVersions(changes);
        bad.UnionWith(marked);
        var at = releases.ToList().FindIndex(r => current is null ? r.Current : r.Version == current);
        if (at < 0) return new(null, [], bad);
        // A release that never ran here is no way back, where the platform knows which ones ran.
        var known = releases.Any(r => r.DeployedAt is not null);
        for (var i = at + 1; i < releases.Count; i++)
        {
            if (bad.Contains(releases[i].Version) || releases[i].Version == releases[at].Version || (known && releases[i].DeployedAt is null)) continue;
            return new(releases[i], [.. releases.Take(i).Skip(at).Where(r => !known || r.DeployedAt is not null)], bad);
        }
        return new(null, [], bad);
    }

    /// <summary>A version is bad when it ran and somebody rolled back from it; a deploy of it after that takes the mark away.</summary>
    private static HashSet<string> BadVersions(IReadOnlyList<TargetChange> changes)
    {
        var bad = new HashSet<string>(StringComparer.Ordinal);
        string? running = null;
        foreach (var change in changes.OrderBy(c => c.At))
        {
            if (change.Kind is not ("deploy" or "rollback") || change.Version is null || change.Succeeded == false) continue;
            if (change.Kind == "rollback" && (change.FromVersion ?? running) is { } left && left != change.Version) bad.Add(left);
            bad.Remove(change.Version);
            running = change.Version;
        }
        return bad;
    }
}
