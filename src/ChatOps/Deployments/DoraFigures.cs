namespace ChatOps.Deployments;

/// <summary>An incident that a deploy caused, as far as the figures need it.</summary>
/// <param name="Began">The onset, or the declaration where none is known.</param>
/// <param name="Restored">When it worked again, or was resolved; null: not yet.</param>
public sealed record DoraIncident(int Number, DateTimeOffset Began, DateTimeOffset? Restored);

/// <summary>
/// The four DORA figures of some deploys in a time. Pure.
/// A deploy counts when it reached the environment: one that changed nothing, or of which nobody knows, is in no figure; a rollback is no deploy.
/// </summary>
public sealed record DoraFigures
{
    public required TimeSpan Period { get; init; }

    /// <summary>Deploys that reached the environment.</summary>
    public required int Deploys { get; init; }

    public double PerDay => Period.TotalDays > 0 ? Deploys / Period.TotalDays : 0;

    /// <summary>From commit or build to live, median over the commits; null: none has a time.</summary>
    public TimeSpan? LeadTime { get; init; }

    /// <summary>Commits whose time is known, of how many.</summary>
    public int CommitsWithTime { get; init; }
    public int Commits { get; init; }

    /// <summary>Deploys that failed, were taken back or caused an incident.</summary>
    public required int Failures { get; init; }

    /// <summary>0 to 1; null where nothing was deployed.</summary>
    public double? FailureRate => Deploys == 0 ? null : (double)Failures / Deploys;

    /// <summary>From the begin of what a failed deploy broke until it worked again, median; null: nothing failed, or nothing is restored yet.</summary>
    public TimeSpan? TimeToRestore { get; init; }

    /// <summary>Failed deploys of which it is not known when it worked again.</summary>
    public int NotRestored { get; init; }

    /// <param name="all">Deploys and rollbacks, in any order; also those after <paramref name="to"/>, since a rollback ends what failed before.</param>
    /// <param name="incidents">Those that <see cref="Deployment.Caused"/> names; drills and false alarms are not among them.</param>
    public static DoraFigures Of(IReadOnlyList<Deployment> all, IReadOnlyList<DoraIncident> incidents, DateTimeOffset from, DateTimeOffset to)
    {
        var byNumber = incidents.ToDictionary(i => i.Number);
        var deploys = all.Where(d => !d.IsRollback && d.StartedAt >= from && d.StartedAt < to && Reached(d)).OrderBy(d => d.StartedAt).ToList();
        var commits = deploys.SelectMany(d => d.Commits.Select(c => (c.CreatedAt, Live: d.FinishedAt ?? d.StartedAt))).ToList();
        // A commit that is younger than its deploy has a clock of its own.
        var leads = commits.Where(c => c.CreatedAt is { } at && at <= c.Live).Select(c => c.Live - c.CreatedAt!.Value).ToList();
        var failed = deploys.Where(d => Failed(d, all, byNumber)).ToList();
        var restores = failed.Select(d => RestoredAfter(d, all, byNumber)).ToList();
        return new()
        {
            Period = to - from, Deploys = deploys.Count, LeadTime = Median(leads), CommitsWithTime = leads.Count, Commits = commits.Count,
            Failures = failed.Count, TimeToRestore = Median([.. restores.OfType<TimeSpan>()]), NotRestored = restores.Count(r => r is null),
        };
    }

    private static bool Reached(Deployment deployment) => deployment.Outcome is DeploymentOutcome.Succeeded or DeploymentOutcome.RolledBack or DeploymentOutcome.Failed;

    private static bool Failed(Deployment deployment, IReadOnlyList<Deployment> all, Dictionary<int, DoraIncident> incidents) =>
        deployment.Outcome is DeploymentOutcome.Failed or DeploymentOutcome.RolledBack
        || (deployment.Caused is { } caused && incidents.ContainsKey(caused))
        || RollbackOf(deployment, all) is not null;

    /// <summary>From the begin of the incident to its end; without one from the deploy to the end of the rollback, or of the deploy that mended it.</summary>
    private static TimeSpan? RestoredAfter(Deployment deployment, IReadOnlyList<Deployment> all, Dictionary<int, DoraIncident> incidents)
    {
        if (deployment.Caused is { } caused && incidents.TryGetValue(caused, out var incident)) return Positive(incident.Restored - incident.Began);
        if (RollbackOf(deployment, all) is { } rollback) return Positive(rollback.FinishedAt - deployment.StartedAt);
        // Taken back within its own operation: its end is the end of the way back.
        if (deployment.Outcome == DeploymentOutcome.RolledBack) return Positive(deployment.FinishedAt - deployment.StartedAt);
        var next = all.Where(d => d.Target == deployment.Target && d.StartedAt > deployment.StartedAt && d.Outcome == DeploymentOutcome.Succeeded).MinBy(d => d.StartedAt);
        return Positive(next?.FinishedAt - deployment.StartedAt);
    }

    /// <summary>The first that left this version, before another one was deployed.</summary>
    private static Deployment? RollbackOf(Deployment deployment, IReadOnlyList<Deployment> all)
    {
        var next = all.Where(d => d.Target == deployment.Target && d.StartedAt > deployment.StartedAt && Reached(d)).MinBy(d => d.StartedAt);
        return next is { IsRollback: true, Outcome: DeploymentOutcome.Succeeded } && next.FromVersion == deployment.ToVersion ? next : null;
    }

    private static TimeSpan? Positive(TimeSpan? span) => span is { } s && s < TimeSpan.Zero ? TimeSpan.Zero : span;

    private static TimeSpan? Median(List<TimeSpan> spans)
    {
        if (spans.Count == 0) return null;
        spans.Sort();
        return spans.Count % 2 == 1 ? spans[spans.Count / 2] : (spans[(spans.Count / 2) - 1] + spans[spans.Count / 2]) / 2;
    }
}
