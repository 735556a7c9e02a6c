using ChatOps.Permissions;

namespace ChatOps.Deployments;

/// <summary>Whether somebody may deploy there, and what the gates say, read now: for a request, and again for one that leaves the queue.</summary>
public sealed class JudgeDeploy(PermissionCheck permissions, ReadDeployFacts read)
{
    /// <exception cref="Platforms.PlatformException">The catalog has no such target.</exception>
    public async Task<DeployJudgement> RunAsync(DeployRequest request, CancellationToken cancellationToken)
    {
        var facts = read.RunAsync(request, operation: null, cancellationToken);
        var permission = await permissions.CheckAsync(request.RequestedBy, PermissionActions.Deploy, request.Target, cancellationToken);
        return new(permission, await facts, DeployPlan.Make(await facts));
    }
}

/// <summary>What stands in the way of a deploy that somebody wants, if anything does. Pure.</summary>
/// <param name="Permission">Of the requester, to deploy there.</param>
public sealed record DeployJudgement(Permission Permission, DeployFacts Facts, DeployPlan Plan)
{
    /// <summary>The stable code of a refusal that no gate says: it is not about the deploy but about who asks.</summary>
    public const string NotAllowed = "deploy-not-allowed";

    /// <summary>What waiting does not cure; null: nothing.</summary>
    public GateResult? Refusal => Permission.Allowed
        ? Plan.Gates.FirstOrDefault(g => g.Refuses && g.Code != GateCodes.TargetBusy)
        : new("authority", NotAllowed, GateOutcome.Fail, $"{Permission.Reason.TrimEnd('.')}.", Permission.WhoMay == "nobody" ? "A rule in chatops.yaml must name who may." : $"Ask {Permission.WhoMay}.");

    /// <summary>Something else is being done to the target.</summary>
    public bool IsBusy => Plan.Gates.Any(g => g.Refuses && g.Code == GateCodes.TargetBusy);
}
