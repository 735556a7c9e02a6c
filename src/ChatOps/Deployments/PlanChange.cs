using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Operations;
using ChatOps.Permissions;
using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>Words for a card that the asker knows better than the platform; null: the general ones.</summary>
public sealed record PlanWords(string? Why, string? Risk, string? WayBack)
{
    /// <inheritdoc cref="ActionPlan.Told"/>
    public string? Told { get; init; }
}

/// <summary>A plan, or the sentence that says why there is none and what to do instead.</summary>
public sealed record PlanOrRefusal(ActionPlan? Plan, string? Refusal)
{
    public static PlanOrRefusal Refused(string sentence) => new(null, sentence);
}

/// <summary>Reads from the platform what a card must say before anybody may press it.</summary>
public sealed class PlanChange(TargetAccess targets, PermissionCheck permissions, OperationStore operations, BadVersionStore badVersions, LockStore locks, ChatOpsConfig config, TimeProvider time)
{
    public const string Restart = "restart";
    public const string Rollback = "rollback";
    public const string Scale = "scale";

    internal const string StopGap = "It is a stop-gap: what leaks goes on leaking. Find out what needs the memory, and write the limit down where the service is described, or the next deploy takes it back.";

    /// <summary>So far back is looked for what was done to a target.</summary>
    internal static readonly TimeSpan History = TimeSpan.FromDays(30);

    /// <exception cref="PlatformException">The platform cannot be read.</exception>
    public async Task<PlanOrRefusal> RestartAsync(Target target, PlanWords words, CancellationToken cancellationToken)
    {
        var (platform, its) = targets.PlatformOf(target);
        var capabilities = platform.CapabilitiesAsync(cancellationToken);
        var status = await platform.StatusAsync(its, cancellationToken);
        if (!(await capabilities).Can(PlatformAction.Restart, its)) return PlanOrRefusal.Refused($"{platform.Name} cannot restart {target.Service}. Do it where it runs.");
        if (status.Recovering) return PlanOrRefusal.Refused($"{target.Service} is recovering after a crash and answers by itself when it is done. A restart would make it begin again, so there is no button for it.");
        return new(new ActionPlan
        {
            Running = status.Version,
            State = status.State.ToString(),
            Generation = status.Generation,
            WayBack = words.WayBack ?? "A restart cannot be undone; the version and the data stay as they are.",
            Why = words.Why ?? "asked for by a person",
            Risk = words.Risk ?? "Requests that are being served end; caches start cold.",
            Expected = await ExpectedAsync(target, Restart, cancellationToken),
            WhoMay = permissions.WhoMay(Restart, target),
        }, null);
    }

    /// <param name="toVersion">Null: the last good one.</param>
    /// <exception cref="PlatformException">The platform cannot be read.</exception>
    public async Task<PlanOrRefusal> RollbackAsync(Target target, string? toVersion, PlanWords words, CancellationToken cancellationToken)
    {
        var (platform, its) = targets.PlatformOf(target);
        var capabilities = platform.CapabilitiesAsync(cancellationToken);
        var releases = platform.ReleasesAsync(its, cancellationToken);
        var changes = platform.ChangesAsync(its, time.GetUtcNow() - History, cancellationToken);
        var marked = badVersions.OfAsync(target, cancellationToken);
        var held = locks.HolderAsync(target, cancellationToken);
        var status = await platform.StatusAsync(its, cancellationToken);
        var can = await capabilities;
        var choice = RollbackChoice.Of(new RollbackFacts
        {
            Target = target,
            Platform = platform.Name,
            Status = status,
            Releases = await releases,
            Changes = await changes,
            Marked = await marked,
            Lock = (await held)?.Fact,
            CanRollBack = can.Can(PlatformAction.RollBack, its),
            CanDeploy = can.Can(PlatformAction.Deploy, its),
            Wanted = toVersion,
            DeployCommand = config.Slack.DeployCommand,
        });
        if (choice.Refusal is { } refusal) return PlanOrRefusal.Refused(refusal);
        return new(new ActionPlan
        {
            Running = status.Version,
            State = status.State.ToString(),
            Generation = status.Generation,
            ToVersion = choice.ToVersion,
            ByDeploy = choice.ByDeploy,
            Undone = [.. choice.Undone.Select(r => new UndoneRelease(r.Version, r.Commit, r.Author, r.Message))],
            // What runs is left for a reason, most of the time; whoever presses may say otherwise.
            Bad = [.. choice.Undone.Take(1).Select(r => r.Version)],
            WayBack = $"Deploy {status.Version} again.",
            Why = words.Why ?? "asked for by a person",
            Risk = string.Join(' ', [words.Risk ?? "What the release brought is gone until it is repaired.", .. choice.Cautions]),
            Told = words.Told,
            Expected = await ExpectedAsync(target, Rollback, cancellationToken),
            WhoMay = permissions.WhoMay(Rollback, target),
        }, null);
    }

    /// <exception cref="PlatformException">The platform cannot be read.</exception>
    public async Task<PlanOrRefusal> RaiseMemoryAsync(Target target, PlanWords words, CancellationToken cancellationToken)
    {
        var (platform, its) = targets.PlatformOf(target);
        var status = await platform.StatusAsync(its, cancellationToken);
        if (status.Recovering) return PlanOrRefusal.Refused($"{target.Service} is recovering after a crash and answers by itself when it is done. Another limit would make it begin again, so there is no button for it.");
        if (await MemoryRaise.ReadAsync(platform, its, status, time.GetUtcNow(), cancellationToken) is not { } raise)
            return PlanOrRefusal.Refused($"{platform.Name} cannot raise the memory limit of {target.Service}, or does not tell what it is. Raise it where it runs: {platform.CommandByHand(its, PlatformAction.MemoryLimit, version: null)}");
        return new(new ActionPlan
        {
            Running = status.Version,
            State = status.State.ToString(),
            Generation = status.Generation,
            Memory = raise,
            WayBack = $"Set it back by hand: {platform.CommandByHand(its, PlatformAction.MemoryLimit, Bytes(raise.From))}",
            Why = words.Why ?? "asked for by a person",
            Risk = $"{words.Risk ?? "It starts anew: requests that are being served end, caches start cold. Where it runs, so much memory must be free."} {StopGap}",
            Expected = await ExpectedAsync(target, Scale, cancellationToken),
            WhoMay = permissions.WhoMay(Scale, target),
        }, null);
    }

    internal static string Bytes(long bytes) => bytes.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private async Task<string> ExpectedAsync(Target target, string kind, CancellationToken cancellationToken) =>
        ExpectedDuration.Text([.. (await operations.LastOfAsync(target, kind, 20, inDrills: false, cancellationToken)).Select(ExpectedDuration.Of).OfType<TimeSpan>()]);
}
