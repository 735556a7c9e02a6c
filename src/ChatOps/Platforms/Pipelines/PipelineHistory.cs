namespace ChatOps.Platforms.Pipelines;

/// <summary>What runs tell of their target. Pure.</summary>
/// <param name="runs">Deploys and restarts, newest first.</param>
internal sealed class PipelineHistory(PipelineFailures failures, IReadOnlyList<PipelineRun> runs)
{
    private readonly List<PipelineRun> deploys = [.. runs.Where(r => r.Job.Action == PipelineJob.Deploy && r.Words.Version is not null)];

    /// <summary>Deployed, as far as a pipeline can know.</summary>
    public PipelineRun? Current => deploys.FirstOrDefault(r => r.Succeeded);

    /// <summary>Grows with every run for the target; numbers are each job's own.</summary>
    public long Generation => runs.GroupBy(r => r.Job.Action).Sum(job => job.Max(r => r.Number));

    public TargetStatus Status(string what)
    {
        var latest = runs.Count > 0 ? runs[0] : null;
        var last = Current is { } run ? $"its run {run.Id} deployed {run.Words.Version}" : "it has deployed nothing there yet";
        var newer = latest is null || latest == Current || latest.Succeeded ? "" : $"; {latest.Job.Action} {(latest.State == PlatformOperationState.Running ? "runs" : "failed")} in run {latest.Id}";
        return new()
        {
            State = TargetState.Unknown,
            Version = failures.CleanOrNull(Current?.Words.Version),
            DeployedAt = Current?.FinishedAt ?? Current?.StartedAt,
            DeployedBy = failures.CleanOrNull(By(Current)),
            Detail = failures.Clean($"{what} cannot tell whether the service runs: {last}{newer}"),
            Generation = Generation,
        };
    }

    /// <summary>Newest first: what there is, and what was deployed and is not listed any more.</summary>
    public IReadOnlyList<Release> Releases(IReadOnlyList<Release> versions)
    {
        var last = deploys.Where(r => r.Succeeded).DistinctBy(r => r.Words.Version).ToDictionary(r => r.Words.Version!, StringComparer.Ordinal);
        var missing = last.Keys.Except(versions.Select(v => v.Version), StringComparer.Ordinal).Select(v => new Release { Version = failures.Clean(v) });
        return
        [
            .. versions.Concat(missing).Select(v => v with
            {
                DeployedAt = last.GetValueOrDefault(v.Version) is { } run ? run.FinishedAt ?? run.StartedAt : null,
                Current = v.Version == Current?.Words.Version,
            }).OrderByDescending(v => v.CreatedAt ?? v.DeployedAt),
        ];
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<TargetChange> Changes(DateTimeOffset since)
    {
        var changes = new List<TargetChange>();
        string? version = null;
        foreach (var run in runs.Where(r => r.StartedAt is not null).OrderBy(r => r.StartedAt))
        {
            var deploy = run.Job.Action == PipelineJob.Deploy;
            changes.Add(new(run.Words.Action ?? run.Job.Action, run.StartedAt!.Value, failures.CleanOrNull(By(run)), failures.CleanOrNull(deploy ? run.Words.Version : version), failures.CleanOrNull(run.Step ?? run.Page))
            {
                FromVersion = deploy ? failures.CleanOrNull(version) : null,
                Succeeded = run.State switch { PlatformOperationState.Succeeded => true, PlatformOperationState.Failed => false, _ => null },
            });
            if (deploy && run.Succeeded) version = run.Words.Version ?? version;
        }
        return [.. changes.Where(c => c.At >= since)];
    }

    /// <summary>The person who pressed, else whom the platform names.</summary>
    private static string? By(PipelineRun? run) => run?.Words.Actor ?? run?.Actor;
}
