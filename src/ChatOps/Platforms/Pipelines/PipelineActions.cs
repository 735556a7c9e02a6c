namespace ChatOps.Platforms.Pipelines;

/// <summary>
/// Starts runs, at most one for an operation: who asks again is shown the run that there is. Between the look at the target and the start somebody else
/// may start another run; only the pipeline itself can keep the two apart (a concurrency group, a resource group, a lock).
/// </summary>
internal sealed class PipelineActions(IPipelineApi api, PipelineCalls calls, PipelineOffer offer, KnownRuns known)
{
    /// <param name="jobs">Everything that is started for the target; the first is what is started now.</param>
    /// <param name="version">Null: whatever runs.</param>
    public async Task<PlatformOperation> StartAsync(IReadOnlyList<PipelineJob> jobs, string action, string? version, PlatformCall call, Patience patience)
    {
        if (version is not null && !Placeholders.IsVersion(version))
            throw PipelineFailures.NotDone($"'{calls.Failures.Clean(version)}' is no version that a pipeline is given: letters, digits and . _ + - / alone", "version_unknown");
        if (await LookAsync(jobs, call.OperationId, patience) is { } there) return there;
        var runs = await RunsAsync(api, jobs, patience);
        if (call.IfGeneration is { } generation && new PipelineHistory(calls.Failures, runs).Generation is var now && now != generation)
            throw PipelineFailures.NotDone($"{calls.Failures.Name} has started another run for {jobs[0].Target.Target.Service} since it was looked at", "generation_changed");
        if (version is not null && await IsThereAsync(jobs[0], runs, action, version, patience) is { } not) throw not;
        if (!known.Begin(call.OperationId, again: offer.Keeps)) throw AskedAlready();
        var words = new PipelineWords { Version = version, OperationId = call.OperationId, Action = action, Actor = Placeholders.Plain(call.Actor) };
        try
        {
            if (await api.StartAsync(jobs[0], words, patience) is { } run) known.Seen(call.OperationId, run);
        }
        catch (PlatformException e) when (e.Outcome == CallOutcome.NotDone)
        {
            known.Forget(call.OperationId);
            throw;
        }
        return new(call.OperationId, PlatformOperationState.Running, $"{offer.Vendor} took the request", null, null);
    }

    /// <summary>What became of the operation; null: the platform has never seen it, and can tell.</summary>
    public async Task<PlatformOperation?> FindAsync(IReadOnlyList<PipelineJob> jobs, string operationId, Patience patience)
    {
        if (await LookAsync(jobs, operationId, patience) is { } found) return found;
        if (known.InDoubt(operationId)) throw AskedAlready();
        if (offer.Keeps) return null;
        throw new PlatformException($"{calls.Failures.Name} lists no run of {operationId}, and may list one later: what became of it cannot be looked up for certain", CallOutcome.Unknown) { Code = "ids_not_kept" };
    }

    /// <summary>Asks to end the operation's run; false: there is none that could be ended.</summary>
    public async Task<bool> CancelAsync(IReadOnlyList<PipelineJob> jobs, string operationId, Patience patience)
    {
        return await NowAsync(jobs, operationId, patience) is { State: PlatformOperationState.Running } run && await api.CancelAsync(run, patience);
    }

    /// <summary>Deploys and restarts together, newest first.</summary>
    public static async Task<IReadOnlyList<PipelineRun>> RunsAsync(IPipelineApi api, IReadOnlyList<PipelineJob> jobs, Patience patience) =>
        [.. (await Task.WhenAll(jobs.Select(j => api.RunsAsync(j, patience)))).SelectMany(r => r).OrderByDescending(r => r.StartedAt).ThenByDescending(r => r.Number)];

    private async Task<PlatformOperation?> LookAsync(IReadOnlyList<PipelineJob> jobs, string operationId, Patience patience)
    {
        if (known.Find(operationId) is { Fresh: true } seen) return seen.Run.Operation(operationId);
        return (await NowAsync(jobs, operationId, patience))?.Operation(operationId);
    }

    private PlatformException AskedAlready() =>
        new($"{calls.Failures.Name} was asked for this already, and lists no run of it yet; look there before asking again", CallOutcome.Unknown) { Code = "asked_already" };

    /// <summary>The operation's run as it is now; null: none is known or listed.</summary>
    private async Task<PipelineRun?> NowAsync(IReadOnlyList<PipelineJob> jobs, string operationId, Patience patience)
    {
        if ((known.Find(operationId)?.Run ?? (await RunsAsync(api, jobs, patience)).FirstOrDefault(r => r.Words.OperationId == operationId)) is not { } run) return null;
        var now = await api.LookAsync(run, patience);
        known.Seen(operationId, now);
        return now;
    }

    private async Task<PlatformException?> IsThereAsync(PipelineJob job, IReadOnlyList<PipelineRun> runs, string action, string version, Patience patience)
    {
        var service = job.Target.Target.Service;
        // What ran here is there, as far as anybody knows; of another one only its vendor knows.
        if (runs.Any(r => r.Succeeded && r.Words.Version == version)) return null;
        return await api.HasVersionAsync(job, version, patience) switch
        {
            false => PipelineFailures.NotDone($"{calls.Failures.Name} has no {job.Tag(version)} of {service}", "version_unknown"),
            null when action == "rollback" => PipelineFailures.NotDone($"{calls.Failures.Name} has never deployed {version} of {service}", "version_unknown"),
            _ => null,
        };
    }
}
