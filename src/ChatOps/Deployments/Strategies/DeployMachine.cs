using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Operations;
using ChatOps.Platforms;

namespace ChatOps.Deployments.Strategies;

/// <summary>
/// A deploy from its press to its end, for every strategy. Pure: plan, state and what was seen give the next state, at most one call and what people are told.
/// What is decided is stored before it is called.
/// </summary>
public static class DeployMachine
{
    /// <summary>Words that people press for; rows and buttons carry them.</summary>
    public const string Abort = "abort";
    public const string GoOn = "promote";

    public static DeployDecision Start(DeployPlan plan, DateTimeOffset now)
    {
        var state = new DeployState { Stage = DeployStage.Backup, Since = now, Begun = now };
        return plan.Backup
            ? Begin(state, DeployStage.Backup, new(StepCallKind.BackUp, "backup"), now, "Backing up its data.")
            : BringIn(plan, state, now);
    }

    /// <summary>A person pressed.</summary>
    /// <returns>Null: the word means nothing where it stands.</returns>
    public static DeployDecision? Wish(DeployPlan plan, DeployState state, string wish, string by, DateTimeOffset now)
    {
        if (state.GoesBack) return null;
        if (wish == GoOn)
        {
            if (state.Call is not null) return null;
            return state.Stage switch
            {
                DeployStage.Share => NextShare(plan, Said(state, "It goes on without waiting.", by), now),
                DeployStage.Verify when state.Asked && MayKeep(plan, state) => Watch(plan, Said(state, "It is kept as it is.", by), now),
                DeployStage.Watch => Keep(plan, Said(state, "It is kept, and the watch ends.", by), "kept by a person before its watch ended", now),
                _ => null,
            };
        }
        var aborted = Said(state with { Why = "a person aborted it", UndoneBy = by }, "Aborted: it goes back.", by);
        // What was begun ends first: a platform does one thing at a time.
        return state.Call is { Begun: true } ? new(aborted, TimeSpan.Zero) { Events = [aborted.Lines[^1]] } : GoBack(aborted, now);
    }

    /// <summary>What the platform is at is not wanted any more; the way back itself is.</summary>
    public static bool MayEndEarly(DeployState state, PlatformOperation seen) =>
        seen.State == PlatformOperationState.Running && state is { GoesBack: true, EndAsked: false, Stage: not DeployStage.Undo };

    /// <summary>Somebody aborted while the platform was at work, and it was asked to end that before its time.</summary>
    /// <param name="said">What came of it; null: it ends by itself.</param>
    public static DeployDecision EndAsked(DeployState state, string? said, DeployPace pace) => said is null
        ? new(state with { EndAsked = true }, pace.CallPoll)
        : new(Said(state with { EndAsked = true }, said), pace.CallPoll) { Events = [new(said)] };

    /// <summary>What the platform says of the call.</summary>
    public static DeployDecision AfterCall(DeployPlan plan, DeployPace pace, DeployState state, PlatformOperation seen, DateTimeOffset now)
    {
        var call = state.Call ?? throw new InvalidOperationException("Nothing was called.");
        if (seen.State == PlatformOperationState.Running) return Follow(plan, pace, state, seen, now);
        var ended = state with { Call = null, Stalled = false, Latest = null };
        if (seen.State == PlatformOperationState.Failed)
        {
            var why = $"{What(call, plan)} failed: {seen.Message ?? "the platform gave no reason"}";
            if (call.Kind == StepCallKind.BackUp)
                return new(Said(ended, why), TimeSpan.Zero) { End = OperationOutcome.NotDone($"Nothing was deployed: {why}. {plan.Running ?? "Nothing"} runs on. Repair the backup, or override the gate 'backup' with a reason."), Events = [new(why)] };
            if (state.Stage is DeployStage.Undo)
                return new(Said(ended, why), TimeSpan.Zero) { End = OperationOutcome.Failed($"{plan.ToVersion} is bad ({state.Why}), and the way back did not work: {why}. Look at the target now and choose a fix.") };
            if (!state.Taken)
                return new(Said(ended, why), TimeSpan.Zero) { End = OperationOutcome.NotDone($"Nothing was deployed: {why.TrimEnd('.')}. Put that right, then ask again."), Events = [new(why)] };
            // What has no traffic yet is taken away without a question.
            return plan.AutomaticRollback || state.GoesBack || call.Kind == StepCallKind.StartCandidate
                ? GoBack(Said(ended, why) with { Why = state.Why ?? why }, now)
                : Failed(plan, pace, ended, why, now);
        }
        var done = Said(ended, $"{What(call, plan)}: {seen.Message ?? "done"}");
        if (state.Stage == DeployStage.Undo) return Enter(done, DeployStage.Undone, now, pace.HealthPoll);
        if (state.GoesBack) return GoBack(done, now) with { BackedUp = call.Kind == StepCallKind.BackUp ? state.Since : null };
        return call.Kind switch
        {
            StepCallKind.BackUp => BringIn(plan, done, now) with { BackedUp = state.Since },
            StepCallKind.StartCandidate => NextShare(plan, done with { ShareIndex = -1 }, now),
            StepCallKind.SetWeight when plan.Strategy == DeployStrategy.Canary => Enter(done, DeployStage.Share, now, LookAfter(plan.Limits.StepTime, pace)),
            StepCallKind.Promote when plan.Strategy == DeployStrategy.BlueGreen => Done(plan, done, state.Proof ?? Watched(plan)),
            _ => Enter(done, DeployStage.Verify, now, pace.HealthPoll),
        };
    }

    /// <summary>Nothing is armed: a person looks, and decides.</summary>
    private static DeployDecision Failed(DeployPlan plan, DeployPace pace, DeployState state, string why, DateTimeOffset now)
    {
        var so = Enter(state with { Failed = true }, DeployStage.Verify, now, pace.LookPoll).State;
        return Ask(so, Unarmed(plan, why), pace.LookPoll, MayKeep(plan, so));
    }

    /// <summary>A candidate that got stuck half-way can only go; what was to replace the old version may be what runs.</summary>
    private static bool MayKeep(DeployPlan plan, DeployState state) => !state.Failed || plan.Strategy is not (DeployStrategy.Canary or DeployStrategy.BlueGreen);

    private static string Unarmed(DeployPlan plan, string why) => $"{GateWords.Capital(why.TrimEnd('.'))}. Nothing goes back by itself: {plan.AutomaticWhy ?? "it was not armed"}.";

    /// <summary>What was seen of a stage in which nothing is called.</summary>
    public static DeployDecision AfterLook(DeployPlan plan, DeployPace pace, DeployState state, DeployLook look, DateTimeOffset now) => state.Stage switch
    {
        DeployStage.Share => Share(plan, pace, state, look, now),
        DeployStage.Verify => Verify(plan, pace, state, look, now),
        DeployStage.Watch => Watched(plan, pace, state, look, now),
        DeployStage.Undo => Undo(plan, state, look, now),
        DeployStage.Undone => Undone(plan, pace, state, look, now),
        _ => throw new InvalidOperationException($"In {state.Stage} something is called."),
    };

    private static DeployDecision Follow(DeployPlan plan, DeployPace pace, DeployState state, PlatformOperation seen, DateTimeOffset now)
    {
        var so = state with { Latest = seen.Message };
        var longest = plan.Most is { } most && most * 2 > pace.Stall ? most * 2 : pace.Stall;
        var takes = now - state.Since;
        var what = What(state.Call!, plan);
        if (takes > longest * pace.GiveUpTimes)
            return new(so, TimeSpan.Zero) { End = OperationOutcome.Unknown($"{what} has not ended after {Durations.Text(takes)}, and the platform still works on it. Look at it, then press what you see.") };
        if (takes <= longest || state.Stalled) return new(so, pace.CallPoll);
        var sentence = $"{what} takes {Durations.Text(takes)} already, longer than it ever did. ChatOps goes on looking.";
        return new(Said(so with { Stalled = true }, sentence), pace.CallPoll) { Question = new(sentence, CanGoOn: false), Events = [new(sentence)] };
    }

    private static DeployDecision BringIn(DeployPlan plan, DeployState state, DateTimeOffset now) => plan.Strategy switch
    {
        DeployStrategy.Canary or DeployStrategy.BlueGreen =>
            Begin(state, DeployStage.Candidate, new(StepCallKind.StartCandidate, "candidate"), now, $"Starting {plan.ToVersion} beside {plan.Running ?? "what runs"}."),
        DeployStrategy.Recreate => Begin(state, DeployStage.Replace, new(StepCallKind.Recreate, "deploy"), now, $"Ending {plan.Running ?? "what runs"}, then starting {plan.ToVersion}."),
        _ => Begin(state, DeployStage.Replace, new(StepCallKind.Deploy, "deploy"), now, $"Replacing {plan.Running ?? "what runs"} by {plan.ToVersion}."),
    };

    private static DeployDecision NextShare(DeployPlan plan, DeployState state, DateTimeOffset now)
    {
        if (plan.Strategy == DeployStrategy.BlueGreen)
            return Begin(state, DeployStage.Share, new(StepCallKind.SetWeight, "weight-100", 100), now, $"Moving all traffic to {plan.ToVersion}.");
        var next = state.ShareIndex + 1;
        var share = next < plan.Shares.Count ? plan.Shares[next] : 100;
        var so = state with { ShareIndex = next, Looks = [], Asked = false };
        return share >= 100
            ? Begin(so, DeployStage.Promote, new(StepCallKind.Promote, "promote"), now, $"All traffic to {plan.ToVersion}.")
            : Begin(so, DeployStage.Share, new(StepCallKind.SetWeight, $"weight-{share}", share), now, $"{share} % of the traffic to {plan.ToVersion}.");
    }

    private static DeployDecision Share(DeployPlan plan, DeployPace pace, DeployState state, DeployLook look, DateTimeOffset now)
    {
        var share = plan.Shares[state.ShareIndex];
        var after = LookAfter(plan.Limits.StepTime, pace);
        // A candidate that is gone serves nobody, whatever the numbers of before say.
        if (look.Status is { } status && status.Candidate is not { State: TargetState.Running or TargetState.Degraded or TargetState.Starting })
            return Breach(plan, state, $"{plan.ToVersion} does not run any more: {status.Candidate?.Detail ?? "the platform has no candidate"}", now, after);
        var looks = Newest(plan, state, look);
        var verdict = CanaryJudge.Judge(plan.Limits, looks, now - state.Since, plan.BusinessMetric);
        var so = state with { Looks = looks, Latest = verdict.Sentence };
        return verdict.Outcome switch
        {
            CanaryOutcome.Pass => NextShare(plan, Said(so, $"{share} %: {verdict.Sentence}"), now),
            CanaryOutcome.Breach => Breach(plan, so, $"at {share} % of the traffic: {verdict.Sentence}", now, after),
            CanaryOutcome.Inconclusive when !state.Asked => Ask(so, $"Paused at {share} %: {verdict.Sentence}", after, canGoOn: true),
            _ => new(so, after),
        };
    }

    private static DeployDecision Verify(DeployPlan plan, DeployPace pace, DeployState state, DeployLook look, DateTimeOffset now)
    {
        var so = Seen(state, look);
        if (state.Failed) return new(so, pace.LookPoll);
        if (NobodyKnows(look))
            return state.Asked ? new(so, pace.HealthPoll) : Ask(so, $"{plan.ToVersion} was deployed, and nobody can tell whether it is well: its platform cannot, and no probe of it stands in chatops.yaml. Look at it, then keep it or go back.", pace.HealthPoll, canGoOn: true);
        if (so.Health >= pace.HealthyLooks)
            return Watch(plan, Said(so, look.Healthy is null ? $"{plan.ToVersion} runs; nothing is there to ask it." : $"{plan.ToVersion} is healthy after {Durations.Text(now - state.Since)}."), now);
        return now - state.Since > pace.HealthPatience
            ? Breach(plan, so, $"{plan.ToVersion} is not healthy after {Durations.Text(pace.HealthPatience)}: {look.Ill ?? "nothing answers"}", now, pace.HealthPoll)
            : new(so, pace.HealthPoll);
    }

    private static DeployDecision Watch(DeployPlan plan, DeployState state, DateTimeOffset now) =>
        Enter(state, DeployStage.Watch, now, TimeSpan.Zero) with { Events = [new($"{plan.ToVersion} has all traffic and is watched for {Durations.Text(plan.Watch)}.")] };

    private static DeployDecision Watched(DeployPlan plan, DeployPace pace, DeployState state, DeployLook look, DateTimeOffset now)
    {
        var after = LookAfter(plan.Watch, pace);
        var looks = Newest(plan, state, look);
        var verdict = CanaryJudge.Judge(plan.Limits, looks, now - state.Since, plan.BusinessMetric);
        var so = Seen(state, look) with { Looks = looks, Latest = verdict.Sentence };
        if (state.Failed && look.Status?.Version is { } other && other != plan.ToVersion) return Breach(plan, so, $"{other} runs and not {plan.ToVersion}", now, after);
        if (so.Health <= -pace.IllLooks) return Breach(plan, so, $"{plan.ToVersion} is not healthy: {look.Ill ?? "nothing answers"}", now, after);
        if (verdict.Outcome == CanaryOutcome.Breach) return Breach(plan, so, $"{plan.ToVersion} against the version before: {verdict.Sentence}", now, after);
        if (now - state.Since < plan.Watch || so.Health < 0) return new(so, after);
        // A question that nobody answered stands until the target is well or somebody does.
        if (state.Asked) return new(so, after);
        var proof = verdict.Outcome is CanaryOutcome.Pass or CanaryOutcome.Wait && look.Numbers is not null ? Watched(plan)
            : $"{(NobodyKnows(look) ? "kept by a person" : "healthy")} for {Durations.Text(plan.Watch)}; error rate and latency could not be compared";
        return Keep(plan, so, proof, now);
    }

    /// <summary>The watch is over. Until then a blue-green deploy has the old version beside it, and to the platform that one is what runs.</summary>
    private static DeployDecision Keep(DeployPlan plan, DeployState state, string proof, DateTimeOffset now) => plan.Strategy == DeployStrategy.BlueGreen
        ? Begin(state with { Proof = proof }, DeployStage.Promote, new(StepCallKind.Promote, "promote"), now, $"Ending {plan.Running ?? "the old version"}, which was kept for the way back.")
        : Done(plan, state, state.Failed ? $"{proof}, after a failure that a person let pass" : proof);

    private static DeployDecision Breach(DeployPlan plan, DeployState state, string why, DateTimeOffset now, TimeSpan after)
    {
        if (plan.AutomaticRollback) return GoBack(Said(state with { Why = why }, $"Going back by itself: {why.TrimEnd('.')}."), now);
        return state.Asked ? new(state, after) : Ask(state, Unarmed(plan, why), after, canGoOn: true);
    }

    private static DeployDecision Ask(DeployState state, string sentence, TimeSpan after, bool canGoOn) =>
        new(Said(state with { Asked = true }, sentence), after) { Question = new(sentence, canGoOn), Events = [new(sentence)] };

    private static DeployDecision GoBack(DeployState state, DateTimeOffset now) =>
        Enter(state with { Call = null }, DeployStage.Undo, now, TimeSpan.Zero) with { Events = [state.Lines[^1]] };

    /// <summary>What is there decides what is undone: the state may be older than what happened.</summary>
    private static DeployDecision Undo(DeployPlan plan, DeployState state, DeployLook look, DateTimeOffset now)
    {
        var status = look.Status ?? throw new InvalidOperationException("What is to be undone only the platform knows.");
        if (status.Candidate?.Version == plan.ToVersion)
            return Begin(state, DeployStage.Undo, new(StepCallKind.DropCandidate, "undo"), now, $"All traffic back to {status.Version ?? "the old version"}; {plan.ToVersion} ends.");
        // A pipeline that ended half-way knows what it deployed last, not what runs now.
        var another = status.Version != plan.ToVersion;
        if (another && !(status.State == TargetState.Unknown && state.Taken)) return Enter(state, DeployStage.Undone, now, TimeSpan.Zero);
        return plan.BackTo is { } back
            ? Begin(state, DeployStage.Undo, new(StepCallKind.RollBack, "undo"), now, $"Rolling back to {back}{(another ? ": nobody can tell what runs" : "")}.")
            : new(state, TimeSpan.Zero) { End = OperationOutcome.Failed($"{plan.ToVersion} is bad ({state.Why!.TrimEnd('.')}), and there is no way back: {plan.WayBack}"), Bad = true };
    }

    private static DeployDecision Undone(DeployPlan plan, DeployPace pace, DeployState state, DeployLook look, DateTimeOffset now)
    {
        var so = Seen(state, look);
        var waited = now - state.Since;
        if (so.Health < pace.HealthyLooks && waited <= pace.HealthPatience && !NobodyKnows(look)) return new(so, pace.HealthPoll);
        var version = look.Status?.Version ?? plan.BackTo ?? plan.Running ?? "the old version";
        var well = so.Health >= pace.HealthyLooks ? $"{version} runs and is healthy"
            : NobodyKnows(look) ? $"{version} was deployed last, and nobody can tell whether it is well: look at it now"
            : $"{version} runs and is not healthy ({look.Ill ?? "nothing answers"}): look at it now";
        var who = state.UndoneBy is not null ? "It went back as that person asked"
            : plan.AutomaticRollback ? "ChatOps went back by policy, armed by the press" : "It had no traffic yet and was taken away";
        return new(so, TimeSpan.Zero)
        {
            End = OperationOutcome.Failed($"{plan.ToVersion} was not kept: {state.Why!.TrimEnd('.')}. {who}. {well}."),
            // What a person aborted may be good.
            Bad = state.UndoneBy is null,
        };
    }

    private static DeployDecision Done(DeployPlan plan, DeployState state, string proof) =>
        new(state, TimeSpan.Zero) { End = OperationOutcome.Succeeded($"{plan.ToVersion} runs: {proof}. {(plan.BackTo is { } back ? $"Way back: /rollback to {back}." : plan.WayBack)}") };

    private static string Watched(DeployPlan plan) => $"healthy and within its limits for {Durations.Text(plan.Watch)}";

    private static DeployDecision Begin(DeployState state, DeployStage stage, StepCall call, DateTimeOffset now, string line) =>
        new(Said(state with { Stage = stage, Since = now, Call = call, Health = 0, Asked = false, Latest = null }, line), TimeSpan.Zero) { Events = [new(line)] };

    private static DeployDecision Enter(DeployState state, DeployStage stage, DateTimeOffset now, TimeSpan after) =>
        new(state with { Stage = stage, Since = now, Call = null, Looks = [], Health = 0, Asked = false, Latest = null }, after);

    private static DeployState Said(DeployState state, string line, string? by = null) => state with { Lines = [.. state.Lines, new DeployLine(line, by)] };

    private static DeployState Seen(DeployState state, DeployLook look) => state with
    {
        Health = look.Healthy switch
        {
            false => Math.Min(state.Health, 0) - 1,
            null when NobodyKnows(look) => state.Health,
            // Nothing is there to ask: the platform's own word counts.
            null when look.Status is { State: not TargetState.Running } => Math.Min(state.Health, 0) - 1,
            null when look.Status is null => state.Health,
            _ => Math.Max(state.Health, 0) + 1,
        },
        Latest = look.Ill,
    };

    /// <summary>There is no probe, and the platform does not see what it deploys.</summary>
    private static bool NobodyKnows(DeployLook look) => look is { Healthy: null, Status.State: TargetState.Unknown };

    private static IReadOnlyList<CanaryLook> Newest(DeployPlan plan, DeployState state, DeployLook look) => look.Numbers is { } numbers
        ? [.. state.Looks.Append(numbers).TakeLast(Math.Max(1, plan.Limits.ConsecutiveBreaches))]
        : state.Looks;

    private static TimeSpan LookAfter(TimeSpan whole, DeployPace pace) => whole / pace.Looks < pace.LookPoll ? whole / pace.Looks : pace.LookPoll;

    private static string What(StepCall call, DeployPlan plan) => call.Kind switch
    {
        StepCallKind.BackUp => "The backup",
        StepCallKind.StartCandidate => $"Starting {plan.ToVersion}",
        StepCallKind.SetWeight => $"Moving {call.Percent} % of the traffic",
        StepCallKind.Promote => $"Giving {plan.ToVersion} all traffic",
        StepCallKind.DropCandidate => $"Taking {plan.ToVersion} away",
        StepCallKind.RollBack => $"Rolling back to {plan.BackTo}",
        _ => $"Deploying {plan.ToVersion}",
    };
}
