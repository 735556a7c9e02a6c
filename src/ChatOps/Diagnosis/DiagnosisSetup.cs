using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Scheduling;
using ChatOps.Slack;
using ChatOps.Slack.Dispatch;
using ChatOps.Slack.Interaction;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Probes;

namespace ChatOps.Diagnosis;

public static class DiagnosisSetup
{
    /// <summary>Needs what incidents, deployments and confirmations need, and the runbooks.</summary>
    public static IServiceCollection AddDiagnosis(this IServiceCollection services)
    {
        services.AddSingleton(p =>
        {
            var sources = p.GetRequiredService<TargetSources>();
            var prober = p.GetRequiredService<Prober>();
            return new DiagnosisSources
            {
                PlatformOf = p.GetRequiredService<PlatformRegistry>().Of,
                LogsOf = sources.LogsOf,
                MetricsOf = sources.MetricsOf,
                ProbeAsync = (target, checks, ct) => prober.ProbeAsync(target, checks ? ProbeSet.Checks : ProbeSet.Health, ct),
            };
        });
        services.AddSingleton<Assess>();
        services.AddSingleton<CheckLogs>();
        services.AddSingleton<CheckResources>();
        services.AddSingleton<Fix>();
        services.AddSingleton<Verify>();
        services.AddSingleton<EvidenceStore>();
        services.AddSingleton<StepStore>();
        services.AddSingleton<SaveLastWords>();
        services.AddSingleton<IConfirmedAction, RestartAction>();
        services.AddSingleton<IConfirmedAction, RaiseMemoryAction>();
        services.AddScoped<StepRun>();
        services.AddScoped<ProposeFix>();
        services.AddScoped<PageOwner>();
        services.AddSingleton<UnrecordedLooks>();
        services.AddScoped<ISlackUnavailableHandler, LookWithoutStorage>();
        services.AddSingleton<ISweepTask, EndLostSteps>();
        services.AddSingleton<ISweepTask, ImportUnrecorded>();

        services.AddIncidentVerb<AssessVerb>();
        services.AddIncidentVerb<LogsVerb>();
        services.AddIncidentVerb<ResourcesVerb>();
        services.AddIncidentVerb<FixVerb>();
        services.AddIncidentVerb<VerifyVerb>();
        return services.AddSlackHandlers(h => h.BlockAction<IncidentButtonHandler, ButtonAction>(FixVerb.ChooseActionId));
    }
}
