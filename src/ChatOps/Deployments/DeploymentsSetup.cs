using ChatOps.Configuration;
using ChatOps.Deployments.Strategies;
using ChatOps.Inbox;
using ChatOps.Operations;
using ChatOps.Scheduling;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Probes;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Deployments;

public static class DeploymentsSetup
{
    /// <summary>Needs platforms, telemetry, permissions, operations and incidents. A <see cref="ChangeOptions"/> that was registered before is used.</summary>
    public static IServiceCollection AddDeployments(this IServiceCollection services, ChatOpsConfig config)
    {
        services.TryAddSingleton<ChangeOptions>();
        services.AddSingleton(p =>
        {
            var prober = p.GetRequiredService<Prober>();
            return new TargetAccess
            {
                PlatformOf = p.GetRequiredService<TargetSources>().PlatformOf,
                ProbeAsync = (target, checks, ct) => prober.ProbeAsync(target, checks ? ProbeSet.Checks : ProbeSet.Health, ct),
            };
        });
        services.AddSingleton<PlanChange>();
        services.AddSingleton<CarryOutChange>();
        services.AddSingleton<IConfirmedAction, RollbackAction>();
        services.TryAddSingleton<DeployPace>();
        services.AddSingleton(config.Deploy);
        services.AddSingleton<ReadDeployFacts>();
        services.AddSingleton<TellTeam>();
        services.AddSingleton<IConfirmedAction, DeployAction>();
        services.AddSingleton<JudgeDeploy>();
        services.AddSingleton<ProposeDeploy>();
        services.AddSingleton<RefuseDeploy>();
        services.AddSingleton<MentionWhoMay>();
        services.AddSingleton<DeployReviewStore>();
        services.AddSingleton<QueueDeploy>();
        services.AddSingleton<DeployQueueStore>();
        services.AddSingleton<ISweepTask, SweepDeployQueue>();
        services.AddScoped<IInternalRequestHandler, LeaveDeployQueue>();
        services.AddScoped<AskDeploy>();
        services.AddScoped<IDeployDefault>(p => p.GetRequiredService<AskDeploy>());
        services.AddScoped<DeployWishHandler>();
        services.AddScoped<DeployAnswer>();
        services.AddDeployVerb<PromoteVerb>();
        services.AddDeployVerb<AbortVerb>();

        services.AddSingleton<LockStore>();
        services.AddSingleton<FreezeStore>();
        services.AddSingleton<BadVersionStore>();
        services.AddSingleton<MarkBad>();
        services.AddSingleton<BackupStore>();
        services.AddSingleton<DeploymentStore>();
        services.AddSingleton<ReadWhere>();
        services.AddSingleton<ReadDora>();
        services.AddScoped<DeployVerbHandler>();
        services.AddScoped<Func<IEnumerable<IDeployVerb>>>(p => p.GetServices<IDeployVerb>);
        services.AddScoped<Func<IEnumerable<IDeployDefault>>>(p => p.GetServices<IDeployDefault>);
        services.AddDeployVerb<RollbackVerb>();
        services.AddDeployVerb<WhereVerb>();
        services.AddDeployVerb<DeployStatusVerb>();
        services.AddDeployVerb<HistoryVerb>();
        services.AddDeployVerb<LockVerb>();
        services.AddDeployVerb<UnlockVerb>();
        services.AddDeployVerb<FreezeVerb>();
        services.AddDeployVerb<UnfreezeVerb>();
        services.AddDeployVerb<UnmarkVerb>();
        services.AddDeployVerb<DeployMetricsVerb>();
        services.AddDeployVerb<DeployHelpVerb>();

        return services.AddSlackHandlers(h => h
            .SlashCommand<DeployCommand>(config.Slack.DeployCommand)
            .SlashCommand<RollbackCommand>(config.Slack.RollbackCommand)
            .BlockAction<BadChoiceHandler, CheckboxGroupAction>(BadChoiceHandler.ActionId)
            .BlockAction<DeployButtonHandler, ButtonAction>(DeployButtonHandler.ActionId)
            .BlockAction<DeployWishHandler, ButtonAction>(DeployWishHandler.Prefix)
            .BlockAction<DeployQueueHandler, ButtonAction>(DeployQueueHandler.ActionId)
            .BlockAction<DeployAskHandler, ButtonAction>(DeployAskHandler.ActionId)
            .BlockAction<DeployReviewHandler, ButtonAction>(DeployReviewHandler.ActionId)
            .ViewSubmission<DeployFormHandler>(DeployForms.CallbackId));
    }

    /// <summary>Registers a verb of <c>/deploy</c>, from the folder that does its work. What follows a service's name is an <see cref="IDeployDefault"/>.</summary>
    public static IServiceCollection AddDeployVerb<TVerb>(this IServiceCollection services)
        where TVerb : class, IDeployVerb => services.AddScoped<IDeployVerb, TVerb>();
}
