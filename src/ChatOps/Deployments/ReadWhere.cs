using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>One environment of a service, as far as it can be read.</summary>
/// <param name="Status">Null: <paramref name="Unknown"/> says why.</param>
public sealed record WhereIs(Target Target, TargetStatus? Status, string? Unknown)
{
    public DeployLock? Lock { get; init; }
    public IReadOnlyList<BadVersionFact> Bad { get; init; } = [];

    /// <summary>The last one that ChatOps carried out.</summary>
    public Deployment? Last { get; init; }
}

/// <summary>Reads which version runs where.</summary>
public sealed class ReadWhere(TargetAccess targets, LockStore locks, BadVersionStore bad, DeploymentStore deployments)
{
    /// <summary>All environments of the service, in their order; a platform that does not answer costs its own line alone.</summary>
    public async Task<IReadOnlyList<WhereIs>> OfAsync(Service service, CancellationToken cancellationToken) =>
        await Task.WhenAll(service.Environments.Keys.Select(e => OneAsync(new(service.Name, e), cancellationToken)));

    private async Task<WhereIs> OneAsync(Target target, CancellationToken cancellationToken)
    {
        var status = StatusAsync(target, cancellationToken);
        var held = await locks.HolderAsync(target, cancellationToken);
        var marks = await bad.OfAsync(target, cancellationToken);
        var last = await deployments.OfAsync(target, 1, cancellationToken);
        return await status with { Lock = held, Bad = marks, Last = last.Count > 0 ? last[0] : null };
    }

    private async Task<WhereIs> StatusAsync(Target target, CancellationToken cancellationToken)
    {
        try
        {
            var (platform, its) = targets.PlatformOf(target);
            return new(target, await platform.StatusAsync(its, cancellationToken), null);
        }
        catch (PlatformException e)
        {
            return new(target, null, e.Message);
        }
    }
}
