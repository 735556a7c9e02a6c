namespace ChatOps.Configuration;

/// <summary>When people are reminded.</summary>
public sealed record RemindersConfig
{
    /// <summary>By severity, SEV1 first: how long after the last update the next one is due. Null: none is asked for.</summary>
    public IReadOnlyList<TimeSpan?> UpdateEvery { get; init; } = [TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(4), null];

    /// <summary>So long an incident may be without somebody who leads it.</summary>
    public TimeSpan NoLeadAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>So long nothing may happen in an open incident.</summary>
    public TimeSpan NoStepAfter { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>So long after the end a post-mortem may wait for its review.</summary>
    public TimeSpan PostMortemAfter { get; init; } = TimeSpan.FromDays(2);

    /// <summary>So long after the end, and after the last thing that was recorded, it is asked whether the channel may be archived. Null: never.</summary>
    public TimeSpan? ArchiveAfter { get; init; } = TimeSpan.FromDays(7);

    /// <param name="severity">1 to 4.</param>
    public TimeSpan? UpdateEveryOf(int severity) => UpdateEvery[severity - 1];
}
