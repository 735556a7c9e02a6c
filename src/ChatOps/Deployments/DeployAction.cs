using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Deployments.Strategies;
using ChatOps.Operations;
using ChatOps.Permissions;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>Brings a version to a target, by the plan that was pressed, in steps.</summary>
public sealed class DeployAction(TargetAccess targets, ReadDeployFacts read, TimelineStore timeline, MarkBad markBad, Outbox.Outbox outbox, TellTeam team, DeployPace pace, TimeProvider time) : ISteppedAction
{
    /// <summary>A card that waits for a second person waits longer.</summary>
    private static readonly TimeSpan WaitsForAnother = TimeSpan.FromHours(4);

    public string Kind => PermissionActions.Deploy;

    public async Task<string> FingerprintAsync(ActionSubject subject, CancellationToken cancellationToken) =>
        DeployPlan.FingerprintOf(await FactsAsync(subject, cancellationToken));

    public async Task<Refreshed> RefreshAsync(ActionSubject subject, CancellationToken cancellationToken) =>
        new(subject with { Arguments = DeployPlan.Make(await FactsAsync(subject, cancellationToken)).ToArguments() });

    public TimeSpan? LifeOf(ActionSubject subject) => DeployPlan.Of(subject.Arguments).Approval == Approval.SecondPerson ? WaitsForAnother : null;

    public async Task<PressCheck> CheckAsync(ActionSubject subject, string userId, CancellationToken cancellationToken)
    {
        var plan = DeployPlan.Of(subject.Arguments);
        var fresh = DeployPlan.Make(await FactsAsync(subject, cancellationToken));
        return new(fresh.Fingerprint, Refusal(plan, fresh, userId));
    }

    public async Task<OperationStep> StepAsync(SteppedOperation stepped, OperationRun run, CancellationToken cancellationToken)
    {
        var operation = stepped.Operation;
        var plan = DeployPlan.Of(operation.Arguments);
        var decision = await DecideAsync(stepped, plan, run, cancellationToken);
        return new OperationStep
        {
            State = decision.State.ToJson(),
            After = decision.After,
            End = decision.End,
            Progress = [.. decision.State.Lines.Select(l => l.Text)],
            Card = DeployCards.Progress(operation, plan, decision.State, time.GetUtcNow()),
            Record = (tx, ct) => RecordAsync(tx, operation, plan, stepped.State is null, decision, ct),
        };
    }

    public Message Render(ActionCard card) => DeployCards.Card(card);

    public async Task FinishedAsync(Tx tx, Operation operation, OperationOutcome outcome, CancellationToken cancellationToken)
    {
        await DeploymentStore.EndAsync(tx, operation.Id, DeploymentStore.OutcomeOf(outcome), outcome.Sentence, cancellationToken);
        var plan = DeployPlan.Of(operation.Arguments);
        await team.EndedAsync(tx, operation, plan, outcome, cancellationToken);
        // Where nothing changed there is nothing to review.
        var reviewed = plan.ReviewWithin is not null && outcome.Result != OperationResult.NotDone;
        if (reviewed) await DeployReviewStore.NeedAsync(tx, operation.Id, cancellationToken);
        await outbox.ShowAsync(
            tx, DeploymentMessages.OutcomeKey(operation), operation.Destination, DeployCards.Outcome(operation, plan, outcome, reviewed ? DeployReviewMessages.Wanted(operation.Id) : []), cancellationToken);
    }

    public string? CommandByHand(ActionSubject subject)
    {
        var (platform, its) = targets.PlatformOf(subject.Target);
        return platform.CommandByHand(its, PlatformAction.Deploy, DeployPlan.Of(subject.Arguments).ToVersion);
    }

    private static string? Refusal(DeployPlan plan, DeployPlan fresh, string userId)
    {
        if (plan.Approval == Approval.SecondPerson && userId == plan.RequestedBy)
            return $"you asked for it, and somebody else must press. {plan.ApprovalSentence} Ask {plan.WhoMay}.";
        if (fresh.Report.Refusal is { } refusal) return $"{refusal.Sentence} {refusal.Next}".TrimEnd();
        // What nobody could know when the card was drawn was answered by whoever presses; what became unknown since was not on the card.
        var known = plan.Report.Questions.Select(q => q.Gate).ToHashSet(StringComparer.Ordinal);
        return fresh.Report.Questions.FirstOrDefault(q => !known.Contains(q.Gate)) is { } question ? $"{question.Sentence} {question.Next} Press Refresh to see it on the card." : null;
    }

    private async Task<DeployDecision> DecideAsync(SteppedOperation stepped, DeployPlan plan, OperationRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (stepped.State is not { } json) return DeployMachine.Start(plan, now);
        var state = DeployState.Of(json);
        // A step that called and did not end: what came of it is asked for before anything else is decided.
        if (stepped.MayHaveCalled && state.Call is { } lost) state = state with { Call = lost with { Begun = true } };
        if (stepped is { Wish: { } wish, WishedBy: { } by } && DeployMachine.Wish(plan, state, wish, by, now) is { } wished) return wished;
        return state.Call is { } call
            ? await CallAsync(stepped.Operation, plan, state, call, run, cancellationToken)
            : DeployMachine.AfterLook(plan, pace, state, await LookAsync(stepped.Operation.Target, plan, state, now, cancellationToken), now);
    }

    private async Task<DeployDecision> CallAsync(Operation operation, DeployPlan plan, DeployState state, StepCall call, OperationRun run, CancellationToken cancellationToken)
    {
        var (platform, its) = targets.PlatformOf(operation.Target);
        PlatformOperation? found;
        PlatformOperation seen;
        bool refused;
        try
        {
            found = call.Begun ? await StepCalls.FindAsync(platform, its, operation, plan, call, cancellationToken) : null;
            // The card was true for what it does first; what follows is its own doing.
            (seen, refused) = found is not null ? (found, false)
                : await StepCalls.MakeAsync(platform, its, operation, plan, call, state.Lines.Count == 1 ? plan.Generation : null, run, cancellationToken);
        }
        catch (PlatformException e) when (!call.Begun)
        {
            // Whether it was taken is learned from the platform when it answers again. While it does not, the step is put off, and the engine counts how long.
            return new(state with { Call = call with { Begun = true }, Latest = $"{e.Message} Looking again." }, pace.CallPoll);
        }
        state = state with { Call = call with { Begun = true }, Taken = state.Taken || (!refused && call.Kind != StepCallKind.BackUp) };
        return DeployMachine.MayEndEarly(state, seen)
            // Asked once: who asks again after a crash ends nothing twice.
            ? DeployMachine.EndAsked(state, await StepCalls.EndEarlyAsync(platform, its, operation, call, run, cancellationToken), pace)
            : DeployMachine.AfterCall(plan, pace, state, seen, time.GetUtcNow());
    }

    private async Task<DeployLook> LookAsync(Target target, DeployPlan plan, DeployState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (platform, its) = targets.PlatformOf(target);
        // Without it nothing can be undone: then the step is put off.
        var status = state.Stage == DeployStage.Undo ? StatusAsync() : targets.StatusOrNullAsync(target, cancellationToken);
        var probes = state.Stage is DeployStage.Verify or DeployStage.Watch or DeployStage.Undone ? targets.AllProbesAsync(target, cancellationToken) : Task.FromResult<IReadOnlyList<Telemetry.ProbeResult>>([]);
        var numbers = state.Stage is DeployStage.Share or DeployStage.Watch ? NumbersAsync(platform, its, plan, state, now, cancellationToken) : Task.FromResult<CanaryLook?>(null);
        var ill = (await probes).FirstOrDefault(p => !p.Healthy);
        return new DeployLook
        {
            Status = await status,
            Healthy = (await probes).Count == 0 ? null : ill is null,
            Ill = ill is null ? null : $"{ill.Probe}: {ill.Detail}",
            Numbers = await numbers,
        };

        async Task<TargetStatus?> StatusAsync() => await platform.StatusAsync(its, cancellationToken);
    }

    /// <summary>A share against the stable version at the same time; a release against the version before it, over as long a time before it came in.</summary>
    private static async Task<CanaryLook?> NumbersAsync(IPlatform platform, PlatformTarget its, DeployPlan plan, DeployState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var elapsed = now - state.Since;
        var candidate = ReadVersionNumbers.OfAsync(platform, its, plan.ToVersion, state.Since, now, plan.BusinessMetric, cancellationToken);
        var stable = plan.Running is not { } running ? Task.FromResult<CanarySample?>(null)
            : state.Stage == DeployStage.Share ? ReadVersionNumbers.OfAsync(platform, its, running, state.Since, now, plan.BusinessMetric, cancellationToken)
            : ReadVersionNumbers.OfAsync(platform, its, running, state.Begun - elapsed, state.Begun, plan.BusinessMetric, cancellationToken);
        return new(elapsed, await stable, await candidate);
    }

    private async Task RecordAsync(Tx tx, Operation operation, DeployPlan plan, bool first, DeployDecision decision, CancellationToken cancellationToken)
    {
        if (first)
        {
            await DeploymentStore.BeginAsync(tx, DeploymentOf(operation, plan, tx.Now), cancellationToken);
            await team.BeganAsync(tx, operation, plan, cancellationToken);
        }
        if (decision.BackedUp is { } at) await BackupStore.MadeAsync(tx, operation.Id, at, cancellationToken);
        // What a person decided was written with that person's press.
        foreach (var (line, number) in decision.Events.Where(e => e.By is null).Select((e, i) => (e, i)))
        {
            await timeline.AppendAsync(
                tx,
                new TimelineEntry
                {
                    Incident = operation.Incident,
                    Target = operation.Target.ToString(),
                    Kind = TimelineKinds.DeployProgress,
                    At = tx.Now,
                    // What the press confirmed or armed is that person's doing.
                    Actor = operation.ConfirmedBy,
                    Text = $"{line.Text} (ChatOps, confirmed by the press)",
                    Data = JsonSerializer.SerializeToElement(new { operation = operation.Id, number = operation.Number, stage = decision.State.Stage.ToString() }, JsonSerializerOptions.Web),
                    Part = $"{operation.Id} {decision.State.Lines.Count} {number}",
                },
                cancellationToken);
        }
        if (decision.Question is { } question)
            await outbox.ShowAsync(tx, DeployCards.QuestionKey(operation, decision.State), operation.Destination, DeployCards.Question(operation, plan, decision.State, question), cancellationToken);
        if (decision.Bad)
            await markBad.RunAsync(tx, operation, plan.ToVersion, TimelineEntry.Bot, decision.State.Why ?? "it did not pass", cancellationToken);
        // Of another end on the way back its own outcome is what is known.
        if (decision is { End.Result: OperationResult.Failed, State.Stage: DeployStage.Undone }) await DeploymentStore.RolledBackAsync(tx, operation.Id, cancellationToken);
    }

    private static Deployment DeploymentOf(Operation operation, DeployPlan plan, DateTimeOffset now) => new()
    {
        Id = operation.Id,
        Target = operation.Target,
        FromVersion = plan.Running,
        ToVersion = plan.ToVersion,
        Strategy = plan.Strategy,
        RequestedBy = plan.RequestedBy,
        ConfirmedBy = operation.ConfirmedBy,
        StartedAt = now,
        Incident = operation.Incident,
        // What goes was live before: how long it took to come there is no figure of this deploy.
        Commits = plan.Range is { } range
            ? [.. range.Commits.Select(c => new DeployedCommit(plan.ToVersion, c.Sha, c.Author, c.Message, range.Backwards ? null : c.At))]
            : [.. plan.Commits.Select(c => new DeployedCommit(c.Version, c.Commit, c.Author, c.Message, null))],
        Forced = [.. plan.Report.Overridden.Select(g => g.Gate)],
        Reason = plan.Reason,
    };

    private Task<DeployFacts> FactsAsync(ActionSubject subject, CancellationToken cancellationToken)
    {
        var plan = DeployPlan.Of(subject.Arguments);
        return read.RunAsync(
            new DeployRequest
            {
                Target = subject.Target,
                Version = plan.ToVersion,
                // What the card says is what is checked: the rule might choose another one by now, and then the fingerprint says so.
                Strategy = plan.Named ? plan.Strategy : null,
                Reason = plan.Reason,
                RequestedBy = plan.RequestedBy,
                At = time.GetUtcNow(),
                Incident = subject.Incident,
                Forced = [.. plan.Report.Overridden.Select(g => g.Gate)],
            },
            operation: null, cancellationToken);
    }
}
