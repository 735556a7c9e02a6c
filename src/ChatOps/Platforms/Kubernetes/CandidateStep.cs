namespace ChatOps.Platforms.Kubernetes;

internal enum CandidateStepKind
{
    Wait,
    Done,
    Failed,
    SetStable,
    Create,
    SetCandidate,
    End,
}

/// <summary>
/// What comes next on the way to a goal: first what grows, then a look whether it is there, then what shrinks, so that the pods that serve are never fewer than before. Pure.
/// </summary>
internal sealed record CandidateStep(CandidateStepKind Kind, string? Message = null)
{
    /// <summary>A candidate that must go, because it is bad, is not kept for longer while the workload's own pods come: those that serve take over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>What was not finished by then is not finished behind people's backs: they may have changed it by hand since.</summary>
    private static readonly TimeSpan Continues = TimeSpan.FromHours(1);

    public static CandidateStep Next(OperationRecord operation, Workload stable, Workload? candidate, DateTimeOffset now)
    {
        var goal = operation.Goal!;
        var late = now - operation.At > Continues;
        var needed = Needed(goal, stable, candidate);
        if (needed is null && !stable.Rolling && candidate is not { Rolling: true }) return new(CandidateStepKind.Done, goal.Told);
        if (late) return needed is null ? new(CandidateStepKind.Done, goal.Told) : new(CandidateStepKind.Failed, $"it was not finished within an hour: {Stands(stable, candidate)}");
        if (candidate is null && goal is { Ends: false, Image: null, Candidate: > 0 }) return new(CandidateStepKind.Failed, $"{CandidateDeployment.NameOf(stable.Name)} is gone: somebody deleted it meanwhile");
        if (needed is { } grows && Grows(grows, goal, stable, candidate)) return new(grows);
        if (goal.Ends && !goal.Whole && now - operation.At > Patience && stable.Available > 0 && needed is { } ends) return new(ends);
        if (stable.Stuck) return new(CandidateStepKind.Failed, $"{stable.Condition("Progressing").Text("message") ?? "ProgressDeadlineExceeded"}; {Stands(stable, candidate)}");
        if (!goal.Ends && candidate is { Stuck: true }) return new(CandidateStepKind.Failed, $"{candidate.Condition("Progressing").Text("message") ?? "ProgressDeadlineExceeded"}; {Stands(stable, candidate)}");
        if (stable.Rolling || (candidate is { Rolling: true } && !goal.Ends)) return new(CandidateStepKind.Wait, Stands(stable, candidate));
        return needed is { } step ? new(step) : new(CandidateStepKind.Wait, Stands(stable, candidate));
    }

    private static CandidateStepKind? Needed(CandidateGoal goal, Workload stable, Workload? candidate)
    {
        if (stable.Desired < goal.Stable) return CandidateStepKind.SetStable;
        if (goal.Ends) return candidate is not null ? CandidateStepKind.End : stable.Desired > goal.Stable ? CandidateStepKind.SetStable : null;
        if (candidate is null) return goal.Image is null && goal.Candidate == 0 ? null : CandidateStepKind.Create;
        if (candidate.Desired < goal.Candidate) return CandidateStepKind.SetCandidate;
        if (stable.Desired > goal.Stable) return CandidateStepKind.SetStable;
        return candidate.Desired > goal.Candidate || (goal.Image is not null && candidate.TheContainer().Text("image") != goal.Image) ? CandidateStepKind.SetCandidate : null;
    }

    private static bool Grows(CandidateStepKind step, CandidateGoal goal, Workload stable, Workload? candidate) => step switch
    {
        CandidateStepKind.SetStable => stable.Desired < goal.Stable,
        CandidateStepKind.Create => true,
        CandidateStepKind.SetCandidate => candidate!.Desired < goal.Candidate,
        _ => false,
    };

    private static string Stands(Workload stable, Workload? candidate) =>
        $"{stable.Name} has {stable.Ready} of {stable.Desired} ready{(candidate is null ? "" : $", {candidate.Name} {candidate.Ready} of {candidate.Desired}")}";
}
