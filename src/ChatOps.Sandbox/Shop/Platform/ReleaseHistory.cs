using ChatOps.Sandbox.Shop.Services;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>The releases of one service that this platform has, and which of them is live.</summary>
internal sealed class ReleaseHistory
{
    private readonly Lock gate = new();
    private readonly List<Deployed> all = [];
    private Deployed? current;

    public Deployed? Current
    {
        get { lock (gate) return current; }
    }

    public Deployed Add(ReleaseFile release, string path, string digest)
    {
        var added = new Deployed(release, path, digest);
        lock (gate) all.Add(added);
        return added;
    }

    public Deployed? Find(string version)
    {
        lock (gate) return all.Find(r => r.Release.Version == version);
    }

    public void MakeCurrent(Deployed release, string by, DateTimeOffset at)
    {
        lock (gate)
        {
            release.DeployedAt = at;
            release.DeployedBy = by;
            current = release;
        }
    }

    /// <summary>Of the other releases that were live and break nothing, the one that went live last.</summary>
    public Deployed? LastGood()
    {
        lock (gate) return all.Where(r => r != current && r.DeployedAt is not null && !r.Release.IsFaulty).MaxBy(r => r.DeployedAt);
    }

    /// <summary>The release and all that were built before it, oldest first.</summary>
    public IReadOnlyList<Deployed> UpTo(Deployed release)
    {
        lock (gate) return [.. all.Where(r => r.Release.CreatedAt <= release.Release.CreatedAt).OrderBy(r => r.Release.CreatedAt)];
    }

    public IReadOnlyList<ReleaseAnswer> Describe()
    {
        lock (gate)
        {
            return [.. all.OrderByDescending(r => r.Release.CreatedAt).Select(r => new ReleaseAnswer(
                r.Release.Version, r.Release.Commit, r.Release.Author, r.Release.Message, r.Release.CreatedAt, r.DeployedAt, r == current, r.Digest,
                r.Release.SchemaVersion, r.Release.ServesBackTo, [.. r.Release.Migrations.Select(m => m.Name)], r.Release.ChecksPassed, r.Release.RequiredVariables))];
        }
    }

    internal sealed class Deployed(ReleaseFile release, string path, string digest)
    {
        public ReleaseFile Release => release;

        public string Path => path;

        public string Digest => digest;

        public DateTimeOffset? DeployedAt { get; set; }

        public string? DeployedBy { get; set; }
    }
}
