using ChatOps.Catalog;
using ChatOps.Deployments.Strategies;

namespace ChatOps.Deployments;

/// <summary>How far a deploy is: the stages weigh what they take at least. Pure.</summary>
/// <param name="Share">0 to 0.99: that it is done its end says.</param>
/// <param name="Left">Null: it waits for an answer.</param>
internal sealed record DeployProgress(double Share, TimeSpan? Left)
{
    /// <summary>What starting takes where nothing is known.</summary>
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(30);

    /// <returns>Null: it goes back, and how long that takes nobody knows.</returns>
    public static DeployProgress? Of(DeployPlan plan, DeployState state, DateTimeOffset now)
    {
        if (state.GoesBack) return null;
        var whole = Before(plan) + (plan.Limits.StepTime * plan.Shares.Count(s => s < 100)) + plan.Watch;
        // While it waits for an answer it gets no further.
        var left = Remaining(plan, state, state.Asked ? TimeSpan.Zero : now - state.Since);
        var share = whole <= TimeSpan.Zero ? 0 : Math.Clamp((whole - left) / whole, 0, 0.99);
        return new(share, state.Asked ? null : TimeSpan.FromSeconds(Math.Round(left.TotalSeconds)));
    }

    private static TimeSpan Remaining(DeployPlan plan, DeployState state, TimeSpan inStage)
    {
        var shares = plan.Limits.StepTime * plan.Shares.Skip(Math.Max(0, state.ShareIndex)).Count(s => s < 100);
        return state.Stage switch
        {
            DeployStage.Backup or DeployStage.Replace or DeployStage.Candidate => Positive(Before(plan) - inStage) + shares + plan.Watch,
            DeployStage.Share => Positive(shares - (state.Call is null ? inStage : TimeSpan.Zero)) + plan.Watch,
            DeployStage.Watch => Positive(plan.Watch - inStage),
            _ => plan.Watch,
        };
    }

    private static TimeSpan Before(DeployPlan plan) => plan.Strategy == DeployStrategy.Canary ? Start : plan.Median ?? Start;

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
