using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Telemetry;

namespace ChatOps.Deployments;

/// <summary>How patient a change is. Shorter for practice and tests.</summary>
public sealed record ChangeOptions
{
    /// <summary>So long may a target take from the call until it is healthy.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Between two looks at the platform and the probes: short, since downtime is to be right to the second.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>So long the service of the incident is watched after its target is healthy: what people feel comes back a little later.</summary>
    public TimeSpan Aftermath { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>Asks the platform for one change and stays with it until the target is healthy. All probes on the way are recorded: downtime is counted from them.</summary>
public sealed class CarryOutChange(TargetAccess targets, ServiceCatalog catalog, IncidentStore incidents, Transactions transactions, ChangeOptions options, TimeProvider time)
{
    /// <param name="call">The one call that changes something.</param>
    /// <param name="done">For people: "restarted", "rolled back to v41".</param>
    /// <exception cref="PlatformException">The answer was lost: only the platform can tell what happened.</exception>
    public async Task<OperationOutcome> RunAsync(
        Operation operation, OperationRun run, Func<IPlatform, PlatformTarget, PlatformCall, CancellationToken, Task<PlatformOperation>> call, string done, CancellationToken cancellationToken)
    {
        var (platform, its) = targets.PlatformOf(operation.Target);
        var began = time.GetTimestamp();
        var plan = ActionPlan.Of(operation.Arguments);
        var request = new PlatformCall(operation.Id.ToString(), operation.ConfirmedBy, operation.Incident is { } n ? $"incident {n}: {plan.Why}" : plan.Why) { IfGeneration = plan.Generation };
        PlatformOperation started;
        try
        {
            started = await run.CallAsync(ct => call(platform, its, request, ct), cancellationToken);
        }
        catch (PlatformException e) when (e.Outcome == CallOutcome.NotDone)
        {
            return OperationOutcome.NotDone($"Nothing was done: {e.Message}");
        }
        await run.ProgressAsync($"{platform.Name} took the request; waiting until {operation.Target.Service} is healthy.", cancellationToken);
        return await FollowAsync(operation, platform, its, started, done, began, cancellationToken);
    }

    /// <summary>After a crash: what the platform says became of it. Repeats nothing.</summary>
    /// <exception cref="PlatformException">The platform does not answer.</exception>
    public async Task<OperationOutcome> RecoverAsync(Operation operation, string done, CancellationToken cancellationToken)
    {
        var (platform, its) = targets.PlatformOf(operation.Target);
        var began = time.GetTimestamp();
        if (!(await platform.CapabilitiesAsync(cancellationToken)).KeepsOperationIds)
        {
            if (await StepCalls.SeenAsync(platform, its, operation.Id.ToString(), cancellationToken) is { } seen) return await FollowAsync(operation, platform, its, seen, done, began, cancellationToken);
            return OperationOutcome.Unknown($"{platform.Name} keeps no record of requests, so it cannot say whether {operation.Target.Service} was {done}. Look at it, then press what you see.");
        }
        return await platform.FindOperationAsync(its, operation.Id.ToString(), cancellationToken) is { } found
            ? await FollowAsync(operation, platform, its, found, done, began, cancellationToken)
            : OperationOutcome.NotDone($"{platform.Name} has never seen the request: {operation.Target.Service} was not {done}. Choose it again if it is still right.");
    }

    private async Task<OperationOutcome> FollowAsync(
        Operation operation, IPlatform platform, PlatformTarget its, PlatformOperation current, string done, long began, CancellationToken cancellationToken)
    {
        var service = operation.Target.Service;
        var felt = await FeltAsync(operation, cancellationToken);
        TimeSpan? healthyAfter = null;
        while (true)
        {
            var look = current.State == PlatformOperationState.Running ? LookAsync(platform, its, current, cancellationToken) : Task.FromResult(current);
            var (own, others) = await ProbeAsync(operation, felt, cancellationToken);
            current = await look;
            var elapsed = time.GetElapsedTime(began);
            if (current.State == PlatformOperationState.Failed)
                return OperationOutcome.Failed($"{platform.Name} could not do it: {current.Message ?? "it gave no reason"}. Look at {service}, then choose a fix again.");
            if (healthyAfter is null && current.State == PlatformOperationState.Succeeded && own.All(p => p.Healthy)) healthyAfter = elapsed;
            if (healthyAfter is { } after)
            {
                var ill = others.Where(p => !p.Healthy).ToList();
                if (ill.Count == 0 || elapsed - after > options.Aftermath)
                {
                    var proof = own.Count == 0 ? "its platform says it runs" : $"{string.Join(", ", own.Select(p => p.Probe).Distinct())} {(own.Count == 1 ? "passes" : "pass")}";
                    var rest = ill.Count == 0 ? "" : $" {felt!.Service} is not well yet: {ill[0].Probe} fails ({ill[0].Detail}).";
                    return OperationOutcome.Succeeded($"{service} was {done} and is healthy after {Durations.Text(Rounded(after))}: {proof}.{rest}{(operation.Incident is null ? "" : " Verify it now.")}");
                }
            }
            else if (elapsed > options.Deadline)
            {
                var why = current.State == PlatformOperationState.Running ? $"{platform.Name} still works on it" : own.FirstOrDefault(p => !p.Healthy) is { } bad ? $"{bad.Probe} fails: {bad.Detail}" : "it does not say so";
                return current.State == PlatformOperationState.Running
                    ? OperationOutcome.Unknown($"{service} is not {done} after {Durations.Text(options.Deadline)}: {why}. Look at it, then press what you see.")
                    : OperationOutcome.Failed($"{service} was {done}, but is not healthy after {Durations.Text(options.Deadline)}: {why}. Look at its logs, then choose a fix again.");
            }
            await Task.Delay(options.Poll, time, cancellationToken);
        }
    }

    /// <summary>A platform that does not answer for a moment is asked again; it is what the request is about, and it may be busy with it.</summary>
    private static async Task<PlatformOperation> LookAsync(IPlatform platform, PlatformTarget its, PlatformOperation current, CancellationToken cancellationToken)
    {
        try
        {
            return await platform.FindOperationAsync(its, current.Id, cancellationToken) ?? current;
        }
        catch (PlatformException)
        {
            return current;
        }
    }

    /// <summary>The service that the incident is about, where it is another one.</summary>
    private async Task<Target?> FeltAsync(Operation operation, CancellationToken cancellationToken) =>
        operation.Incident is { } number && await incidents.FindAsync(number, cancellationToken) is { Service: { } service } incident && service != operation.Target.Service
        && new Target(service, incident.Environment) is var target && catalog.Find(target) is not null ? target : null;

    private async Task<(IReadOnlyList<ProbeResult> Own, IReadOnlyList<ProbeResult> Others)> ProbeAsync(Operation operation, Target? felt, CancellationToken cancellationToken)
    {
        var own = targets.AllProbesAsync(operation.Target, cancellationToken);
        var others = felt is null ? Task.FromResult<IReadOnlyList<ProbeResult>>([]) : targets.AllProbesAsync(felt, cancellationToken);
        await Task.WhenAll(own, others);
        if (operation.Incident is { } incident)
            await transactions.RunAsync(requestId: null, async tx => await ProbeStore.AddAsync(tx, incident, (await own).Concat(await others), cancellationToken), cancellationToken);
        return (await own, await others);
    }

    private static TimeSpan Rounded(TimeSpan span) => TimeSpan.FromMilliseconds(Math.Max(100, Math.Round(span.TotalMilliseconds / 100) * 100));
}
