using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Operations;
using ChatOps.Permissions;
using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>Words for a card that the asker knows better than the platform; null: the general ones.</summary>
public sealed record PlanWords(string? Why, string? Risk, string? WayBack);

/// <summary>A plan, or the sentence that says why there is none and what to do instead.</summary>
public sealed record PlanOrRefusal(ActionPlan? Plan, string? Refusal)
{
    public static PlanOrRefusal Refused(string sentence) => new(null, sentence);
}

/// <summary>Reads from the platform what a card must say before anybody may press it.</summary>
public sealed class PlanChange(TargetAccess targets, PermissionCheck permissions, OperationStore operations, TimeProvider time)
{
    public const string Restart = "restart";
    public const string Rollback = "rollback";

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
        var releasesRead = platform.ReleasesAsync(its, cancellationToken);
        var changesRead = platform.ChangesAsync(its, time.GetUtcNow() - History, cancellationToken);
        var status = await platform.StatusAsync(its, cancellationToken);
        var releases = await releasesRead;
        var changes = await changesRead;
        if (!(await capabilities).Can(PlatformAction.RollBack, its)) return PlanOrRefusal.Refused($"{platform.Name} cannot roll {target.Service} back. Deploy the earlier version where it is built.");

        var found = LastGoodVersion.Find(releases, changes, status.Version);
        var listed = string.Join(", ", releases.Take(5).Select(r => r.Version));
        if (toVersion is null)
        {
            if (found.Good is null) return PlanOrRefusal.Refused($"There is no earlier release of {target.Service} from which nobody had to go back. Known are: {(listed.Length > 0 ? listed : "none")}. Name one to go back to it all the same.");
            toVersion = found.Good.Version;
        }
        else if (releases.All(r => r.Version != toVersion))
        {
            return PlanOrRefusal.Refused($"There is no release {toVersion} of {target.Service}{(Nearest.Of(toVersion, releases.Select(r => r.Version)) is { } near ? $"; did you mean {near}?" : "")} Known are: {(listed.Length > 0 ? listed : "none")}.");
        }
        else if (toVersion == status.Version)
        {
            return PlanOrRefusal.Refused($"{target.Service} runs {toVersion} already, so there is nothing to roll back.");
        }
        var undone = releases.SkipWhile(r => r.Version != status.Version).TakeWhile(r => r.Version != toVersion).Where(r => r.Version == status.Version || r.DeployedAt is not null).ToList();
        return new(new ActionPlan
        {
            Running = status.Version,
            State = status.State.ToString(),
            Generation = status.Generation,
            ToVersion = toVersion,
            Undone = [.. undone.Select(r => new UndoneRelease(r.Version, r.Commit, r.Author, r.Message))],
            WayBack = $"Deploy {status.Version ?? "the version that runs now"} again.",
            Why = words.Why ?? "asked for by a person",
            Risk = (words.Risk ?? "What the release brought is gone until it is repaired.") + (found.Bad.Contains(toVersion) ? $" Somebody rolled back from {toVersion} before." : ""),
            Expected = await ExpectedAsync(target, Rollback, cancellationToken),
            WhoMay = permissions.WhoMay(Rollback, target),
        }, null);
    }

    private async Task<string> ExpectedAsync(Target target, string kind, CancellationToken cancellationToken) =>
        ExpectedDuration.Text([.. (await operations.LastOfAsync(target, kind, 20, inDrills: false, cancellationToken)).Select(ExpectedDuration.Of).OfType<TimeSpan>()]);
}
