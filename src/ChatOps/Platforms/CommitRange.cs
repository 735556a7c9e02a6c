namespace ChatOps.Platforms;

/// <summary>The commits between two versions of a target, as their source knows them.</summary>
/// <param name="Commits">Newest first; at most <see cref="Most"/>, the newest.</param>
/// <param name="Total">How many there are, those that are not told too.</param>
public sealed record CommitRange(IReadOnlyList<PlatformCommit> Commits, int Total)
{
    public const int Most = 100;

    /// <summary>It goes to the older of the two versions: these commits go.</summary>
    public bool Backwards { get; init; }

    /// <summary>Its page for people.</summary>
    public string? Page { get; init; }
}

/// <param name="Message">Its first line.</param>
/// <param name="At">When it was committed.</param>
public sealed record PlatformCommit(string Sha, string? Author, string? Message, DateTimeOffset? At);
