using ChatOps.Deployments.Strategies;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;
using ChatOps.Telemetry.Probes;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Deployments;

public static class DeploymentsSetup
{
    /// <summary>Needs platforms, telemetry, permissions, operations and incidents. A <see cref="ChangeOptions"/> that was registered before is used.</summary>
    public static IServiceCollection AddDeployments(this IServiceCollection services)
    {
        services.TryAddSingleton<ChangeOptions>();
        services.AddSingleton(p =>
        {
            var platforms = p.GetRequiredService<PlatformRegistry>();
            var prober = p.GetRequiredService<Prober>();
            return new TargetAccess
            {
                PlatformOf = platforms.Of,
                ProbeAsync = (target, checks, ct) => prober.ProbeAsync(target, checks ? ProbeSet.Checks : ProbeSet.Health, ct),
            };
        });
        services.AddSingleton<PlanChange>();
        services.AddSingleton<CarryOutChange>();
        services.AddSingleton<IConfirmedAction, RollbackAction>();
        services.TryAddSingleton<DeployPace>();
        services.AddSingleton<ReadDeployFacts>();
        services.AddSingleton<IConfirmedAction, DeployAction>();
        services.AddScoped<AskDeploy>();
        services.AddScoped<DeployWishHandler>();
        return services.AddSlackHandlers(h => h
            .BlockAction<DeployWishHandler, ButtonAction>(DeployWishHandler.Prefix)
            .BlockAction<ChooseHandler, ButtonAction>(ChooseHandler.Prefix));
    }
}
