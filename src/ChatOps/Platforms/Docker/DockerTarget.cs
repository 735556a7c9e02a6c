namespace ChatOps.Platforms.Docker;

/// <summary>The containers of a service: those that serve, those that are kept, and what an interrupted change left.</summary>
/// <param name="Current">One, or several of a Compose service, by name.</param>
/// <param name="Kept">What was replaced, the last first.</param>
/// <param name="Beside">Made to take a place and not yet in it.</param>
internal sealed record DockerTarget(DockerName Name, IReadOnlyList<DockerContainer> Current, IReadOnlyList<DockerContainer> Kept, IReadOnlyList<DockerContainer> Beside)
{
    public DockerContainer First => Current[0];

    /// <summary>Null: there is none.</summary>
    public static DockerTarget? Of(DockerName name, IEnumerable<DockerContainer> all)
    {
        var containers = all.OrderBy(c => c.Name, StringComparer.Ordinal).ToList();
        var beside = containers.Where(c => DockerName.IsBeside(c.Name)).ToList();
        var kept = containers.Where(c => DockerName.IsKept(c.Name)).ToList();
        var current = containers.Except(beside).Except(kept).ToList();
        // Between its two renames a change was interrupted: what took over serves under the wrong name.
        current.AddRange(beside.Where(b => !current.Exists(c => c.Name == DockerName.PlaceOf(b.Name))).DistinctBy(b => DockerName.PlaceOf(b.Name)).ToList());
        if (current.Count == 0) return null;
        return new(name, [.. current.OrderBy(c => c.Name, StringComparer.Ordinal)], [.. kept.OrderByDescending(c => c.FinishedAt ?? c.CreatedAt)], [.. beside.Except(current)]);
    }

    /// <summary>A change did not come to its end, and nobody is at it any more or somebody still is.</summary>
    public bool Between => Beside.Count > 0 || Kept.Any(c => c.Running || Name.Project is not null) || TookOver;

    /// <summary>All that was to come was up, since names were given: what is between goes on, not back.</summary>
    public bool TookOver => Current.Any(c => DockerName.IsBeside(c.Name))
        || Beside.Any(b => b.Label(OperationRecord.IdLabel) is { } id && Current.Any(c => c.Label(OperationRecord.IdLabel) == id));

    /// <summary>The same for all, since a service of several is changed as one.</summary>
    public IReadOnlySet<PlatformAction> Actions()
    {
        var actions = new HashSet<PlatformAction>();
        if (Current.Any(c => c.Swarm)) return actions;
        actions.Add(PlatformAction.Restart);
        if (Current.All(c => c.MemoryLimit is not null)) actions.Add(PlatformAction.MemoryLimit);
        if (!Current.All(c => c.CanBeReplaced)) return actions;
        actions.Add(PlatformAction.RollBack);
        actions.Add(PlatformAction.Recreate);
        if (Current.All(c => c.CanOverlap)) actions.Add(PlatformAction.Deploy);
        return actions;
    }

    /// <summary>Grows with each container that is made and each operation of the bot: what others do to a container in place the Engine does not count.</summary>
    public long Generation(IEnumerable<OperationRecord> records) =>
        Current.Select(c => c.CreatedAt).Concat(records.Select(r => (DateTimeOffset?)r.At)).Max()?.ToUnixTimeMilliseconds() ?? 0;
}
